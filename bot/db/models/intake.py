"""What Telegram has handed over and isn't handled yet, and how far that has come."""

from datetime import datetime
from typing import Any

from sqlalchemy import Identity, Index, LargeBinary, SmallInteger, false, func
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


class InboxUpdate(Base):
    """An update that Telegram has handed over and that isn't handled yet. Their order is that of `id`."""

    __tablename__ = "updates"

    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    bot_id: Mapped[int]
    update_id: Mapped[int]  # Telegram's number, which may come twice in the course of months
    chat_id: Mapped[int]  # whose lane it is in: the chat, else the person, else 0
    kind: Mapped[str]
    payload: Mapped[bytes] = mapped_column(LargeBinary)  # the bytes that Telegram sent
    person_pending: Mapped[bool] = mapped_column(server_default=false())  # who sent it isn't written down yet
    tries: Mapped[int] = mapped_column(SmallInteger, server_default="0")  # by processes that found it at their start
    received_at: Mapped[datetime] = mapped_column(server_default=func.now())

    __table_args__ = (Index("ix_updates_bot_id_chat_id_id", "bot_id", "chat_id", "id"),)
