"""What went wrong for good, on its way in or out."""

from datetime import datetime

from sqlalchemy import Identity, Index, LargeBinary, func
from sqlalchemy.orm import Mapped, mapped_column

from bot.db.base import Base


class DeadLetter(Base):
    """What could not be read, handled or sent, with the reason."""

    __tablename__ = "dead_letters"

    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    bot_id: Mapped[int]
    origin: Mapped[str]  # "update" or "message"
    update_id: Mapped[int | None]
    chat_id: Mapped[int | None]
    kind: Mapped[str | None]
    payload: Mapped[bytes] = mapped_column(LargeBinary)
    reason: Mapped[str]
    traceback: Mapped[str | None]
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())

    __table_args__ = (Index("ix_dead_letters_bot_id_created_at", "bot_id", "created_at"),)
