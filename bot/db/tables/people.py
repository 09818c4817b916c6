"""What handlers have to know of a person at each update."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import and_, any_, func, or_, select, true, update

from bot.db.arrays import bigints
from bot.db.base import Repository
from bot.db.tables.prompts import Asked
from bot.db.tables.users import User

ADMINISTRATOR = "administrator"


@dataclass(frozen=True, slots=True)
class Person:
    telegram_id: int
    role: str = "user"
    language: str | None = None  # the one chosen
    time_zone: str | None = None
    banned_at: datetime | None = None
    banned_until: datetime | None = None
    silenced: bool = False
    consent_version: str | None = None
    asked: str | None = None  # what they are being asked in their private chat
    asked_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Recipient:
    """An administrator who can be written to unasked."""

    telegram_id: int
    language: str | None
    time_zone: str | None
    daily_report: bool


NOT_BANNED = or_(User.banned_at.is_(None), User.banned_until <= func.now())
"""A ban that has run out counts no more, also before it is lifted."""
_COLUMNS: tuple[Any, ...] = (
    User.telegram_id, User.role, User.language, User.time_zone, User.banned_at, User.banned_until, User.silenced,
    User.consent_version, Asked.what, Asked.until,
)  # fmt: skip


class People(Repository):
    async def of(self, telegram_ids: Collection[int]) -> dict[int, Person]:
        """Those of them whom the bot has met."""
        private = and_(Asked.chat_id == User.telegram_id, Asked.telegram_id == User.telegram_id)
        found = select(*_COLUMNS).outerjoin(Asked, private).where(User.telegram_id == any_(bigints(telegram_ids)))
        return {row.telegram_id: Person(*row) for row in await self._session.execute(found)}

    async def is_administrator(self, telegram_id: int) -> bool:
        """Whether they are now, and until this transaction ends; nobody is while banned."""
        role = select(User.role).where(User.telegram_id == telegram_id, NOT_BANNED).with_for_update(read=True)
        return await self._session.scalar(role) == ADMINISTRATOR

    async def give_role(self, telegram_id: int, role: str) -> None:
        person = update(User).where(User.telegram_id == telegram_id)
        await self._session.execute(person.values(role=role, updated_at=func.now()))
        self._changed_people.add(telegram_id)

    async def administrators(self, *, free: bool = False) -> list[int]:
        """Those with that role, `free`: and no ban; owners, whom the settings name, aren't among them for that."""
        found = select(User.telegram_id).where(User.role == ADMINISTRATOR, NOT_BANNED if free else true())
        return list((await self._session.scalars(found.order_by(User.telegram_id))).all())

    async def recipients(self, owners: Collection[int]) -> list[Recipient]:
        """Owners, and administrators who aren't banned, who opened a private chat and can be reached there."""
        theirs = or_(User.telegram_id == any_(bigints(owners)), and_(User.role == ADMINISTRATOR, NOT_BANNED))
        reachable = User.private_since.is_not(None), User.blocked_at.is_(None), User.unreachable_at.is_(None)
        columns = User.telegram_id, func.coalesce(User.language, User.language_code), User.time_zone, User.daily_report
        found = select(*columns).where(theirs, *reachable).order_by(User.telegram_id)
        return [Recipient(*row) for row in await self._session.execute(found)]

    async def wants_report(self, telegram_id: int) -> bool:
        wants = select(User.daily_report).where(User.telegram_id == telegram_id)
        return bool(await self._session.scalar(wants))

    async def want_report(self, telegram_id: int, *, on: bool) -> None:
        person = update(User).where(User.telegram_id == telegram_id)
        await self._session.execute(person.values(daily_report=on, updated_at=func.now()))

    async def told_of_maintenance(self, telegram_id: int, since: datetime) -> bool:
        """Note that somebody is told; False if they were, since then."""
        untold = or_(User.maintenance_told_at.is_(None), User.maintenance_told_at < since)
        told = update(User).where(User.telegram_id == telegram_id, untold).values(maintenance_told_at=func.now())
        return await self._session.scalar(told.returning(User.id)) is not None

    async def now(self) -> datetime:
        """By the database's clock."""
        return (await self._session.execute(select(func.now()))).scalar_one()
