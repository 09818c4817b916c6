"""Who did what to whom: only ever added to, in the transaction of the deed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import insert, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.db.models import AuditEntry


@dataclass(frozen=True, slots=True)
class Deed:
    number: int
    actor_id: int | None
    person_id: int | None
    action: str
    details: dict[str, Any]
    at: datetime


_COLUMNS = (
    AuditEntry.id,
    AuditEntry.actor_id,
    AuditEntry.person_id,
    AuditEntry.action,
    AuditEntry.details,
    AuditEntry.at,
)
"""Those of a `Deed`, in its order."""


class Audit:
    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def add(self, actor_id: int | None, action: str, person_id: int | None = None, **details: Any) -> None:
        """`actor_id` is None for what happens by itself."""
        deed = {"actor_id": actor_id, "person_id": person_id, "action": action, "details": details}
        await self._session.execute(insert(AuditEntry).values(**deed))

    async def newest(
        self, limit: int, *, before: int | None = None, actor_id: int | None = None, person_id: int | None = None
    ) -> Sequence[Deed]:
        """The newest deeds, of one actor or to one person where that is given, older than number `before`."""
        found = select(*_COLUMNS)
        for column, value in ((AuditEntry.actor_id, actor_id), (AuditEntry.person_id, person_id)):
            found = found if value is None else found.where(column == value)
        found = found if before is None else found.where(AuditEntry.id < before)
        return [Deed(*row) for row in await self._session.execute(found.order_by(AuditEntry.id.desc()).limit(limit))]

    async def of(self, telegram_id: int) -> Sequence[Deed]:
        """All that a person did or that was done to them."""
        found = select(*_COLUMNS).where(or_(AuditEntry.actor_id == telegram_id, AuditEntry.person_id == telegram_id))
        return [Deed(*row) for row in await self._session.execute(found.order_by(AuditEntry.id))]
