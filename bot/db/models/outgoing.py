"""What is still to be sent, and where it can't be."""

from datetime import datetime
from typing import Any

from sqlalchemy import Identity, Index, SmallInteger, func
from sqlalchemy.orm import Mapped, mapped_column

from bot.db.base import Base


class OutboxMessage(Base):
    """Something still to be sent."""

    __tablename__ = "outbox"

    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    bot_id: Mapped[int]
    inbox_id: Mapped[int | None]  # the row of `updates` that it answers
    chat_id: Mapped[int]  # where it goes
    kind: Mapped[str]
    payload: Mapped[dict[str, Any]]
    attempts: Mapped[int] = mapped_column(SmallInteger, server_default="0")
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())

    __table_args__ = (
        Index("ix_outbox_bot_id_chat_id_id", "bot_id", "chat_id", "id"),
        Index("ix_outbox_inbox_id", "inbox_id"),
    )


class Chat(Base):
    """A group or channel, as far as sending there is concerned."""

    __tablename__ = "chats"

    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    bot_id: Mapped[int]
    telegram_id: Mapped[int]
    left_at: Mapped[datetime | None]  # when the bot was put out, or the group was gone
    muted_at: Mapped[datetime | None]  # when the bot was refused for want of the right to write
    reason: Mapped[str | None]  # of the last mark, in Telegram's words
    became: Mapped[int | None]  # the supergroup that it has become
    updated_at: Mapped[datetime] = mapped_column(server_default=func.now())

    __table_args__ = (Index("uq_chats_bot_id_telegram_id", "bot_id", "telegram_id", unique=True),)
