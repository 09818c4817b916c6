"""The inbox (table `updates`) and the cursor (table `pollers`)."""

import math
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Float,
    Identity,
    Index,
    LargeBinary,
    SmallInteger,
    Text,
    all_,
    any_,
    cast,
    delete,
    false,
    func,
    insert,
    literal,
    select,
    true,
    update,
)
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.orm import InstrumentedAttribute, Mapped, mapped_column

from bot.db.arrays import as_rows, bigints
from bot.db.base import Base, Repository
from bot.db.tables.pollers import Poller
from bot.errors import LeadershipLostError


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


@dataclass(frozen=True, slots=True)
class Before:
    """What is known of the term before. Ages are in seconds by the database's clock, and infinite without a moment."""

    limits: str | None  # JSON: how far Telegram's limits were used up
    limits_age: float
    last_sign_age: float  # since it last kept the limits or took an update over


@dataclass(frozen=True, slots=True)
class Term:
    """One worker's time as the leader: which bot, at which server, and the how-manieth."""

    bot_id: int
    api_url: str
    epoch: int
    found_up_to: int = 0  # the last row of the inbox that was there when it began
    before: Before | None = None  # None: it is the first one


@dataclass(frozen=True, slots=True)
class Cursor:
    """The last new update taken over from Telegram, and when by the database's clock."""

    update_id: int | None
    at: datetime | None
    now: datetime


@dataclass(frozen=True, slots=True)
class NewUpdate:
    """An update as Telegram handed it over."""

    update_id: int
    chat_id: int
    kind: str
    payload: bytes
    person_pending: bool = False


@dataclass(frozen=True, slots=True)
class Waiting:
    """A row of the inbox."""

    id: int
    update_id: int
    chat_id: int
    kind: str
    payload: bytes
    person_pending: bool = False  # the person behind it isn't written down yet: their row was busy
    tries: int = 0  # by processes that found it at their start


_COLUMNS = (
    InboxUpdate.id, InboxUpdate.update_id, InboxUpdate.chat_id, InboxUpdate.kind, InboxUpdate.payload,
    InboxUpdate.person_pending, InboxUpdate.tries,
)  # fmt: skip


class Inbox(Repository):
    async def begin_term(self, bot_id: int, api_url: str) -> Term:
        """Count one epoch on: whoever still works under an older one can accept nothing from now on."""
        row = upsert(Poller).values(bot_id=bot_id, api_url=api_url, epoch=1)
        counted_on = row.on_conflict_do_update(
            index_elements=[Poller.bot_id, Poller.api_url], set_={"epoch": Poller.epoch + 1}
        ).returning(Poller.epoch)
        epoch = await self._one(counted_on)
        last = select(func.coalesce(func.max(InboxUpdate.id), 0)).where(InboxUpdate.bot_id == bot_id)
        before = None if epoch == 1 else await self._before(bot_id, api_url)
        return Term(bot_id, api_url, epoch, found_up_to=await self._one(last), before=before)

    async def _before(self, bot_id: int, api_url: str) -> Before:
        """Read as text, since what can't be parsed must not keep anybody from leading."""
        last_sign = func.greatest(Poller.limits_at, Poller.last_update_at)
        left = select(cast(Poller.limits, Text), _age(Poller.limits_at), _age(last_sign))
        mine = left.where(Poller.bot_id == bot_id, Poller.api_url == api_url)
        return Before(*(await self._session.execute(mine)).one())

    async def keep_limits(self, term: Term, limits: dict[str, Any]) -> None:
        """Keep how far the limits are used up; nothing happens if the term has ended."""
        kept = update(Poller).where(*_of(term)).values(limits=limits, limits_at=func.clock_timestamp())
        await self._session.execute(kept)

    async def _one(self, statement: object) -> int:
        value = await self._session.scalar(statement)  # type: ignore[call-overload] # a statement that returns a number
        return int(value or 0)

    async def cursor(self, term: Term) -> Cursor:
        """The cursor, locked until the transaction ends. Raises LeadershipLostError if the term has ended."""
        mine = select(Poller.last_update_id, Poller.last_update_at, func.now()).where(*_of(term)).with_for_update()
        row = (await self._session.execute(mine)).one_or_none()
        if row is None:
            raise LeadershipLostError("another worker has taken over polling")
        return Cursor(*row)

    async def advance(self, term: Term, update_id: int) -> None:
        moved = update(Poller).where(*_of(term)).values(last_update_id=update_id, last_update_at=func.now())
        await self._session.execute(moved)

    async def add(self, bot_id: int, updates: Sequence[NewUpdate]) -> list[Waiting]:
        """Keep `updates`, in their order."""
        rows = [
            {
                "bot_id": bot_id,
                "update_id": new.update_id,
                "chat_id": new.chat_id,
                "kind": new.kind,
                "payload": new.payload,
                "person_pending": new.person_pending,
            }
            for new in updates
        ]
        kept = insert(InboxUpdate).returning(InboxUpdate.id, sort_by_parameter_order=True)
        ids = (await self._session.scalars(kept, rows)).all() if rows else []
        return [
            Waiting(row_id, new.update_id, new.chat_id, new.kind, new.payload, new.person_pending)
            for row_id, new in zip(ids, updates, strict=True)
        ]

    async def count_tries(self, ids: Sequence[int]) -> dict[int, int]:
        """Count that one more process is about to handle these rows; returns how many did, by row."""
        tried = update(InboxUpdate).where(InboxUpdate.id == any_(bigints(ids))).values(tries=InboxUpdate.tries + 1)
        rows = await self._session.execute(tried.returning(InboxUpdate.id, InboxUpdate.tries))
        return {row.id: row.tries for row in rows}

    async def person_settled(self, row_id: int) -> bool:
        """Take the mark off a row; False if it wasn't marked, or is gone."""
        marked = update(InboxUpdate).where(InboxUpdate.id == row_id, InboxUpdate.person_pending)
        settled = marked.values(person_pending=False).returning(InboxUpdate.id)
        return await self._session.scalar(settled) is not None

    async def delete(self, ids: Sequence[int]) -> set[int]:
        """Delete what has been handled; returns which of `ids` were still there."""
        ended = delete(InboxUpdate).where(InboxUpdate.id == any_(bigints(ids))).returning(InboxUpdate.id)
        return set((await self._session.scalars(ended)).all())

    async def chats_waiting(self, bot_id: int) -> list[int]:
        """The chats with something in the inbox, the longest waiting first."""
        oldest_first = (
            select(InboxUpdate.chat_id)
            .where(InboxUpdate.bot_id == bot_id)
            .group_by(InboxUpdate.chat_id)
            .order_by(func.min(InboxUpdate.id))
        )
        return list((await self._session.scalars(oldest_first)).all())

    async def next_of(
        self, bot_id: int, chats: Collection[int], besides: Collection[int], limit: int
    ) -> dict[int, list[Waiting]]:
        """The first rows of each of these chats without those in `besides`, in order, at most `limit` of each."""
        chat = as_rows(chats)
        first = (
            select(*_COLUMNS)
            .where(InboxUpdate.bot_id == bot_id, InboxUpdate.chat_id == chat.c.number)
            .where(InboxUpdate.id != all_(bigints(besides)))
            .order_by(InboxUpdate.id)
            .limit(limit)
            .lateral()
        )
        of_each = select(first).select_from(chat).join(first, true()).order_by(first.c.id)
        found: dict[int, list[Waiting]] = {chat_id: [] for chat_id in chats}
        for row in await self._session.execute(of_each):
            waiting = Waiting(*row)
            found[waiting.chat_id].append(waiting)
        return found

    async def pending(self, bot_id: int) -> int:
        return await self._one(select(func.count()).where(InboxUpdate.bot_id == bot_id))


def _age(moment: ColumnElement[Any] | InstrumentedAttribute[Any]) -> ColumnElement[float]:
    seconds = cast(func.extract("epoch", func.clock_timestamp() - moment), Float)
    return func.coalesce(seconds, literal(math.inf))


def _of(term: Term) -> tuple[ColumnElement[bool], ...]:
    return (Poller.bot_id == term.bot_id, Poller.api_url == term.api_url, Poller.epoch == term.epoch)
