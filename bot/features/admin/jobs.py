"""Notices to administrators: what went wrong."""

import asyncio
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from bot.db.tables.administrators import Administrators
from bot.db.tables.dead_letters import DeadLetters
from bot.db.tables.outbox import Outbox
from bot.db.tables.timetable import Timetable
from bot.db.tables.updates import Inbox
from bot.db.tables.users import Users
from bot.db.unit_of_work import UnitOfWork, Work
from bot.errors import FatalError, TransientError
from bot.features.admin import views as view
from bot.features.admin.repository import AdministratorsChats, Status
from bot.features.admin.views import Start
from bot.framework.command_menu import menu_of
from bot.framework.feature import Job, TermDeps
from bot.framework.i18n import texts_in
from bot.framework.registry import Command
from bot.messages import Commands, Notice

ERRORS = "error notice"
NOTICE_INTERVAL = timedelta(minutes=10)  # errors, however many there are
ABOUT_ADMINISTRATORS = ("notice", "commands")
"""Kinds of messages whose own refusal is never reported: that would make another to be refused."""


def errors(deps: TermDeps) -> Job:
    """One notice in ten minutes at the most; due at once as soon as there is something to tell."""

    async def run(work: Work, due_at: datetime) -> datetime:
        since = due_at - NOTICE_INTERVAL
        groups = await work.of(DeadLetters).since(deps.bot_id, since, ABOUT_ADMINISTRATORS, view.MAX_GROUPS + 1)
        recipients = await work.of(Administrators).reachable(deps.owners) if groups else []
        if not recipients:
            return due_at
        localized = [(one.telegram_id, texts_in(one.language, one.time_zone)) for one in recipients]
        notices = [Notice(chat_id, view.errors(texts, groups, since, clean=deps.clean)) for chat_id, texts in localized]
        await work.of(Outbox).enqueue(deps.bot_id, notices)
        return await work.now() + NOTICE_INTERVAL

    return Job(lambda now: now, run)


STARTS = "start notice"
MAX_TRIES = 10
RETRY_AFTER = 3.0  # seconds

log = structlog.get_logger(__name__)


async def notify_of_start(deps: TermDeps, *, first: bool, crashed: bool) -> None:
    """Tell how a term began: whether it is this worker's first, and whether the one before ended without a word."""
    if not deps.admin_notices or not (first or crashed):
        return
    for _ in range(MAX_TRIES):
        try:
            async with deps.unit_of_work.open() as work:
                await _record_start(work, deps.bot_id, first=first, crashed=crashed)
                await _run_if_due(work, deps)
        except TransientError as error:
            log.warning("administrators can't be told of the start yet", reason=str(error))
            await asyncio.sleep(RETRY_AFTER)
        except FatalError:
            raise
        except Exception:  # which would end the worker, and the next one, too
            log.exception("administrators can't be told of the start")
            return
        else:
            return


def starts(deps: TermDeps) -> Job:
    """One notice in ten minutes at the most; due at once as soon as there is something to tell."""

    async def run(work: Work, due_at: datetime) -> datetime:
        counted = await work.of(Timetable).details(deps.bot_id, STARTS)
        if not counted:
            return due_at
        await work.of(Timetable).set_details(deps.bot_id, STARTS, {})
        recipients = await work.of(Administrators).reachable(deps.owners)
        if not recipients:
            return due_at
        start = Start(
            starts=counted["starts"],
            crashes=counted["crashes"],
            since=datetime.fromisoformat(counted["since"]),
            version=deps.version,
            schema=await work.of(Status).schema(),
            people=await work.of(Status).users(),
            updates=await work.of(Inbox).pending(deps.bot_id),
            messages=await work.of(Outbox).pending(deps.bot_id),
        )
        notices = [
            Notice(one.telegram_id, view.started(texts_in(one.language, one.time_zone), start)) for one in recipients
        ]
        await work.of(Outbox).enqueue(deps.bot_id, notices)
        return await work.now() + NOTICE_INTERVAL

    return Job(lambda now: now, run)


async def _record_start(work: Work, bot_id: int, *, first: bool, crashed: bool) -> None:
    now = await work.now()
    await work.of(Timetable).add(bot_id, STARTS, now)
    so_far = await work.of(Timetable).details(bot_id, STARTS)
    counted = {
        "since": so_far.get("since", now.isoformat()),
        "starts": so_far.get("starts", 0) + first,
        "crashes": so_far.get("crashes", 0) + crashed,
    }
    await work.of(Timetable).set_details(bot_id, STARTS, counted)


async def _run_if_due(work: Work, deps: TermDeps) -> None:
    for _, due_at in await work.of(Timetable).due(deps.bot_id, [STARTS]):
        next_at = await starts(deps).run(work, due_at)
        if next_at != due_at:
            await work.of(Timetable).reschedule(deps.bot_id, STARTS, next_at)


@dataclass(frozen=True, slots=True)
class AdminMenus:
    unit_of_work: UnitOfWork
    bot_id: int
    owners: frozenset[int]
    commands: Sequence[Command]

    async def pending(self) -> Sequence[Commands]:
        """For whoever administers and has opened their chat, in their language; and for whoever did, everybody's."""
        async with self.unit_of_work.open() as work:
            recipients = await work.of(Administrators).reachable(self.owners)
            administrators = self.owners | set(await work.of(Administrators).ids(free=True))
            await work.of(AdministratorsChats).add(self.bot_id, administrators)
            former = await work.of(AdministratorsChats).excluding(self.bot_id, administrators)
            people = await work.of(Users).facts(former)
        theirs = [menu_of(self.commands, one.telegram_id, None, one.language, administrator=True) for one in recipients]
        chosen = {telegram_id: people[telegram_id].language for telegram_id in former if telegram_id in people}
        return theirs + [menu_of(self.commands, one, chosen.get(one), None, administrator=False) for one in former]

    async def mark_published(self, telegram_ids: Collection[int]) -> None:
        """These chats show now what they are to show: of whoever is no administrator, nothing more need be known."""
        async with self.unit_of_work.open() as work:
            administrators = self.owners | set(await work.of(Administrators).ids(free=True))
            await work.of(AdministratorsChats).remove(self.bot_id, set(telegram_ids) - administrators)
