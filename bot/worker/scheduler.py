"""Runs scheduled jobs. Each has a row with its next time; one unit of work runs it and sets the time after that."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime, timedelta
from typing import Protocol

import structlog

from bot.db.tables.timetable import Timetable
from bot.db.unit_of_work import UnitOfWork, Work
from bot.errors import FatalError, TransientError

CHECK_EVERY = 5.0  # seconds
AFTER_A_FAILURE = timedelta(minutes=10)

log = structlog.get_logger(__name__)


class Job(Protocol):
    """A job. `first` gives its first time; `run` gets the time it was due at and returns the next one."""

    @property
    def first(self) -> Callable[[datetime], datetime]: ...
    @property
    def run(self) -> Callable[[Work, datetime], Awaitable[datetime]]: ...


async def run_jobs(
    unit_of_work: UnitOfWork, bot_id: int, jobs: Mapping[str, Job], *, every: float = CHECK_EVERY
) -> None:
    """Run jobs that are due until cancelled. While the database is away, they wait for the next check.

    A job that fails otherwise is postponed and doesn't keep the others from running: raised here, its error would end
    the worker, and the next one, too.
    """
    scheduled = False
    while True:
        try:
            if not scheduled:
                await _schedule(unit_of_work, bot_id, jobs)
                scheduled = True
            for name, job in jobs.items():
                await _run_or_postpone(unit_of_work, bot_id, name, job)
        except TransientError as error:
            log.warning("due jobs can't run now", reason=str(error))
        await asyncio.sleep(every)


async def run_if_due(work: Work, bot_id: int, name: str, job: Job) -> None:
    """Run a job if it is due."""
    for _, due_at in await work.of(Timetable).due(bot_id, [name]):
        again = await job.run(work, due_at)
        if again != due_at:
            await work.of(Timetable).reschedule(bot_id, name, again)
            log.info("job done", job=name, next=again.isoformat())


async def _schedule(unit_of_work: UnitOfWork, bot_id: int, jobs: Mapping[str, Job]) -> None:
    async with unit_of_work.open() as work:
        now = await work.now()
        for name, job in sorted(jobs.items()):
            await work.of(Timetable).add(bot_id, name, job.first(now))


async def _run_or_postpone(unit_of_work: UnitOfWork, bot_id: int, name: str, job: Job) -> None:
    try:
        async with unit_of_work.open() as work:
            await run_if_due(work, bot_id, name, job)
    except (TransientError, FatalError):
        raise
    except Exception:
        log.exception("a job failed and is postponed", job=name)
        async with unit_of_work.open() as work:
            await work.of(Timetable).reschedule(bot_id, name, await work.now() + AFTER_A_FAILURE)
