"""Personal data in the core's own tables. Features declare theirs."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import ColumnElement, and_, any_, delete, func, or_, select, true, update

from bot.db import redaction
from bot.db.base import Base, bigints
from bot.db.personal_data import SOMEBODY_ELSE, Erasure, PersonalData, Row, Subject
from bot.db.tables.active_weeks import ActiveWeek, CohortReturn
from bot.db.tables.audit import AuditRow
from bot.db.tables.changed_settings import ChangedSetting
from bot.db.tables.chats import Chat
from bot.db.tables.dead_letters import DeadLetter
from bot.db.tables.outbox import OutboxMessage
from bot.db.tables.pollers import Poller
from bot.db.tables.prompts import PendingPrompt
from bot.db.tables.ptb_data import PtbDatum
from bot.db.tables.timetable import JobSchedule
from bot.db.tables.updates import InboxUpdate
from bot.db.tables.users import User

PROMPT_ABOUT = frozenset({"person", "people"})
"""Keys of a prompt's details that name the people it is about."""

_NOTHING_LEFT: dict[str, Any] = {
    "username": None, "first_name": "", "last_name": None, "language_code": None, "source": None, "message_count": 0,
    "last_seen_at": None, "active_on": None, "private_since": None, "blocked_at": None, "unreachable_at": None,
    "unreachable_reason": None, "maintenance_told_at": None,
    "role": "user", "language": None, "time_zone": None, "consent_version": None, "consent_at": None,
    "daily_report": False, "grams": [], "opted_out": [],
    "created_at": User.banned_at, "updated_at": func.now(),
}  # fmt: skip
"""Values for a row of `users` that stays because of a ban."""


async def _erase_user(erasure: Erasure) -> None:
    """Delete the row, unless a ban is running. Their link, as other users' source, becomes `ref_0`."""
    person = User.telegram_id == erasure.telegram_id
    runs = and_(person, User.banned_at.is_not(None), func.coalesce(User.banned_until > func.now(), true()))
    kept = await erasure.execute(update(User).where(runs).values(**_NOTHING_LEFT).returning(User.id))
    erasure.banned = kept.scalar() is not None
    if not erasure.banned:
        await erasure.execute(delete(User).where(person))
    referred = User.source.in_([f"{before}{erasure.telegram_id}" for before in ("", "ref", "ref_", "ref-")])
    await erasure.execute(update(User).where(referred).values(source="ref_0"))


async def _erase_updates(erasure: Erasure) -> None:
    """Updates in their own chat with this bot stay: the request for the erasure is among them."""
    row = InboxUpdate
    own_lane = and_(row.bot_id == erasure.bot_id, row.chat_id == erasure.telegram_id)
    found = select(row.id, row.payload).where(erasure.subject.digits_in(row.payload), ~own_lane)
    gone = []
    for row_id, payload in (await erasure.execute(found)).all():
        if redaction.comes_from(payload, erasure.telegram_id):
            gone.append(row_id)
        elif (less := erasure.redacted(payload)) is not None:
            await erasure.execute(update(row).where(row.id == row_id).values(payload=less))
    await erasure.execute(delete(row).where(row.id == any_(bigints(gone))))


async def _erase_outbox(erasure: Erasure) -> None:
    await erasure.execute(delete(OutboxMessage).where(OutboxMessage.chat_id == erasure.telegram_id))
    await erasure.scrub(OutboxMessage, OutboxMessage.payload)


async def _erase_dead_letters(erasure: Erasure) -> None:
    row, subject = DeadLetter, erasure.subject
    await erasure.execute(delete(row).where(row.chat_id == erasure.telegram_id))
    named = or_(subject.digits_in(row.payload), subject.number_in(row.reason), subject.number_in(row.traceback))
    found = select(row.id, row.payload, row.reason, row.traceback).where(named)
    for row_id, payload, reason, traceback in (await erasure.execute(found)).all():
        if redaction.comes_from(payload, erasure.telegram_id):
            await erasure.execute(delete(row).where(row.id == row_id))
        else:
            texts = {"reason": reason, "traceback": traceback}
            values = {name: redaction.without(erasure.telegram_id, text) for name, text in texts.items()}
            values["payload"] = erasure.redacted(payload) or payload
            await erasure.execute(update(row).where(row.id == row_id).values(**values))


async def _erase_audit(erasure: Erasure) -> None:
    row = AuditRow
    await erasure.execute(update(row).where(row.person_id == erasure.telegram_id).values(person_id=None, details={}))
    # Not None, which stands for actions that nobody took.
    acted = update(row).where(row.actor_id == erasure.telegram_id)
    await erasure.execute(acted.values(actor_id=redaction.NOBODY))
    await erasure.scrub(row, row.details)


async def _erase_prompts(erasure: Erasure) -> None:
    """Delete also other people's prompts that are about them."""
    row, telegram_id = PendingPrompt, erasure.telegram_id
    theirs = or_(row.telegram_id == telegram_id, row.chat_id == telegram_id, erasure.subject.number_in(row.details))
    await erasure.execute(delete(row).where(theirs))


async def _erase_ptb_data(erasure: Erasure) -> None:
    """Delete their data and conversations, and remove their id from what handlers keep about others."""
    row, telegram_id = PtbDatum, erasure.telegram_id
    await erasure.execute(delete(row).where(_ptb_data_of(erasure.subject)))
    columns = row.bot_id, row.kind, row.chat_id, row.user_id, row.message
    found = select(*columns, row.value).where(erasure.subject.number_in(row.value)).with_for_update()
    for *key, value in (await erasure.execute(found)).all():
        one = and_(*(column == part for column, part in zip(columns, key, strict=True)))
        less = redaction.without_anywhere(telegram_id, value)
        await erasure.execute(update(row).where(one).values(value=less))


def _ptb_data_of(subject: Subject) -> ColumnElement[bool]:
    return or_(PtbDatum.user_id == subject.telegram_id, PtbDatum.chat_id == subject.telegram_id)


async def _erase_changed_settings(erasure: Erasure) -> None:
    changed = update(ChangedSetting).where(ChangedSetting.changed_by == erasure.telegram_id)
    await erasure.execute(changed.values(changed_by=None))


async def _erase_active_weeks(erasure: Erasure) -> None:
    await erasure.execute(delete(ActiveWeek).where(ActiveWeek.user_id == erasure.subject.user_id))


async def _erase_limits(erasure: Erasure) -> None:
    """Remove the use of their chat's limits."""
    row = Poller
    named = erasure.subject.number_in(row.limits)
    found = select(row.bot_id, row.api_url, row.limits).where(named).with_for_update()
    for bot_id, api_url, limits in (await erasure.execute(found)).all():
        for part in ("chats", "halted"):
            limits.get("limits", {}).get(part, {}).pop(str(erasure.telegram_id), None)
        one = update(row).where(row.bot_id == bot_id, row.api_url == api_url)
        await erasure.execute(one.values(limits=limits))


def _shown_prompt(row: Row, _: Subject) -> Row:
    return row | {"details": SOMEBODY_ELSE} if PROMPT_ABOUT & row["details"].keys() else row


def _shown_limits(row: Row, subject: Subject) -> Row:
    """Only this person's chat's use of Telegram's limits."""
    kept = row["limits"].get("limits", {})
    key = str(subject.telegram_id)
    return {"limits": {part: kept[part][key] for part in ("chats", "halted") if key in kept.get(part, {})}}


CORE: Mapping[type[Base], PersonalData | None] = {
    User: PersonalData(lambda subject: User.telegram_id == subject.telegram_id, _erase_user),
    InboxUpdate: PersonalData(
        lambda subject: or_(InboxUpdate.chat_id == subject.telegram_id, subject.digits_in(InboxUpdate.payload)),
        _erase_updates,
    ),
    OutboxMessage: PersonalData(lambda subject: OutboxMessage.chat_id == subject.telegram_id, _erase_outbox),
    DeadLetter: PersonalData(
        lambda subject: or_(DeadLetter.chat_id == subject.telegram_id, subject.digits_in(DeadLetter.payload)),
        _erase_dead_letters,
    ),
    AuditRow: PersonalData(
        lambda subject: or_(AuditRow.person_id == subject.telegram_id, AuditRow.actor_id == subject.telegram_id),
        _erase_audit,
        about=("person_id", "details"),
    ),
    PendingPrompt: PersonalData(
        lambda subject: or_(
            PendingPrompt.telegram_id == subject.telegram_id, PendingPrompt.chat_id == subject.telegram_id
        ),
        _erase_prompts,
        shown=_shown_prompt,
    ),
    PtbDatum: PersonalData(_ptb_data_of, _erase_ptb_data),
    ChangedSetting: PersonalData(
        lambda subject: ChangedSetting.changed_by == subject.telegram_id, _erase_changed_settings
    ),
    ActiveWeek: PersonalData(lambda subject: ActiveWeek.user_id == subject.user_id, _erase_active_weeks),
    CohortReturn: None,  # sums
    Chat: None,  # groups and channels
    JobSchedule: None,
}
"""In the order of erasure: people first, because every transaction locks them first."""

LAST: Mapping[type[Base], PersonalData | None] = {
    Poller: PersonalData(lambda subject: subject.number_in(Poller.limits), _erase_limits, shown=_shown_limits),
}
"""Erased after the features' tables, since accepting updates waits for these rows."""
