"""Broadcasts: drafts, scheduled ones, those under way, those that ended."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import Executable, and_, delete, exists, func, insert, or_, select, update

from bot.db.base import Repository
from bot.db.tables.administrators import NOT_BANNED
from bot.db.tables.users import ADMINISTRATOR, User
from bot.features.broadcasts.models import Broadcast as Row
from bot.features.broadcasts.models import BroadcastRecipient, Content
from bot.features.broadcasts.repository.audience import Audience
from bot.features.settings import Category


class State(StrEnum):
    COMPOSING = "composing"  # collects its author's messages
    PREVIEWED = "previewed"
    SCHEDULED = "scheduled"
    RUNNING = "running"
    PAUSED = "paused"
    DONE = "done"
    PARTLY = "partly"  # it ended without reaching everybody
    CANCELLED = "cancelled"
    DELETING = "deleting"
    DELETED = "deleted"


DRAFTS = (State.COMPOSING, State.PREVIEWED)
WITH_A_SENDER = (State.RUNNING, State.DELETING)
"""States in which a sender has to work on it."""
UNDER_WAY = (*WITH_A_SENDER, State.PAUSED)
"""Begun, and not ended."""
KEPT_SHOWN = (State.SCHEDULED, *UNDER_WAY)
"""States in which the sender keeps its progress message up to date, or will."""
ENDED = (State.DONE, State.PARTLY, State.CANCELLED, State.DELETED)


class Option(StrEnum):
    """An option for sending, as content and callback data have it."""

    SILENT = "silent"
    PROTECTED = "protected"
    NO_PREVIEW = "no_preview"


@dataclass(frozen=True, slots=True)
class Broadcast:
    number: int
    bot_id: int
    author_id: int
    language: str
    state: State
    content: Content
    category: Category
    audience: Audience
    panel_id: int | None
    due_at: datetime | None
    people_up_to: int | None
    listed_up_to: int
    total: int
    sent: int
    blocked: int
    failed: int
    perhaps_twice: int
    deleted: int
    started_at: datetime | None
    finished_at: datetime | None
    alive_at: datetime | None
    now: datetime  # by the database's clock, when this was read
    time_zone: str | None  # of its author's clock
    author_administers: bool  # still, by their role; owners aren't in the database

    @property
    def composed(self) -> bool:
        """Return whether there is something to send."""
        return bool(self.content.get("pieces"))

    @property
    def left(self) -> int:
        return self.total - self.sent - self.blocked - self.failed

    @property
    def listed(self) -> bool:
        """Return whether everybody who will get it is listed as a recipient."""
        return self.people_up_to is not None and self.listed_up_to >= self.people_up_to


_TIME_ZONE = select(User.time_zone).where(User.telegram_id == Row.author_id).correlate(Row).scalar_subquery()
_ADMINISTERS = exists().where(User.telegram_id == Row.author_id, User.role == ADMINISTRATOR, NOT_BANNED).correlate(Row)
_COLUMNS: tuple[Any, ...] = (
    Row.id, Row.bot_id, Row.author_id, Row.language, Row.state, Row.content, Row.category, Row.audience, Row.panel_id,
    Row.due_at, Row.people_up_to, Row.listed_up_to, Row.total, Row.sent, Row.blocked, Row.failed, Row.perhaps_twice,
    Row.deleted, Row.started_at, Row.finished_at, Row.alive_at, func.now(), _TIME_ZONE, _ADMINISTERS,
)  # fmt: skip


class Broadcasts(Repository):
    """Methods that return broadcasts raise ValueError for one that a newer version wrote and this one can't read."""

    now = func.now()
    """The database's clock, as a value for `change`."""

    async def add(self, bot_id: int, author_id: int, language: str, content: Content) -> Broadcast:
        """A new draft, about news, for everyone."""
        new = insert(Row).values(
            bot_id=bot_id, author_id=author_id, language=language, content=content,
            state=State.COMPOSING, category=Category.NEWS, audience={},
        )  # fmt: skip
        number = (await self._session.execute(new.returning(Row.id))).scalar_one()
        return _read((await self._session.execute(select(*_COLUMNS).where(Row.id == number))).one())

    async def one(self, bot_id: int, number: int, *, locked: bool = False) -> Broadcast | None:
        """The broadcast; with `locked`, nobody else changes it until the transaction ends."""
        found = select(*_COLUMNS).where(Row.bot_id == bot_id, Row.id == number)
        return await self._read_one(found.with_for_update() if locked else found)

    async def draft_of(self, bot_id: int, author_id: int) -> Broadcast | None:
        """The draft that collects this administrator's messages, locked so that two don't overwrite each other."""
        mine = (Row.bot_id == bot_id, Row.author_id == author_id, Row.state == State.COMPOSING)
        newest = select(*_COLUMNS).where(*mine).order_by(Row.id.desc()).limit(1)
        return await self._read_one(newest.with_for_update())

    async def newest(self, bot_id: int, limit: int, states: Collection[State] = tuple(State)) -> list[Broadcast]:
        found = select(*_COLUMNS).where(Row.bot_id == bot_id, Row.state.in_(states)).order_by(Row.id.desc())
        return [_read(row) for row in await self._session.execute(found.limit(limit))]

    async def scheduled(self, bot_id: int, limit: int) -> list[Broadcast]:
        """Scheduled broadcasts, the next first."""
        found = select(*_COLUMNS).where(Row.bot_id == bot_id, Row.state == State.SCHEDULED)
        return [_read(row) for row in await self._session.execute(found.order_by(Row.due_at, Row.id).limit(limit))]

    async def drafts_of(self, bot_id: int, author_id: int) -> list[Broadcast]:
        """This administrator's drafts, the newest first."""
        found = select(*_COLUMNS).where(Row.bot_id == bot_id, Row.author_id == author_id, Row.state.in_(DRAFTS))
        return [_read(row) for row in await self._session.execute(found.order_by(Row.id.desc()))]

    async def close_drafts(self, bot_id: int, author_id: int, besides: int | None = None) -> None:
        """Stop this administrator's drafts, except one, from collecting messages. Empty ones are deleted."""
        open_ = (Row.bot_id == bot_id, Row.author_id == author_id, Row.state == State.COMPOSING)
        others = (*open_, Row.id != besides) if besides is not None else open_
        await self._session.execute(delete(Row).where(*others, Row.content["pieces"].as_string().is_(None)))
        await self._session.execute(update(Row).where(*others).values(state=State.PREVIEWED))

    async def forget_panel(self, bot_id: int, author_id: int, message_id: int) -> None:
        """Let this message show no broadcast of this administrator any more."""
        shown = (Row.bot_id == bot_id, Row.author_id == author_id, Row.panel_id == message_id)
        await self._session.execute(update(Row).where(*shown).values(panel_id=None))

    async def discard(self, number: int) -> None:
        await self._session.execute(delete(Row).where(Row.id == number, Row.state.in_(DRAFTS)))

    async def change(self, number: int, when: Collection[State], **values: object) -> Broadcast | None:
        """Set these columns if it is in one of these states; returns the result, or None if it isn't."""
        changed = update(Row).where(Row.id == number, Row.state.in_(when)).values(**values).returning(*_COLUMNS)
        return await self._read_one(changed)

    async def discard_drafts(self, bot_id: int, author_id: int) -> None:
        drafts = (Row.bot_id == bot_id, Row.author_id == author_id, Row.state.in_(DRAFTS))
        await self._session.execute(delete(Row).where(*drafts))

    async def begin_due(self, bot_id: int) -> None:
        """Begin broadcasts that were scheduled for now or before."""
        due = (Row.bot_id == bot_id, Row.state == State.SCHEDULED, Row.due_at <= func.now())
        await self._session.execute(update(Row).where(*due).values(**self.beginning()))

    def beginning(self) -> dict[str, object]:
        """The columns that are set when it begins. It is for people who are in `users` by then."""
        last = select(func.coalesce(func.max(User.id), 0)).scalar_subquery()
        return {"state": State.RUNNING, "started_at": func.now(), "alive_at": func.now(), "people_up_to": last}

    async def hold_back(self, author_id: int) -> list[int]:
        """Turn this person's scheduled broadcasts, of any bot, back into drafts; returns the numbers."""
        theirs = update(Row).where(Row.author_id == author_id, Row.state == State.SCHEDULED)
        held = await self._session.scalars(theirs.values(state=State.PREVIEWED).returning(Row.id))
        return sorted(held.all())

    async def has_under_way(self, author_id: int) -> bool:
        """Return whether a broadcast of theirs is under way. None begins until this transaction ends."""
        theirs = select(Row.state).where(Row.author_id == author_id).order_by(Row.id).with_for_update()
        return any(state in UNDER_WAY for state in await self._session.scalars(theirs))

    async def under_way(self, bot_id: int) -> tuple[list[Broadcast], list[int]]:
        """The broadcasts that need a sender, and the numbers of those that only a newer version can read.

        A cancelled one is among them while a recipient has the status SENDING.
        """
        sending = exists().where(BroadcastRecipient.broadcast_id == Row.id, BroadcastRecipient.state == "sending")
        unsettled = or_(Row.state.in_(WITH_A_SENDER), and_(Row.state == State.CANCELLED, sending))
        found = select(*_COLUMNS).where(Row.bot_id == bot_id, unsettled).order_by(Row.id)
        readable, newer = [], []
        for row in await self._session.execute(found):
            try:
                readable.append(_read(row))
            except ValueError:
                newer.append(row.id)
        return readable, newer

    async def seconds_to_next(self, bot_id: int) -> float | None:
        """Seconds until the next scheduled one is due; None if none is scheduled."""
        next_at = select(func.extract("epoch", func.min(Row.due_at) - func.now()))
        seconds = await self._session.scalar(next_at.where(Row.bot_id == bot_id, Row.state == State.SCHEDULED))
        return None if seconds is None else max(0.0, float(seconds))

    async def count(self, number: int, when: Collection[State], **more: int) -> Broadcast | None:
        """Add to its counters, and note that its sender is alive; otherwise as `change`."""
        added = {name: getattr(Row, name) + number_more for name, number_more in more.items()}
        return await self.change(number, when, alive_at=func.now(), **added)

    async def prune(self, bot_id: int, older_than: timedelta, limit: int) -> int:
        """Delete up to `limit` recipients, and broadcasts without any, that ended or were abandoned so long ago.

        A broadcast whose row is locked, because its draft is being sent, for example, is skipped.
        """
        since = func.coalesce(Row.finished_at, func.greatest(Row.created_at, Row.due_at, Row.alive_at))
        old = (
            select(Row.id)
            .where(Row.bot_id == bot_id, or_(Row.state.in_(ENDED), Row.state.in_(DRAFTS)))
            .where(since < func.now() - older_than)
            .order_by(Row.id)
            .limit(1)
            .with_for_update(skip_locked=True)
        )
        number = await self._session.scalar(old)
        if number is None:
            return 0
        rows = BroadcastRecipient
        some = select(rows.user_id).where(rows.broadcast_id == number).limit(limit)
        pruned = delete(rows).where(rows.broadcast_id == number, rows.user_id.in_(some)).returning(rows.user_id)
        gone = len((await self._session.scalars(pruned)).all())
        if gone < limit:
            await self._session.execute(delete(Row).where(Row.id == number))
            gone += 1
        return gone

    async def _read_one(self, statement: Executable) -> Broadcast | None:
        row = (await self._session.execute(statement)).one_or_none()
        return None if row is None else _read(row)


def _read(row: Sequence[Any]) -> Broadcast:
    number, bot_id, author_id, language, state, content, category, audience, *rest = row
    known = (State(state), content, Category(category), Audience.from_json(audience))
    return Broadcast(number, bot_id, author_id, language, *known, *rest)
