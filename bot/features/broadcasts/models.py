"""Broadcasts and their recipients."""

from datetime import datetime
from typing import Any, NotRequired, TypedDict

from sqlalchemy import ARRAY, BigInteger, Identity, Index, func, text
from sqlalchemy.orm import Mapped, mapped_column

from bot.db.base import Base

Json = dict[str, Any]


class Piece(TypedDict):
    """A message of a broadcast, as the call that sends it, without the chat."""

    method: str
    parameters: Json
    album: NotRequired[str]


class Content(TypedDict, total=False):
    """The composed messages, and the options."""

    pieces: list[Piece]
    options: dict[str, bool]


class Broadcast(Base):
    """A message to many people, from its draft to its report."""

    __tablename__ = "broadcasts"

    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    bot_id: Mapped[int]
    author_id: Mapped[int]  # the administrator's Telegram id, and so their chat with the bot
    language: Mapped[str]  # of the author's messages
    state: Mapped[str]
    content: Mapped[Json]  # the composed messages, and the options
    category: Mapped[str]
    audience: Mapped[Json]
    panel_id: Mapped[int | None]  # the message that shows its progress
    due_at: Mapped[datetime | None]  # the scheduled start
    people_up_to: Mapped[int | None]  # the last row of `users` when it began
    listed_up_to: Mapped[int] = mapped_column(server_default="0")  # the last row of `users` that was listed
    total: Mapped[int] = mapped_column(server_default="0")
    sent: Mapped[int] = mapped_column(server_default="0")
    blocked: Mapped[int] = mapped_column(server_default="0")  # people who blocked the bot or can't be reached
    failed: Mapped[int] = mapped_column(server_default="0")
    perhaps_twice: Mapped[int] = mapped_column(server_default="0")
    deleted: Mapped[int] = mapped_column(server_default="0")
    started_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
    alive_at: Mapped[datetime | None]  # when a sender or an administrator last worked on it
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())

    __table_args__ = (Index("ix_broadcasts_bot_id_state", "bot_id", "state"),)


class BroadcastRecipient(Base):
    """One recipient of a broadcast. No foreign keys: they would be checked for each of a million rows."""

    __tablename__ = "broadcast_recipients"

    broadcast_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    user_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)  # the row of `users`
    telegram_id: Mapped[int]
    state: Mapped[str] = mapped_column(server_default="waiting")
    state_before: Mapped[str | None]  # their state before DELETING
    message_ids: Mapped[list[int] | None] = mapped_column(ARRAY(BigInteger))
    error: Mapped[str | None]
    at: Mapped[datetime | None]  # of the last change

    __table_args__ = (
        Index("ix_broadcast_recipients_under_way", "broadcast_id", postgresql_where=text("state = 'sending'")),
    )
