"""Users as administrators see them: found by number, username or part of a name, and counted. Notes about them."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ARRAY,
    Select,
    Text,
    any_,
    delete,
    func,
    insert,
    literal,
    or_,
    select,
    text,
    update,
)

from bot.db.base import Repository, bigints
from bot.db.personal_data import Erasure, PersonalData
from bot.db.tables.users import User
from bot.features.users.models import Note

# A generic plan reads the whole table for a rare name.
_PLAN_EACH = text("SET LOCAL plan_cache_mode = 'force_custom_plan'")
_NO_INDEX_OF_IDS = User.id + 0
"""An order without an index. Otherwise the planner prefers the index of ids to that of trigrams."""
RECENT = 50_000  # rows


@dataclass(frozen=True, slots=True)
class Profile:
    number: int
    telegram_id: int
    username: str | None
    first_name: str
    last_name: str | None
    language_code: str | None
    language: str | None  # chosen in /settings
    time_zone: str | None
    source: str | None
    message_count: int
    created_at: datetime
    last_seen_at: datetime | None
    private_since: datetime | None
    blocked_at: datetime | None
    unreachable_at: datetime | None
    unreachable_reason: str | None
    role: str
    banned_at: datetime | None
    banned_until: datetime | None
    now: datetime  # by the database's clock

    @property
    def banned(self) -> bool:
        """Return whether a ban is running. An expired ban doesn't count, even before it is lifted."""
        return self.banned_at is not None and (self.banned_until is None or self.banned_until > self.now)

    @property
    def reachable(self) -> bool:
        """Return whether the bot can write to them first, as far as it knows."""
        return self.private_since is not None and self.blocked_at is None and self.unreachable_at is None


@dataclass(frozen=True, slots=True)
class Counts:
    all: int
    new_today: int  # since midnight, UTC
    blocked: int
    banned: int


@dataclass(frozen=True, slots=True)
class PersonName:
    telegram_id: int
    first_name: str
    last_name: str | None
    username: str | None


_COLUMNS: tuple[Any, ...] = (
    User.id, User.telegram_id, User.username, User.first_name, User.last_name, User.language_code, User.language,
    User.time_zone, User.source, User.message_count, User.created_at, User.last_seen_at, User.private_since,
    User.blocked_at, User.unreachable_at, User.unreachable_reason, User.role, User.banned_at, User.banned_until,
    func.now(),
)  # fmt: skip


class Profiles(Repository):
    async def one(self, telegram_id: int, *, locked: bool = False) -> Profile | None:
        """A user. `locked` locks their row until the transaction ends."""
        found = select(*_COLUMNS).where(User.telegram_id == telegram_id)
        if locked:
            found = found.with_for_update(key_share=True)
        row = (await self._session.execute(found)).one_or_none()
        return None if row is None else Profile(*row)

    async def by_username(self, username: str) -> Profile | None:
        found = select(*_COLUMNS).where(func.lower(User.username) == username.lower()).order_by(User.id.desc()).limit(1)
        row = (await self._session.execute(found)).one_or_none()
        return None if row is None else Profile(*row)

    async def among(self, telegram_ids: Collection[int], usernames: Collection[str]) -> Sequence[Profile]:
        """Users with one of these numbers or usernames, which are in lower case."""
        names = literal(list(usernames), ARRAY(Text))
        known = or_(User.telegram_id == any_(bigints(telegram_ids)), func.lower(User.username) == any_(names))
        return [Profile(*row) for row in await self._session.execute(select(*_COLUMNS).where(known))]

    async def newest(self, having: Sequence[str], limit: int, *, before: int | None = None) -> Sequence[Profile]:
        """The newest users whose names have all these trigrams (see `db.trigrams`), older than number `before`.

        The last RECENT rows are read from the newest on, or by the index of trigrams if few have them. Older rows are
        read by that index alone: in the order of ids, trigrams that no recent row has would cost a scan of the table.
        """
        found = select(*_COLUMNS).limit(limit)
        if before is not None:
            found = found.where(User.id < before)
        newest_first = User.id.desc()
        if not having:
            return await self._read(found.order_by(newest_first))
        await self._session.execute(_PLAN_EACH)
        found = found.where(User.grams.bool_op("@>")(literal(list(having), ARRAY(Text))))
        last = before or await self._session.scalar(select(func.max(User.id))) or 0
        recent = await self._read(found.where(User.id >= last - RECENT).order_by(newest_first))
        if len(recent) == limit:
            return recent
        older = found.where(User.id < last - RECENT).order_by(_NO_INDEX_OF_IDS.desc()).limit(limit - len(recent))
        return [*recent, *await self._read(older)]

    async def _read(self, found: Select[Any]) -> list[Profile]:
        return [Profile(*row) for row in await self._session.execute(found)]

    async def names(self, telegram_ids: Collection[int]) -> dict[int, PersonName]:
        found = select(User.telegram_id, User.first_name, User.last_name, User.username)
        known = found.where(User.telegram_id == any_(bigints(telegram_ids)))
        return {row.telegram_id: PersonName(*row) for row in await self._session.execute(known)}

    async def counts(self) -> Counts:
        today = func.date_trunc("day", func.now(), "UTC")
        running = or_(User.banned_until.is_(None), User.banned_until > func.now())
        counted = select(  # each uses its own index; one scan for all would read the whole table
            select(func.count()).select_from(User).scalar_subquery(),
            select(func.count()).where(User.created_at >= today).scalar_subquery(),
            select(func.count()).where(User.blocked_at.is_not(None)).scalar_subquery(),
            select(func.count()).where(User.banned_at.is_not(None), running).scalar_subquery(),
        )
        return Counts(*(await self._session.execute(counted)).one())


@dataclass(frozen=True, slots=True)
class WrittenNote:
    number: int
    author_id: int | None
    text: str
    created_at: datetime


class Notes(Repository):
    async def add(self, telegram_id: int, author_id: int, text: str) -> None:
        await self._session.execute(insert(Note).values(telegram_id=telegram_id, author_id=author_id, text=text))

    async def of(self, telegram_id: int) -> Sequence[WrittenNote]:
        """Notes about a user, the newest first."""
        found = select(Note.id, Note.author_id, Note.text, Note.created_at).where(Note.telegram_id == telegram_id)
        return [WrittenNote(*row) for row in await self._session.execute(found.order_by(Note.id.desc()))]


async def _erase_notes(erasure: Erasure) -> None:
    await erasure.execute(delete(Note).where(Note.telegram_id == erasure.telegram_id))
    await erasure.execute(update(Note).where(Note.author_id == erasure.telegram_id).values(author_id=None))


NOTES_DATA = PersonalData(
    lambda subject: or_(Note.telegram_id == subject.telegram_id, Note.author_id == subject.telegram_id),
    _erase_notes,
    about=("telegram_id", "text"),
)
