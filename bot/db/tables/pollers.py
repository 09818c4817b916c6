"""How far a bot's updates have been taken over from Telegram, and by which term."""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Mapped, mapped_column

from bot.db.base import Base


class Poller(Base):
    """How far a bot's updates have been taken over from Telegram, and by whose term."""

    __tablename__ = "pollers"

    bot_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    api_url: Mapped[str] = mapped_column(primary_key=True)
    epoch: Mapped[int] = mapped_column(server_default="0")  # counts terms of leadership
    last_update_id: Mapped[int | None]
    last_update_at: Mapped[datetime | None]
    limits: Mapped[dict[str, Any] | None]  # how far Telegram's limits were used up when the last term ended
    limits_at: Mapped[datetime | None]
