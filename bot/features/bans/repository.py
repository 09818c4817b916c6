"""Bans, running and past."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import case, delete, exists, func, insert, or_, select, true, update

from bot.db import redaction
from bot.db.base import Repository
from bot.db.personal_data import Erasure, PersonalData
from bot.db.tables.users import User
from bot.features.bans.models import Sanction

BAN = "ban"


@dataclass(frozen=True, slots=True)
class Ban:
    number: int
    telegram_id: int
    reason: str
    actor_id: int | None
    silent: bool
    told_at: datetime | None
    expires_at: datetime | None
    lifted_at: datetime | None
    lifted_by: int | None
    created_at: datetime


_COLUMNS: tuple[Any, ...] = (
    Sanction.id, Sanction.telegram_id, Sanction.reason, Sanction.actor_id, Sanction.silent, Sanction.told_at,
    Sanction.expires_at, Sanction.lifted_at, Sanction.lifted_by, Sanction.created_at,
)  # fmt: skip


class Sanctions(Repository):
    async def ban(
        self, telegram_id: int, reason: str, actor_id: int, expires_at: datetime | None, *, silent: bool
    ) -> bool:
        """Ban a user. False if there is no such user or they are banned already."""
        free = update(User).where(User.telegram_id == telegram_id, User.banned_at.is_(None))
        banned = free.values(banned_at=func.now(), banned_until=expires_at, silenced=silent, updated_at=func.now())
        if await self._session.scalar(banned.returning(User.id)) is None:
            return False
        row = {"telegram_id": telegram_id, "kind": BAN, "reason": reason, "actor_id": actor_id, "silent": silent}
        await self._session.execute(insert(Sanction).values(**row, expires_at=expires_at))
        self._changed_people.add(telegram_id)
        return True

    async def lift(self, telegram_id: int, actor_id: int | None, *, if_over: bool = False) -> bool:
        """End a user's ban, with `if_over` only an expired one. False if there was none to end."""
        banned = update(User).where(User.telegram_id == telegram_id, User.banned_at.is_not(None))
        if if_over:
            banned = banned.where(User.banned_until <= func.now())
        free = banned.values(banned_at=None, banned_until=None, silenced=False, updated_at=func.now())
        if await self._session.scalar(free.returning(User.id)) is None:
            return False
        running = update(Sanction).where(Sanction.telegram_id == telegram_id, Sanction.lifted_at.is_(None))
        await self._session.execute(running.values(lifted_at=func.now(), lifted_by=actor_id))
        self._changed_people.add(telegram_id)
        return True

    async def expired(self, limit: int) -> list[int]:
        """Ids of users whose ban has expired."""
        over = select(User.telegram_id).where(User.banned_until <= func.now()).order_by(User.banned_until).limit(limit)
        return list((await self._session.scalars(over)).all())

    async def seconds_to_next(self) -> float | None:
        """Seconds until the next ban expires; None if none will."""
        next_at = select(func.extract("epoch", func.min(User.banned_until) - func.now()))
        seconds = await self._session.scalar(next_at.where(User.banned_until.is_not(None)))
        return None if seconds is None else max(0.0, float(seconds))

    async def running(self, telegram_id: int) -> Ban | None:
        found = select(*_COLUMNS).where(Sanction.telegram_id == telegram_id, Sanction.lifted_at.is_(None))
        row = (await self._session.execute(found.order_by(Sanction.id.desc()).limit(1))).one_or_none()
        return None if row is None else Ban(*row)

    async def of(self, telegram_id: int) -> Sequence[Ban]:
        """All bans of a user, the newest first."""
        found = select(*_COLUMNS).where(Sanction.telegram_id == telegram_id).order_by(Sanction.id.desc())
        return [Ban(*row) for row in await self._session.execute(found)]

    async def mark_notified(self, number: int) -> bool:
        """Note that the user is being notified. False if that was noted before: they are notified once."""
        unsent = update(Sanction).where(Sanction.id == number, Sanction.told_at.is_(None))
        telegram_id = await self._session.scalar(unsent.values(told_at=func.now()).returning(Sanction.telegram_id))
        if telegram_id is None:
            return False
        await self._session.execute(update(User).where(User.telegram_id == telegram_id).values(silenced=True))
        self._changed_people.add(telegram_id)
        return True

    async def mark_not_notified(self, telegram_id: int, number: int) -> None:
        """Undo `mark_notified` if the ban still runs: the user gets the notice when they write again."""
        running = Sanction.id == number, Sanction.telegram_id == telegram_id, Sanction.lifted_at.is_(None)
        person = update(User).where(User.telegram_id == telegram_id, exists().where(*running))
        await self._session.execute(person.values(silenced=False))
        await self._session.execute(update(Sanction).where(*running).values(told_at=None))
        self._changed_people.add(telegram_id)


async def _erase(erasure: Erasure) -> None:
    """Keep a running ban without its reason. Replace an erased administrator by NOBODY."""
    row, telegram_id = Sanction, erasure.telegram_id
    over = row.lifted_at.is_not(None) if erasure.banned else true()
    await erasure.execute(delete(row).where(row.telegram_id == telegram_id, over))
    await erasure.execute(update(row).where(row.telegram_id == telegram_id).values(reason=""))
    nobody = {
        column.key: case((column == telegram_id, redaction.NOBODY), else_=column)
        for column in (row.actor_id, row.lifted_by)
    }
    acted = or_(row.actor_id == telegram_id, row.lifted_by == telegram_id)
    await erasure.execute(update(row).where(acted).values(**nobody))


PERSONAL_DATA = PersonalData(
    lambda subject: or_(
        Sanction.telegram_id == subject.telegram_id,
        Sanction.actor_id == subject.telegram_id,
        Sanction.lifted_by == subject.telegram_id,
    ),
    _erase,
    about=("telegram_id", "reason"),
)
