"""Notices to administrators about errors and starts, and the command menus of their chats."""

import asyncio
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

import structlog

from bot.db.tables.administrators import Administrator, Administrators
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
from bot.framework.i18n import Texts, texts_in
from bot.framework.registry import Command
from bot.messages import Commands, Notice

ERRORS = "error notice"
STARTS = "start notice"
NOTICE_INTERVAL = timedelta(minutes=10)
LISTED_BY = "deadletters"  # the command, if the bot has that feature
MAX_TRIES = 10  # to record a start
RETRY_AFTER = 3.0  # seconds
ABOUT_ADMINISTRATORS = ("notice", "commands")
"""Kinds of messages whose failures are never reported, since the report could fail the same way."""

log = structlog.get_logger(__name__)


def notices(deps: TermDeps) -> dict[str, Job]:
    """The jobs that send notices: each at once, but at most once in NOTICE_INTERVAL."""
    return {ERRORS: errors(deps), STARTS: starts(deps)} if deps.admin_notices else {}


def errors(deps: TermDeps) -> Job:
    listed_by = next((one.name for one in deps.registry.commands if one.name == LISTED_BY), None)

    async def run(work: Work, due_at: datetime) -> datetime:
        since = due_at - NOTICE_INTERVAL
        groups = await work.of(DeadLetters).since(deps.bot_id, since, ABOUT_ADMINISTRATORS, view.MAX_GROUPS + 1)
        recipients = await work.of(Administrators).reachable(deps.owners) if groups else []
        if not recipients:
            return due_at
        written = partial(view.errors, groups=groups, since=since, clean=deps.clean, listed_by=listed_by)
        return await _send(work, deps, recipients, written)

    return Job(lambda now: now, run)


async def notify_of_start(deps: TermDeps, *, first: bool, crashed: bool) -> None:
    """Record that a term began, and notify if it is the worker's first or the previous one crashed."""
    if not deps.admin_notices or not (first or crashed):
        return
    for _ in range(MAX_TRIES):
        try:
            async with deps.unit_of_work.open() as work:
                await _record_start(work, deps.bot_id, first=first, crashed=crashed)
                await _run_if_due(work, deps)
        except TransientError as error:
            log.warning("administrators can't be notified of the start yet", reason=str(error))
            await asyncio.sleep(RETRY_AFTER)
        except FatalError:
            raise
        except Exception:  # it would end this worker, and then the next one
            log.exception("administrators can't be notified of the start")
            return
        else:
            return


def starts(deps: TermDeps) -> Job:
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
        return await _send(work, deps, recipients, partial(view.started, start=start))

    return Job(lambda now: now, run)


async def _send(
    work: Work, deps: TermDeps, recipients: Sequence[Administrator], write: Callable[[Texts], str]
) -> datetime:
    notices = [Notice(one.telegram_id, write(texts_in(one.language, one.time_zone))) for one in recipients]
    await work.of(Outbox).enqueue(deps.bot_id, notices)
    return await work.now() + NOTICE_INTERVAL


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
            log.info("job done", job=STARTS, next=next_at.isoformat())


@dataclass(frozen=True, slots=True)
class AdminMenus:
    """The command menus of administrators' and former administrators' chats.

    An owner is removed from the settings while no worker runs that could change their menu. So the table keeps every
    chat that may show the administrators' commands.
    """

    unit_of_work: UnitOfWork
    bot_id: int
    owners: frozenset[int]
    commands: Sequence[Command]

    async def pending(self) -> Sequence[Commands]:
        """The menus to publish: administrators' menus in their languages, everybody's for former administrators."""
        async with self.unit_of_work.open() as work:
            recipients = await work.of(Administrators).reachable(self.owners)
            administrators = self.owners | set(await work.of(Administrators).ids(free=True))
            await work.of(AdministratorsChats).add(self.bot_id, administrators)
            former = await work.of(AdministratorsChats).excluding(self.bot_id, administrators)
            users = await work.of(Users).facts(former)
        menus = [menu_of(self.commands, one.telegram_id, None, one.language, administrator=True) for one in recipients]
        chosen = {telegram_id: users[telegram_id].language for telegram_id in former if telegram_id in users}
        return menus + [menu_of(self.commands, one, chosen.get(one), None, administrator=False) for one in former]

    async def mark_published(self, telegram_ids: Collection[int]) -> None:
        """Forget published chats of former administrators: they show the right menu now."""
        async with self.unit_of_work.open() as work:
            administrators = self.owners | set(await work.of(Administrators).ids(free=True))
            await work.of(AdministratorsChats).remove(self.bot_id, set(telegram_ids) - administrators)
