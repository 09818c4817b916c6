"""What is done by the clock. Each is a row with its time; one firing is one unit of work that also sets the next."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime, timedelta
from typing import Protocol

import structlog

from bot.db.tables.timetable import Timetable
from bot.db.unit_of_work import UnitOfWork, Work
from bot.errors import FatalError, TransientError

LOOK_EVERY = 5.0  # seconds
AFTER_A_FAILURE = timedelta(minutes=10)

log = structlog.get_logger(__name__)


class Job(Protocol):
    """Something done by the clock. `run` does it, given since when it is due, and returns when it is due next."""

    @property
    def first(self) -> Callable[[datetime], datetime]: ...
    @property
    def run(self) -> Callable[[Work, datetime], Awaitable[datetime]]: ...


async def keep_time(
    unit_of_work: UnitOfWork, bot_id: int, jobs: Mapping[str, Job], *, every: float = LOOK_EVERY
) -> None:
    """Do what is due, for as long as this runs. What can't be done just now is done at one of the next looks.

    What fails for another reason is put off, and keeps nothing else from being done: raised from here it would end
    the worker, and the next one, too.
    """
    entered = False
    while True:
        try:
            if not entered:
                await _enter(unit_of_work, bot_id, jobs)
                entered = True
            for what, job in jobs.items():
                await _try_to_fire(unit_of_work, bot_id, what, job)
        except TransientError as error:
            log.warning("what is due can't be done now", reason=str(error))
        await asyncio.sleep(every)


async def fire(work: Work, bot_id: int, what: str, job: Job) -> None:
    """Do it if it is due."""
    for _, due_at in await work.of(Timetable).due(bot_id, [what]):
        again = await job.run(work, due_at)
        if again != due_at:
            await work.of(Timetable).reschedule(bot_id, what, again)
            log.info("done by the clock", what=what, next=again.isoformat())


async def _enter(unit_of_work: UnitOfWork, bot_id: int, jobs: Mapping[str, Job]) -> None:
    async with unit_of_work.open() as work:
        now = await work.now()
        for what, job in sorted(jobs.items()):
            await work.of(Timetable).add(bot_id, what, job.first(now))


async def _try_to_fire(unit_of_work: UnitOfWork, bot_id: int, what: str, job: Job) -> None:
    try:
        async with unit_of_work.open() as work:
            await fire(work, bot_id, what, job)
    except (TransientError, FatalError):
        raise
    except Exception:
        log.exception("what is due failed, and is put off", what=what)
        async with unit_of_work.open() as work:
            await work.of(Timetable).reschedule(bot_id, what, await work.now() + AFTER_A_FAILURE)
