"""Notices to administrators that a worker began to lead, and that the one before crashed.

A worker that is killed again and again would write to everybody each time. So a start is counted, in the row of the
timetable, and told of by the clock: at once, unless another was within ten minutes; then they are told of together.
"""

import asyncio
from datetime import datetime

import structlog

from bot.db.tables import mail
from bot.db.tables.outbox import Outbox
from bot.db.tables.people import People
from bot.db.tables.timetable import Timetable
from bot.db.tables.updates import Inbox
from bot.db.unit_of_work import Work
from bot.errors import FatalError, TransientError
from bot.features.admin import notice_rules as notices
from bot.features.admin import notice_views as view
from bot.features.admin.notice_views import Start
from bot.features.admin.notices import Means
from bot.features.statistics.repository import Stats
from bot.framework.i18n import texts
from bot.messages import Notice
from bot.worker import scheduler as timetable
from bot.worker.scheduler import Entry

STARTS = "start notice"
TRIES = 10
AGAIN_AFTER = 3.0  # seconds

log = structlog.get_logger(__name__)


async def tell_of_start(means: Means, *, first: bool, crashed: bool) -> None:
    """Tell how a term began: whether it is this worker's first, and whether the one before ended without a word."""
    if not (first or crashed):
        return
    for _ in range(TRIES):
        try:
            async with means.unit_of_work.open() as work:
                await _count(work, means.bot_id, first=first, crashed=crashed)
                await timetable.fire(work, means.bot_id, STARTS, starts(means))
        except TransientError as error:
            log.warning("administrators can't be told of the start yet", reason=str(error))
            await asyncio.sleep(AGAIN_AFTER)
        except FatalError:
            raise
        except Exception:  # which would end the worker, and the next one, too
            log.exception("administrators can't be told of the start")
            return
        else:
            return


def starts(means: Means) -> Entry:
    """One notice in ten minutes at the most; due at once as soon as there is something to tell."""

    async def fire(work: Work, due_at: datetime) -> datetime:
        counted = await work.of(Timetable).details(means.bot_id, STARTS)
        if not counted:
            return due_at
        await work.of(Timetable).keep(means.bot_id, STARTS, {})
        recipients = await notices.recipients(work, means.owners)
        if not recipients:
            return due_at
        start = Start(
            starts=counted["starts"],
            crashes=counted["crashes"],
            since=datetime.fromisoformat(counted["since"]),
            version=means.version,
            schema=await work.of(Stats).schema(),
            people=await work.of(Stats).people(),
            updates=await work.of(Inbox).pending(means.bot_id),
            messages=await work.of(Outbox).pending(means.bot_id),
        )
        told = [Notice(one.telegram_id, view.started(texts(one.language, one.time_zone), start)) for one in recipients]
        await mail.post(work, means.bot_id, told)
        return await work.of(People).now() + notices.AT_MOST_EVERY

    return Entry(lambda now: now, fire)


async def _count(work: Work, bot_id: int, *, first: bool, crashed: bool) -> None:
    now = await work.of(People).now()
    await work.of(Timetable).enter(bot_id, STARTS, now)
    so_far = await work.of(Timetable).details(bot_id, STARTS)
    counted = {
        "since": so_far.get("since", now.isoformat()),
        "starts": so_far.get("starts", 0) + first,
        "crashes": so_far.get("crashes", 0) + crashed,
    }
    await work.of(Timetable).keep(bot_id, STARTS, counted)
