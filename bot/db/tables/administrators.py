"""Administrators: who they are, who can be sent messages, and who wants the daily report."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import and_, any_, func, or_, select, true, update

from bot.db.base import Repository, bigints
from bot.db.tables.users import ADMINISTRATOR, User

NOT_BANNED = or_(User.banned_at.is_(None), User.banned_until <= func.now())
"""A ban that has run out doesn't count, even before it is lifted."""


@dataclass(frozen=True, slots=True)
class Administrator:
    """An administrator or owner whose private chat can be written to."""

    telegram_id: int
    language: str | None
    time_zone: str | None
    daily_report: bool


class Administrators(Repository):
    """Users with the administrator role."""

    async def includes(self, telegram_id: int) -> bool:
        """Return whether the user is an administrator and not banned. Their row is locked, so that it stays true."""
        role = select(User.role).where(User.telegram_id == telegram_id, NOT_BANNED).with_for_update(read=True)
        return await self._session.scalar(role) == ADMINISTRATOR

    async def set_role(self, telegram_id: int, role: str) -> None:
        await self._update(telegram_id, role=role)
        self._changed_people.add(telegram_id)

    async def ids(self, *, free: bool = False) -> list[int]:
        """Ids of users with the administrator role; `free=True` leaves out banned ones. Owners aren't included."""
        found = select(User.telegram_id).where(User.role == ADMINISTRATOR, NOT_BANNED if free else true())
        return list((await self._session.scalars(found.order_by(User.telegram_id))).all())

    async def reachable(self, owners: Collection[int]) -> list[Administrator]:
        """Owners and administrators who aren't banned, opened a private chat and haven't blocked the bot."""
        theirs = or_(User.telegram_id == any_(bigints(owners)), and_(User.role == ADMINISTRATOR, NOT_BANNED))
        reachable = User.private_since.is_not(None), User.blocked_at.is_(None), User.unreachable_at.is_(None)
        columns = User.telegram_id, func.coalesce(User.language, User.language_code), User.time_zone, User.daily_report
        found = select(*columns).where(theirs, *reachable).order_by(User.telegram_id)
        return [Administrator(*row) for row in await self._session.execute(found)]

    async def wants_report(self, telegram_id: int) -> bool:
        wanted = select(User.daily_report).where(User.telegram_id == telegram_id)
        return bool(await self._session.scalar(wanted))

    async def set_report(self, telegram_id: int, *, on: bool) -> None:
        await self._update(telegram_id, daily_report=on)

    async def _update(self, telegram_id: int, **values: object) -> None:
        row = update(User).where(User.telegram_id == telegram_id)
        await self._session.execute(row.values(**values, updated_at=func.now()))
