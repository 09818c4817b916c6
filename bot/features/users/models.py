"""Notes about users."""

from datetime import datetime

from sqlalchemy import Identity, func
from sqlalchemy.orm import Mapped, mapped_column

from bot.db.base import Base


class Note(Base):
    """An administrator's note about a user."""

    __tablename__ = "notes"

    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    telegram_id: Mapped[int] = mapped_column(index=True)
    author_id: Mapped[int | None]
    text: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
