"""The outbox: what is still to be sent."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Identity, Index, SmallInteger, all_, any_, delete, func, insert, select, true, update
from sqlalchemy.orm import Mapped, mapped_column

from bot.db.arrays import as_rows, bigints
from bot.db.base import Base, Repository


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


@dataclass(frozen=True, slots=True)
class NewMessage:
    """Something to be sent: where, of which kind, and what, as JSON can hold it."""

    chat_id: int
    kind: str
    payload: dict[str, Any]
    inbox_id: int | None = None  # the update that it answers


@dataclass(frozen=True, slots=True)
class Unsent:
    """A row of the outbox."""

    id: int
    chat_id: int
    kind: str
    payload: dict[str, Any]
    attempts: int


_COLUMNS = (
    OutboxMessage.id, OutboxMessage.chat_id, OutboxMessage.kind, OutboxMessage.payload, OutboxMessage.attempts,
)  # fmt: skip


class Outbox(Repository):
    async def add(self, bot_id: int, messages: Sequence[NewMessage]) -> list[Unsent]:
        """Keep `messages`, in their order."""
        rows = [
            {
                "bot_id": bot_id,
                "inbox_id": new.inbox_id,
                "chat_id": new.chat_id,
                "kind": new.kind,
                "payload": new.payload,
            }
            for new in messages
        ]
        kept = insert(OutboxMessage).returning(OutboxMessage.id, sort_by_parameter_order=True)
        ids = (await self._session.scalars(kept, rows)).all() if rows else []
        return [
            Unsent(row_id, new.chat_id, new.kind, new.payload, 0) for row_id, new in zip(ids, messages, strict=True)
        ]

    async def answers_to(self, inbox_id: int) -> list[Unsent]:
        """What is still to be sent for an update that was handled."""
        rows = select(*_COLUMNS).where(OutboxMessage.inbox_id == inbox_id).order_by(OutboxMessage.id)
        return [Unsent(*row) for row in await self._session.execute(rows)]

    async def strike_off(self, ids: Sequence[int]) -> set[int]:
        """Delete those rows; returns which of them were there."""
        struck_off = delete(OutboxMessage).where(OutboxMessage.id == any_(bigints(ids))).returning(OutboxMessage.id)
        return set((await self._session.scalars(struck_off)).all())

    async def count_attempt(self, message_id: int) -> int:
        """Count one more try; returns how many there were."""
        tried = update(OutboxMessage).where(OutboxMessage.id == message_id)
        counted = tried.values(attempts=OutboxMessage.attempts + 1).returning(OutboxMessage.attempts)
        return (await self._session.scalar(counted)) or 0

    async def readdress(self, bot_id: int, chat_id: int, other_id: int) -> None:
        """Have all that waits for one chat go to another, in its order. What the payloads say of the chat stays."""
        waiting = update(OutboxMessage).where(OutboxMessage.bot_id == bot_id, OutboxMessage.chat_id == chat_id)
        await self._session.execute(waiting.values(chat_id=other_id))

    async def chats_waiting(self, bot_id: int, kinds: Collection[str]) -> list[int]:
        """The chats to which something of these kinds is to be sent, the longest waiting first."""
        oldest_first = (
            select(OutboxMessage.chat_id)
            .where(OutboxMessage.bot_id == bot_id, OutboxMessage.kind.in_(kinds))
            .group_by(OutboxMessage.chat_id)
            .order_by(func.min(OutboxMessage.id))
        )
        return list((await self._session.scalars(oldest_first)).all())

    async def pending(self, bot_id: int) -> int:
        return await self._session.scalar(select(func.count()).where(OutboxMessage.bot_id == bot_id)) or 0

    async def kinds_besides(self, bot_id: int, kinds: Collection[str]) -> list[str]:
        """The kinds of other rows than these: a newer version wrote them."""
        others = select(OutboxMessage.kind).where(OutboxMessage.bot_id == bot_id, OutboxMessage.kind.not_in(kinds))
        return list((await self._session.scalars(others.distinct())).all())

    async def next_of(
        self, bot_id: int, chats: Collection[int], kinds: Collection[str], besides: Collection[int], limit: int
    ) -> dict[int, list[Unsent]]:
        """What of these kinds goes next to each of the chats without the rows in `besides`, in order."""
        chat = as_rows(chats)
        first = (
            select(*_COLUMNS)
            .where(OutboxMessage.bot_id == bot_id, OutboxMessage.chat_id == chat.c.number)
            .where(OutboxMessage.kind.in_(kinds), OutboxMessage.id != all_(bigints(besides)))
            .order_by(OutboxMessage.id)
            .limit(limit)
            .lateral()
        )
        of_each = select(first).select_from(chat).join(first, true()).order_by(first.c.id)
        found: dict[int, list[Unsent]] = {chat_id: [] for chat_id in chats}
        for row in await self._session.execute(of_each):
            unsent = Unsent(*row)
            found[unsent.chat_id].append(unsent)
        return found
