"""Dead letters: updates that could not be read or handled, and messages that could not be sent."""

from collections.abc import Collection
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import Identity, Index, LargeBinary, Row, delete, func, insert, select
from sqlalchemy.orm import Mapped, mapped_column

from bot.db.base import Base, Repository
from bot.db.text import storable


class DeadLetter(Base):
    """An update or message that failed for good, with the reason."""

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


class Origin(StrEnum):
    """The table that a dead letter comes from."""

    UPDATE = "update"
    MESSAGE = "message"


@dataclass(frozen=True, slots=True)
class NewDeadLetter:
    """A dead letter to be stored. Its fields are columns of the table."""

    origin: Origin
    payload: bytes
    reason: str
    update_id: int | None = None
    chat_id: int | None = None
    kind: str | None = None
    traceback: str | None = None


@dataclass(frozen=True, slots=True)
class LetterSummary:
    """A dead letter without its long parts. `origin` may be one that only a newer version knows."""

    number: int
    created_at: datetime
    bot_id: int
    origin: str
    update_id: int | None
    chat_id: int | None
    kind: str | None
    reason: str


@dataclass(frozen=True, slots=True)
class Letter(LetterSummary):
    """A dead letter with its traceback and payload."""

    traceback: str | None
    payload: bytes


@dataclass(frozen=True, slots=True)
class LetterGroup:
    """Dead letters with the same reason."""

    origin: str
    reason: str
    letters: int


SHOWN_OF_A_REASON = 120  # characters

_LISTED = (
    DeadLetter.id, DeadLetter.created_at, DeadLetter.bot_id, DeadLetter.origin, DeadLetter.update_id,
    DeadLetter.chat_id, DeadLetter.kind, DeadLetter.reason,
)  # fmt: skip
_WHOLE = (*_LISTED, DeadLetter.traceback, DeadLetter.payload)


class DeadLetters(Repository):
    """Updates and messages that failed for good."""

    async def add(self, bot_id: int, letter: NewDeadLetter) -> int:
        """Store a dead letter and return its number."""
        texts = {"reason": storable(letter.reason), "traceback": storable(letter.traceback)}
        row = insert(DeadLetter).values(bot_id=bot_id, **(asdict(letter) | texts))
        return (await self._session.execute(row.returning(DeadLetter.id))).scalar_one()

    async def newest(self, limit: int, *, bot_id: int | None = None, before: int | None = None) -> list[LetterSummary]:
        """The newest dead letters, of all bots or of one, and older than number `before` if it is given."""
        rows = select(*_LISTED).order_by(DeadLetter.id.desc()).limit(limit)
        rows = rows if bot_id is None else rows.where(DeadLetter.bot_id == bot_id)
        rows = rows if before is None else rows.where(DeadLetter.id < before)
        return [LetterSummary(*row) for row in await self._session.execute(rows)]

    async def count(self, bot_id: int | None = None) -> int:
        """The number of dead letters, of all bots or of one."""
        counted = select(func.count()).select_from(DeadLetter)
        counted = counted if bot_id is None else counted.where(DeadLetter.bot_id == bot_id)
        return await self._session.scalar(counted) or 0

    async def since(
        self, bot_id: int, moment: datetime, exclude_kinds: Collection[str], limit: int
    ) -> list[LetterGroup]:
        """The bot's dead letters since then, grouped by origin and reason, the largest group first."""
        group = (DeadLetter.origin, func.left(DeadLetter.reason, SHOWN_OF_A_REASON))
        newer = DeadLetter.bot_id == bot_id, DeadLetter.created_at > moment
        found = select(*group, func.count()).where(*newer, func.coalesce(DeadLetter.kind, "").not_in(exclude_kinds))
        rows = found.group_by(*group).order_by(func.count().desc(), *group).limit(limit)
        return [LetterGroup(*row) for row in await self._session.execute(rows)]

    async def one(self, number: int) -> Letter | None:
        """The dead letter of this number."""
        found = select(*_WHOLE).where(DeadLetter.id == number)
        return _letter((await self._session.execute(found)).one_or_none())

    async def take(self, number: int) -> Letter | None:
        """Delete a dead letter and return it. Of two concurrent calls, the second waits and gets None."""
        taken = delete(DeadLetter).where(DeadLetter.id == number).returning(*_WHOLE)
        return _letter((await self._session.execute(taken)).one_or_none())

    async def prune(self, bot_id: int, older_than: timedelta, limit: int) -> int:
        """Delete up to `limit` old dead letters of the bot, except locked ones. Returns how many."""
        oldest = (
            select(DeadLetter.id)
            .where(DeadLetter.bot_id == bot_id, DeadLetter.created_at < func.now() - older_than)
            .order_by(DeadLetter.created_at)
            .limit(limit)
            .with_for_update(skip_locked=True)
        )
        pruned = delete(DeadLetter).where(DeadLetter.id.in_(oldest)).returning(DeadLetter.id)
        return len((await self._session.scalars(pruned)).all())


def _letter(row: Row[*tuple[Any, ...]] | None) -> Letter | None:
    return None if row is None else Letter(*row)
