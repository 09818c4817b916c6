"""Bans."""

from datetime import datetime

from sqlalchemy import Identity, false, func
from sqlalchemy.orm import Mapped, mapped_column

from bot.db.base import Base


class Sanction(Base):
    """A ban. Past bans stay."""

    __tablename__ = "sanctions"

    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    telegram_id: Mapped[int] = mapped_column(index=True)
    kind: Mapped[str]
    reason: Mapped[str]
    actor_id: Mapped[int | None]  # redaction.NOBODY: an erased administrator
    silent: Mapped[bool] = mapped_column(server_default=false())
    told_at: Mapped[datetime | None]  # when the notice was queued; None again if it was rejected
    expires_at: Mapped[datetime | None]
    lifted_at: Mapped[datetime | None]
    lifted_by: Mapped[int | None]  # None: it expired; redaction.NOBODY as above
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
