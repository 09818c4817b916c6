"""The outbox: messages still to be sent."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from sqlalchemy import Identity, Index, SmallInteger, all_, any_, delete, func, insert, select, update
from sqlalchemy.orm import Mapped, mapped_column

from bot.db.base import Base, Repository, bigints, first_of_each, notify
from bot.db.text import JsonObject


class OutboxMessage(Base):
    """A message still to be sent."""

    __tablename__ = "outbox"

    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    bot_id: Mapped[int]
    inbox_id: Mapped[int | None]  # the row of `updates` that it answers, if any
    chat_id: Mapped[int]  # the destination
    kind: Mapped[str]
    payload: Mapped[JsonObject]
    attempts: Mapped[int] = mapped_column(SmallInteger, server_default="0")
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())

    __table_args__ = (
        Index("ix_outbox_bot_id_chat_id_id", "bot_id", "chat_id", "id"),
        Index("ix_outbox_inbox_id", "inbox_id"),
    )


class Sendable(Protocol):
    """A message that the outbox can store, such as those of `bot.messages`."""

    @property
    def kind(self) -> str: ...
    @property
    def chat_id(self) -> int: ...
    def parameters(self) -> JsonObject: ...


@dataclass(frozen=True, slots=True)
class StoredMessage:
    """A message whose parameters come from storage, such as a dead letter's."""

    chat_id: int
    kind: str
    payload: JsonObject

    def parameters(self) -> JsonObject:
        """The payload as it was stored."""
        return self.payload


@dataclass(frozen=True, slots=True)
class Unsent:
    """A row of the outbox."""

    id: int
    chat_id: int
    kind: str
    payload: JsonObject
    attempts: int


@dataclass(frozen=True, slots=True)
class SentCall:
    """A call that Telegram has carried out, its result as JSON, and the data that was queued with it."""

    chat_id: int
    method: str
    result: object
    data: JsonObject

    @property
    def message_id(self) -> int:
        """The id of the new message, or of an album's first. Raises LookupError if the method returns none."""
        match self.result:
            case {"message_id": int() as number} | [{"message_id": int() as number}, *_]:
                return number
        raise LookupError(f"{self.method} returned no message")


_COLUMNS = (
    OutboxMessage.id, OutboxMessage.chat_id, OutboxMessage.kind, OutboxMessage.payload, OutboxMessage.attempts,
)  # fmt: skip


class Outbox(Repository):
    """Messages still to be sent."""

    async def enqueue(self, bot_id: int, messages: Sequence[Sendable]) -> None:
        """Add messages that answer no update, and have the leader send them as soon as this is committed."""
        if await self.add(bot_id, messages):
            await notify(self._session, bot_id)

    async def add(self, bot_id: int, messages: Sequence[Sendable], inbox_id: int | None = None) -> list[Unsent]:
        """Insert messages in their order. `inbox_id` is the row of `updates` that they answer."""
        return await self.add_answers(bot_id, [(inbox_id, message) for message in messages])

    async def add_answers(self, bot_id: int, answers: Sequence[tuple[int | None, Sendable]]) -> list[Unsent]:
        """Insert messages, each with the row of `updates` that it answers, in their order."""
        payloads = [message.parameters() for _, message in answers]
        mine: dict[str, object] = {"bot_id": bot_id}
        rows = [
            mine | {"inbox_id": inbox_id, "chat_id": message.chat_id, "kind": message.kind, "payload": payload}
            for (inbox_id, message), payload in zip(answers, payloads, strict=True)
        ]
        inserted = insert(OutboxMessage).returning(OutboxMessage.id, sort_by_parameter_order=True)
        ids = (await self._session.scalars(inserted, rows)).all() if rows else []
        return [
            Unsent(row_id, message.chat_id, message.kind, payload, attempts=0)
            for row_id, (_, message), payload in zip(ids, answers, payloads, strict=True)
        ]

    async def answers_to(self, inbox_id: int) -> list[Unsent]:
        """Unsent answers to a handled update."""
        rows = select(*_COLUMNS).where(OutboxMessage.inbox_id == inbox_id).order_by(OutboxMessage.id)
        return [Unsent(*row) for row in await self._session.execute(rows)]

    async def acknowledge(self, ids: Sequence[int]) -> set[int]:
        """Delete rows that were sent or given up. Returns which of `ids` were still there."""
        deleted = delete(OutboxMessage).where(OutboxMessage.id == any_(bigints(ids))).returning(OutboxMessage.id)
        return set((await self._session.scalars(deleted)).all())

    async def still_waiting(self, ids: Sequence[int]) -> set[int]:
        """Which of these rows are still there."""
        return set(await self._session.scalars(select(OutboxMessage.id).where(OutboxMessage.id == any_(bigints(ids)))))

    async def count_attempt(self, message_id: int) -> int:
        """Count one more attempt. Returns the new count."""
        tried = update(OutboxMessage).where(OutboxMessage.id == message_id)
        counted = tried.values(attempts=OutboxMessage.attempts + 1).returning(OutboxMessage.attempts)
        return (await self._session.scalar(counted)) or 0

    async def readdress(self, bot_id: int, chat_id: int, other_id: int) -> None:
        """Send everything that waits for one chat to another, in order. Payloads keep the old chat id."""
        waiting = update(OutboxMessage).where(OutboxMessage.bot_id == bot_id, OutboxMessage.chat_id == chat_id)
        await self._session.execute(waiting.values(chat_id=other_id))

    async def chats_waiting(self, bot_id: int, kinds: Collection[str]) -> list[int]:
        """Chats with unsent messages of these kinds, the longest waiting first."""
        oldest_first = (
            select(OutboxMessage.chat_id)
            .where(OutboxMessage.bot_id == bot_id, OutboxMessage.kind.in_(kinds))
            .group_by(OutboxMessage.chat_id)
            .order_by(func.min(OutboxMessage.id))
        )
        return list((await self._session.scalars(oldest_first)).all())

    async def pending(self, bot_id: int) -> int:
        """The number of unsent messages."""
        return await self._session.scalar(select(func.count()).where(OutboxMessage.bot_id == bot_id)) or 0

    async def unknown_kinds(self, bot_id: int, known: Collection[str]) -> list[str]:
        """Kinds in the outbox other than `known`: a newer version wrote them."""
        others = select(OutboxMessage.kind).where(OutboxMessage.bot_id == bot_id, OutboxMessage.kind.not_in(known))
        return list((await self._session.scalars(others.distinct())).all())

    async def next_of(
        self, bot_id: int, chats: Collection[int], kinds: Collection[str], exclude: Collection[int], limit: int
    ) -> dict[int, list[Unsent]]:
        """The first rows of these kinds of each chat in order, at most `limit` of each, without those in `exclude`."""
        mine = OutboxMessage.bot_id == bot_id, OutboxMessage.kind.in_(kinds)
        rows = select(*_COLUMNS).where(*mine, OutboxMessage.id != all_(bigints(exclude)))
        found: dict[int, list[Unsent]] = {chat_id: [] for chat_id in chats}
        first = first_of_each(chats, rows, OutboxMessage.chat_id, OutboxMessage.id, limit)
        for row in await self._session.execute(first):
            unsent = Unsent(*row)
            found[unsent.chat_id].append(unsent)
        return found
