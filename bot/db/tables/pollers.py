"""Terms of leadership, and the cursor: how far a bot's updates have been taken over from Telegram."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Float, Text, cast, func, literal, select, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.orm import InstrumentedAttribute, Mapped, mapped_column

from bot.db.base import Base, Repository
from bot.db.tables.updates import InboxUpdate
from bot.db.text import JsonObject
from bot.errors import LeadershipLostError


class Poller(Base):
    """A bot at an API server: its epoch, its cursor, and what the last term kept of Telegram's limits."""

    __tablename__ = "pollers"

    bot_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    api_url: Mapped[str] = mapped_column(primary_key=True)
    epoch: Mapped[int] = mapped_column(server_default="0")  # counts terms of leadership
    last_update_id: Mapped[int | None]
    last_update_at: Mapped[datetime | None]
    limits: Mapped[JsonObject | None]  # how far Telegram's limits were used up when the last term ended
    limits_at: Mapped[datetime | None]


@dataclass(frozen=True, slots=True)
class PreviousTerm:
    """The previous term's record. Ages are in seconds by the database's clock, and infinite where unknown."""

    limits: str | None  # JSON: how far Telegram's limits were used up
    limits_age: float
    last_sign_age: float  # since it last stored the limits or accepted an update


@dataclass(frozen=True, slots=True)
class Term:
    """A worker's time as the leader of one bot at one server."""

    bot_id: int
    api_url: str
    epoch: int
    found_up_to: int = 0  # the inbox's last row at the start of the term
    previous: PreviousTerm | None = None  # None: this is the first term


@dataclass(frozen=True, slots=True)
class Cursor:
    """The last new update taken over from Telegram, and when, by the database's clock."""

    update_id: int | None
    at: datetime | None
    now: datetime


class Pollers(Repository):
    """Terms and cursors, a row for each bot and Bot API server."""

    async def begin_term(self, bot_id: int, api_url: str) -> Term:
        """Raise the epoch: a worker of an older epoch can accept nothing from now on."""
        row = upsert(Poller).values(bot_id=bot_id, api_url=api_url, epoch=1)
        raised = row.on_conflict_do_update(
            index_elements=[Poller.bot_id, Poller.api_url], set_={"epoch": Poller.epoch + 1}
        ).returning(Poller.epoch)
        epoch = (await self._session.execute(raised)).scalar_one()
        last = select(func.max(InboxUpdate.id)).where(InboxUpdate.bot_id == bot_id)
        previous = None if epoch == 1 else await self._previous(bot_id, api_url)
        return Term(bot_id, api_url, epoch, found_up_to=await self._session.scalar(last) or 0, previous=previous)

    async def _previous(self, bot_id: int, api_url: str) -> PreviousTerm:
        """Limits are read as text, since JSON that can't be parsed must not keep anybody from leading."""
        last_sign = func.greatest(Poller.limits_at, Poller.last_update_at)
        left = select(cast(Poller.limits, Text), _age(Poller.limits_at), _age(last_sign))
        mine = left.where(Poller.bot_id == bot_id, Poller.api_url == api_url)
        return PreviousTerm(*(await self._session.execute(mine)).one())

    async def store_limits(self, term: Term, limits: Mapping[str, object]) -> None:
        """Store how far the limits are used up. Does nothing if the term has ended."""
        stored = update(Poller).where(*_of(term)).values(limits=limits, limits_at=func.clock_timestamp())
        await self._session.execute(stored)

    async def cursor(self, term: Term) -> Cursor:
        """The cursor, locked until the transaction ends. Raises LeadershipLostError if the term has ended."""
        mine = select(Poller.last_update_id, Poller.last_update_at, func.now()).where(*_of(term)).with_for_update()
        row = (await self._session.execute(mine)).one_or_none()
        if row is None:
            raise LeadershipLostError("another worker has taken over polling")
        return Cursor(*row)

    async def advance(self, term: Term, update_id: int) -> None:
        """Move the cursor to `update_id`."""
        moved = update(Poller).where(*_of(term)).values(last_update_id=update_id, last_update_at=func.now())
        await self._session.execute(moved)


def _age(moment: ColumnElement[datetime] | InstrumentedAttribute[datetime | None]) -> ColumnElement[float]:
    seconds = cast(func.extract("epoch", func.clock_timestamp() - moment), Float)
    return func.coalesce(seconds, literal(math.inf))


def _of(term: Term) -> tuple[ColumnElement[bool], ...]:
    return (Poller.bot_id == term.bot_id, Poller.api_url == term.api_url, Poller.epoch == term.epoch)
