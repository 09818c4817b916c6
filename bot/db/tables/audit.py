"""The audit log: what administrators did, and to whom. Entries are added in the transaction of the action."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import Identity, func, insert, select
from sqlalchemy.orm import Mapped, mapped_column

from bot.db.base import Base, Repository
from bot.db.text import JsonObject


class AuditRow(Base):
    """An action, its actor and the person it concerns. Rows are only added; erasing a person removes their id."""

    __tablename__ = "audit"

    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    actor_id: Mapped[int | None] = mapped_column(index=True)  # None: nobody; redaction.NOBODY: an erased person
    person_id: Mapped[int | None] = mapped_column(index=True)
    action: Mapped[str]
    details: Mapped[JsonObject]
    at: Mapped[datetime] = mapped_column(server_default=func.now())


class Action(StrEnum):
    """Actions that are audited. Each value has a text in `audit-act`."""

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
class AuditEntry:
    """An entry as it is shown."""

    number: int
    actor_id: int | None
    person_id: int | None
    action: str  # may be one that only a newer version knows
    details: JsonObject
    at: datetime


_COLUMNS = (AuditRow.id, AuditRow.actor_id, AuditRow.person_id, AuditRow.action, AuditRow.details, AuditRow.at)
"""The columns of an `AuditEntry`, in its order."""


class Audit(Repository):
    """The audit log."""

    async def add(self, actor_id: int | None, action: Action, person_id: int | None = None, **details: object) -> None:
        """Add an entry. `actor_id` is None if no person caused it."""
        values = {"actor_id": actor_id, "person_id": person_id, "action": action, "details": details}
        await self._session.execute(insert(AuditRow).values(**values))

    async def newest(
        self, limit: int, *, before: int | None = None, actor_id: int | None = None, person_id: int | None = None
    ) -> Sequence[AuditEntry]:
        """The newest entries: of one actor, about one person, or older than number `before`, if these are given."""
        found = select(*_COLUMNS)
        for column, value in ((AuditRow.actor_id, actor_id), (AuditRow.person_id, person_id)):
            found = found if value is None else found.where(column == value)
        found = found if before is None else found.where(AuditRow.id < before)
        rows = await self._session.execute(found.order_by(AuditRow.id.desc()).limit(limit))
        return [AuditEntry(*row) for row in rows]
