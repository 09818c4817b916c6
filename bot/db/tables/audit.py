"""Who did what to whom: only ever added to, in the transaction of the deed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Identity, func, insert, select
from sqlalchemy.orm import Mapped, mapped_column

from bot.db.base import Base, Repository


class AuditEntry(Base):
    """Who did what to whom, and when. Only ever added to; an erased person's number is taken out."""

    __tablename__ = "audit"

    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    actor_id: Mapped[int | None] = mapped_column(index=True)  # None: by itself; traces.NOBODY as above
    person_id: Mapped[int | None] = mapped_column(index=True)
    action: Mapped[str]
    details: Mapped[dict[str, Any]]
    at: Mapped[datetime] = mapped_column(server_default=func.now())


class Action(StrEnum):
    """What is done; each has a text in `audit-act`, by this value."""

    BAN = "ban"
    UNBAN = "unban"
    PROMOTE = "promote"
    DEMOTE = "demote"
    WRITE = "write"
    NOTE = "note"
    EXPORT = "export"
    SETTING = "setting"
    LETTER_RETRIED = "dead letter retried"
    LETTER_DISCARDED = "dead letter discarded"
    BROADCAST_SENT = "broadcast sent"
    BROADCAST_SCHEDULED = "broadcast scheduled"
    BROADCAST_UNSCHEDULED = "broadcast unscheduled"
    BROADCAST_HELD_BACK = "broadcast held back"
    BROADCAST_PAUSED = "broadcast paused"
    BROADCAST_CONTINUED = "broadcast continued"
    BROADCAST_CANCELLED = "broadcast cancelled"
    BROADCAST_DELETED = "broadcast deleted"


@dataclass(frozen=True, slots=True)
class Deed:
    number: int
    actor_id: int | None
    person_id: int | None
    action: str  # perhaps one that only a newer version knows
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


class Audit(Repository):
    async def add(self, actor_id: int | None, action: Action, person_id: int | None = None, **details: Any) -> None:
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
