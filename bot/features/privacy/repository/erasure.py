"""Erasing a person: table by table, everything about them goes, or loses their number where a count has to stay."""

import json
from collections.abc import Awaitable, Callable
from typing import Any

from sqlalchemy import and_, any_, case, delete, func, or_, select, true, update
from sqlalchemy.ext.asyncio import AsyncSession

from bot.db import redaction as traces
from bot.db.arrays import bigints
from bot.db.base import Repository
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
from bot.features.broadcasts.repository.broadcasts import DRAFTS, UNDER_WAY, State
from bot.features.broadcasts.repository.recipients import Fate
from bot.features.privacy.repository.holdings import Holdings, Whom, ledger_of
from bot.features.users.models import Note

NOT_BEGUN = (*DRAFTS, State.SCHEDULED)
IN_FLIGHT = (Fate.SENDING, Fate.DELETING)

_NOTHING_LEFT: dict[str, Any] = {
    "username": None, "first_name": "", "last_name": None, "language_code": None, "source": None, "message_count": 0,
    "last_seen_at": None, "active_on": None, "private_since": None, "blocked_at": None, "unreachable_at": None,
    "unreachable_reason": None, "maintenance_told_at": None,
    "role": "user", "language": None, "time_zone": None, "consent_version": None, "consent_at": None,
    "daily_report": False, "grams": [], "opted_out": [],
    "created_at": User.banned_at, "updated_at": func.now(),
}  # fmt: skip
"""What of `users` is overwritten where the row has to stay for its ban."""


class Privacy(Repository):
    async def has_broadcasts_under_way(self, telegram_id: int) -> bool:
        """Whether one of theirs is; none of them begins any more until this transaction ends, by the clock neither."""
        await Holdings(self._session, self._changed_people).whom(
            telegram_id, locked=True
        )  # people first, as everybody locks them
        row = Broadcast
        theirs = select(row.state).where(row.author_id == telegram_id).order_by(row.id).with_for_update()
        return any(state in UNDER_WAY for state in await self._session.scalars(theirs))

    async def erase(self, bot_id: int, telegram_id: int) -> bool:
        """Erase a person. What waits in their own chat with this bot stays: the update that asks for it is there.

        Returns whether a ban is running, in which case their number, and how long it lasts, stay.
        """
        whom = await Holdings(self._session, self._changed_people).whom(telegram_id, locked=True)
        erasing = _Erasing(self._session, bot_id, whom)
        for erase in ERASED.values():
            await erase(erasing)
        return erasing.banned


class _Erasing:
    """One person's erasure: a method for each table."""

    def __init__(self, session: AsyncSession, bot_id: int, whom: Whom) -> None:
        self._session = session
        self._bot_id = bot_id
        self._whom = whom
        self._id = whom.telegram_id
        self.banned = False

    async def users(self) -> None:
        """The row goes, unless a ban runs. Whoever came by a link of theirs came by nobody's."""
        row = User
        person = row.telegram_id == self._id
        runs = and_(person, row.banned_at.is_not(None), func.coalesce(row.banned_until > func.now(), true()))
        kept = await self._session.scalar(update(row).where(runs).values(**_NOTHING_LEFT).returning(row.id))
        self.banned = kept is not None
        if not self.banned:
            await self._session.execute(delete(row).where(person))
        referred = row.source.in_([f"{before}{self._id}" for before in ("", "ref", "ref_", "ref-")])
        await self._session.execute(update(row).where(referred).values(source="ref_0"))

    async def updates(self) -> None:
        row = InboxUpdate
        own_lane = and_(row.bot_id == self._bot_id, row.chat_id == self._id)
        found = select(row.id, row.payload).where(self._whom.digits_in(row.payload), ~own_lane)
        gone = []
        for row_id, payload in (await self._session.execute(found)).all():
            if traces.comes_from(payload, self._id):
                gone.append(row_id)
            elif (less := self._less(payload)) is not None:
                await self._session.execute(update(row).where(row.id == row_id).values(payload=less))
        await self._session.execute(delete(row).where(row.id == any_(bigints(gone))))

    async def outbox(self) -> None:
        row = OutboxMessage
        await self._session.execute(delete(row).where(row.chat_id == self._id))
        await self._scrub(row, row.payload)

    async def dead_letters(self) -> None:
        row = DeadLetter
        await self._session.execute(delete(row).where(row.chat_id == self._id))
        texts = or_(self._whom.number_in(row.reason), self._whom.number_in(row.traceback))
        found = select(row.id, row.payload, row.reason, row.traceback)
        rows = (await self._session.execute(found.where(or_(self._whom.digits_in(row.payload), texts)))).all()
        for row_id, payload, reason, traceback in rows:
            if traces.comes_from(payload, self._id):
                await self._session.execute(delete(row).where(row.id == row_id))
            else:
                values = {"reason": traces.without(self._id, reason), "traceback": traces.without(self._id, traceback)}
                values["payload"] = self._less(payload) or payload
                await self._session.execute(update(row).where(row.id == row_id).values(**values))

    async def broadcasts(self) -> None:
        row = Broadcast
        mine = row.author_id == self._id
        await self._session.execute(delete(row).where(mine, row.state.in_(NOT_BEGUN)))
        anonymous = {"author_id": traces.NOBODY, "content": {}, "panel_id": None}
        await self._session.execute(update(row).where(mine).values(**anonymous))
        await self._scrub(row, row.content)
        await self._scrub(row, row.audience)

    async def broadcast_recipients(self) -> None:
        """Who still waits is counted among those that can't be reached; a row in a sender's hands loses the number."""
        row, broadcast = BroadcastRecipient, Broadcast
        theirs = ledger_of(self._whom)
        waiting = select(row.broadcast_id).where(theirs, row.state == Fate.WAITING)
        counted = update(broadcast).where(broadcast.id.in_(waiting)).values(blocked=broadcast.blocked + 1)
        await self._session.execute(counted)
        await self._session.execute(delete(row).where(theirs, row.state.not_in(IN_FLIGHT)))
        await self._session.execute(update(row).where(theirs).values(telegram_id=traces.NOBODY))

    async def sanctions(self) -> None:
        """A running ban keeps its beginning and its end, not its reason. Whom they banned, nobody known has banned."""
        row = Sanction
        over = row.lifted_at.is_not(None) if self.banned else true()
        await self._session.execute(delete(row).where(row.telegram_id == self._id, over))
        await self._session.execute(update(row).where(row.telegram_id == self._id).values(reason=""))
        acted = update(row).where(or_(row.actor_id == self._id, row.lifted_by == self._id))
        nobody = {
            name: case((getattr(row, name) == self._id, traces.NOBODY), else_=getattr(row, name))
            for name in ("actor_id", "lifted_by")
        }
        await self._session.execute(acted.values(**nobody))

    async def notes(self) -> None:
        row = Note
        await self._session.execute(delete(row).where(row.telegram_id == self._id))
        await self._session.execute(update(row).where(row.author_id == self._id).values(author_id=None))

    async def audit(self) -> None:
        row = AuditEntry
        await self._session.execute(update(row).where(row.person_id == self._id).values(person_id=None, details={}))
        # Not None, which says that it happened by itself.
        await self._session.execute(update(row).where(row.actor_id == self._id).values(actor_id=traces.NOBODY))
        await self._scrub(row, row.details)

    async def administrators_chats(self) -> None:
        """What the chat shows is taken away by whoever erases."""
        row = AdministratorsChat
        await self._session.execute(delete(row).where(row.telegram_id == self._id))

    async def asked(self) -> None:
        """Also what somebody else is being asked about them."""
        row = Asked
        theirs = or_(row.telegram_id == self._id, row.chat_id == self._id, self._whom.number_in(row.details))
        await self._session.execute(delete(row).where(theirs))

    async def changed_settings(self) -> None:
        row = ChangedSetting
        await self._session.execute(update(row).where(row.changed_by == self._id).values(changed_by=None))

    async def active_weeks(self) -> None:
        row = ActiveWeek
        await self._session.execute(delete(row).where(row.user_id == self._whom.user_id))

    async def pollers(self) -> None:
        """How far their chat's limits are used up; last, for whoever accepts updates waits for these rows."""
        row = Poller
        found = select(row.bot_id, row.api_url, row.limits).where(self._whom.number_in(row.limits)).with_for_update()
        for bot_id, api_url, limits in (await self._session.execute(found)).all():
            for part in ("chats", "halted"):
                limits.get("limits", {}).get(part, {}).pop(str(self._id), None)
            one = update(row).where(row.bot_id == bot_id, row.api_url == api_url)
            await self._session.execute(one.values(limits=limits))

    async def _scrub(self, row: Any, column: Any) -> None:
        """Put nobody in their place, wherever somebody else's row names them."""
        found = select(row.id, column).where(self._whom.number_in(column))
        for row_id, value in (await self._session.execute(found)).all():
            less = {column.key: traces.without(self._id, value)}
            await self._session.execute(update(row).where(row.id == row_id).values(**less))

    def _less(self, payload: bytes) -> bytes | None:
        """The payload without them; None if they aren't in it."""
        value = traces.read(payload)
        less = traces.without(self._id, value)
        if less == value:
            return None
        return less.encode() if isinstance(less, str) else json.dumps(less).encode()


ERASED: dict[str, Callable[[_Erasing], Awaitable[None]]] = {
    "users": _Erasing.users,
    "updates": _Erasing.updates,
    "outbox": _Erasing.outbox,
    "dead_letters": _Erasing.dead_letters,
    "broadcast_recipients": _Erasing.broadcast_recipients,
    "broadcasts": _Erasing.broadcasts,
    "sanctions": _Erasing.sanctions,
    "notes": _Erasing.notes,
    "administrators_chats": _Erasing.administrators_chats,
    "audit": _Erasing.audit,
    "asked": _Erasing.asked,
    "changed_settings": _Erasing.changed_settings,
    "active_weeks": _Erasing.active_weeks,
    "pollers": _Erasing.pollers,
}
"""By table, how, in the order in which it is done: people first, as everybody locks them."""
