"""The daily report to administrators at 09:00 UTC, and the stored counts of button presses."""

import asyncio
from collections import Counter
from datetime import date, datetime, time, timedelta

import structlog

from bot.db.tables.administrators import Administrators
from bot.db.tables.outbox import Outbox
from bot.db.unit_of_work import UnitOfWork, Work
from bot.errors import StatementRefusedError, TransientError
from bot.features.statistics import service as stats
from bot.features.statistics import views as view
from bot.features.statistics.repository import Stats
from bot.framework.feature import Job, TermDeps
from bot.framework.i18n import texts_in
from bot.messages import Text

NAME = "daily report"
AT = time(9)  # UTC
EVERY = 30.0  # seconds
LAST_TIMEOUT = 1.0  # seconds, when a term ends

log = structlog.get_logger(__name__)

Presses = Counter[tuple[str, date]]
"""Counts by button and day."""


def daily_report(deps: TermDeps) -> Job:
    async def run(work: Work, _: datetime) -> datetime:
        recipients = [one for one in await work.of(Administrators).reachable(deps.owners) if one.daily_report]
        if recipients:
            numbers = await stats.numbers(work, deps.registry, deps.bot_id)
            reports = [
                Text(one.telegram_id, view.report(texts_in(one.language, one.time_zone), numbers)) for one in recipients
            ]
            await work.of(Outbox).enqueue(deps.bot_id, reports)
        return next_time(await work.now())

    return Job(next_time, run)


def next_time(now: datetime) -> datetime:
    """The next 09:00 after `now`, which is in UTC."""
    today = datetime.combine(now.date(), AT, now.tzinfo)
    return today if today > now else today + timedelta(days=1)


async def keep_storing_presses(unit_of_work: UnitOfWork, presses: Presses, *, every: float = EVERY) -> None:
    """Store counted presses, in one statement, each `every` seconds and when this is cancelled."""
    try:
        while True:
            await asyncio.sleep(every)
            await store_presses(unit_of_work, presses)
    finally:
        try:
            async with asyncio.timeout(LAST_TIMEOUT):
                await store_presses(unit_of_work, presses)
        except TimeoutError:
            log.warning("button presses can't be stored before the term ends")


async def store_presses(unit_of_work: UnitOfWork, presses: Presses) -> None:
    """Store counted presses. They stay counted if that fails, but not after a cancelled COMMIT, which goes through."""
    unsaved = Presses(presses)
    if not unsaved:
        return
    presses.clear()
    committing = False
    try:
        async with unit_of_work.open() as work:
            await work.of(Stats).add_presses(unsaved)
            committing = True
    except (TransientError, StatementRefusedError) as error:
        presses.update(unsaved)
        log.warning("button presses can't be stored now", reason=str(error))
    except asyncio.CancelledError:
        if not committing:
            presses.update(unsaved)
        raise
