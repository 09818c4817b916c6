"""Everything that is held about a person, table by table: what `/privacy` exports."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Text, and_, cast, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute

from bot.db import redaction as traces
from bot.db.base import Base, Repository
from bot.db.tables.active_weeks import ActiveWeek
from bot.db.tables.audit import AuditEntry
from bot.db.tables.changed_settings import ChangedSetting
from bot.db.tables.dead_letters import DeadLetter
from bot.db.tables.outbox import OutboxMessage
from bot.db.tables.pollers import Poller
from bot.db.tables.prompts import Asked
from bot.db.tables.updates import InboxUpdate
from bot.db.tables.users import User
from bot.features.admin.models import AdministratorsChat
from bot.features.bans.models import Sanction
from bot.features.broadcasts.models import Broadcast, BroadcastRecipient
from bot.features.users.models import Note

NOTHING_PERSONAL = frozenset({"chats", "timetable", "button_counts", "cohort_returns"})
"""Tables of groups and channels, of appointments, and of sums. Every other stands in FOUND, and in `privacy.ERASED`."""

OTHERS = frozenset({"telegram_id", "actor_id", "author_id", "lifted_by", "person_id", "changed_by"})
"""Columns that may hold somebody else's number, which is theirs and not exported."""

SAID_OF = {"sanctions": ("telegram_id", "reason"), "notes": ("telegram_id", "text"), "audit": ("person_id", "details")}
"""By table, whom a row is about, and what it says of them.

That an administrator banned somebody or wrote a note is the administrator's and is exported to them. What they wrote
is about the other, who gets it with an export of their own: even without a number it may say who that is.
"""
ASKED_ABOUT = frozenset({"person", "people"})
"""How the details of a question name those whom it is about."""
SOMEBODY_ELSE = "somebody else"

Condition = ColumnElement[bool]
Row = dict[str, Any]
Column = InstrumentedAttribute[Any]


@dataclass(frozen=True, slots=True)
class Whom:
    telegram_id: int
    user_id: int  # the row of `users`; 0 where there is none

    def number_in(self, column: Column) -> Condition:
        """Whether a column of JSON or text names them by number."""
        return cast(column, Text).op("~")(traces.pattern(self.telegram_id))

    def digits_in(self, column: Column) -> Condition:
        """Whether the bytes hold the digits of their number, perhaps as a part of another."""
        return func.pg_catalog.position(column, str(self.telegram_id).encode()) > 0


def ledger_of(whom: Whom) -> Condition:
    """By the table's key, for it may have a million rows for each of many broadcasts."""
    return and_(BroadcastRecipient.broadcast_id.in_(select(Broadcast.id)), BroadcastRecipient.user_id == whom.user_id)


FOUND: dict[str, Callable[[Whom], Condition]] = {
    "users": lambda whom: User.telegram_id == whom.telegram_id,
    "updates": lambda whom: or_(InboxUpdate.chat_id == whom.telegram_id, whom.digits_in(InboxUpdate.payload)),
    "outbox": lambda whom: OutboxMessage.chat_id == whom.telegram_id,
    "dead_letters": lambda whom: or_(DeadLetter.chat_id == whom.telegram_id, whom.digits_in(DeadLetter.payload)),
    "broadcasts": lambda whom: Broadcast.author_id == whom.telegram_id,
    "broadcast_recipients": ledger_of,
    "sanctions": lambda whom: or_(
        Sanction.telegram_id == whom.telegram_id,
        Sanction.actor_id == whom.telegram_id,
        Sanction.lifted_by == whom.telegram_id,
    ),
    "notes": lambda whom: or_(Note.telegram_id == whom.telegram_id, Note.author_id == whom.telegram_id),
    "administrators_chats": lambda whom: AdministratorsChat.telegram_id == whom.telegram_id,
    "audit": lambda whom: or_(AuditEntry.person_id == whom.telegram_id, AuditEntry.actor_id == whom.telegram_id),
    "asked": lambda whom: or_(Asked.telegram_id == whom.telegram_id, Asked.chat_id == whom.telegram_id),
    "changed_settings": lambda whom: ChangedSetting.changed_by == whom.telegram_id,
    "active_weeks": lambda whom: ActiveWeek.user_id == whom.user_id,
    "pollers": lambda whom: whom.number_in(Poller.limits),
}
"""By table, which rows are theirs, or may be: those with a `payload` are then looked into."""


class Holdings(Repository):
    async def whom(self, telegram_id: int, *, locked: bool = False) -> Whom:
        """Who that is; `locked`: their row of `users`, until the transaction ends."""
        row = select(User.id).where(User.telegram_id == telegram_id)
        return Whom(telegram_id, await self._session.scalar(row.with_for_update() if locked else row) or 0)

    async def of(self, telegram_id: int) -> dict[str, list[Row]]:
        """Every table's rows; other people's numbers are left out."""
        whom = await self.whom(telegram_id)
        return {name: await self._rows(name, whom) for name in sorted(FOUND)}

    async def _rows(self, name: str, whom: Whom) -> list[Row]:
        table = Base.metadata.tables[name]
        found = select(table).where(FOUND[name](whom)).order_by(*table.primary_key)
        rows = [dict(row) for row in (await self._session.execute(found)).mappings()]
        return [_told(name, row, whom) for row in rows if is_theirs(row, whom)]


def is_theirs(row: Row, whom: Whom) -> bool:
    """Whether a row with a payload is for them or their own deed, and doesn't only have their digits in it."""
    if not isinstance(row.get("payload"), bytes) or row.get("chat_id") == whom.telegram_id:
        return True
    return traces.comes_from(row["payload"], whom.telegram_id)


def _told(name: str, row: Row, whom: Whom) -> Row:
    if name == "pollers":
        return {"limits": _limits_of(row["limits"], whom)}
    told = {column: traces.read(value) if isinstance(value, bytes) else value for column, value in row.items()}
    hidden = {column for column in OTHERS & told.keys() if told[column] not in {None, whom.telegram_id}}
    about, says = SAID_OF.get(name, ("", ""))
    if about in hidden:
        hidden.add(says)
    if name == "asked" and ASKED_ABOUT & told["details"].keys():
        hidden.add("details")
    return told | dict.fromkeys(hidden, SOMEBODY_ELSE)


def _limits_of(limits: Row, whom: Whom) -> Row:
    """How far this person's chat has used up Telegram's limits, without everybody else's."""
    kept = limits.get("limits", {})
    key = str(whom.telegram_id)
    return {part: kept[part][key] for part in ("chats", "halted") if key in kept.get(part, {})}
