"""What is done by the clock. Each is a row with its time; one firing is one unit of work that also sets the next."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from bot.db.tables.people import People
from bot.db.tables.timetable import Timetable
from bot.db.unit_of_work import UnitOfWork, Work
from bot.errors import FatalError, TransientError

LOOK_EVERY = 5.0  # seconds
AFTER_A_FAILURE = timedelta(minutes=10)

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Entry:
    """Something done again and again. `fire` does it, given since when it is due, and says when it is due next."""

    first: Callable[[datetime], datetime]
    fire: Callable[[Work, datetime], Awaitable[datetime]]


async def keep_time(
    unit_of_work: UnitOfWork, bot_id: int, entries: Mapping[str, Entry], *, every: float = LOOK_EVERY
) -> None:
    """Do what is due, for as long as this runs. What can't be done just now is done at one of the next looks.

    What fails for another reason is put off, and keeps nothing else from being done: raised from here it would end
    the worker, and the next one, too.
    """
    entered = False
    while True:
        try:
            if not entered:
                await _enter(unit_of_work, bot_id, entries)
                entered = True
            for what, entry in entries.items():
                await _try_to_fire(unit_of_work, bot_id, what, entry)
        except TransientError as error:
            log.warning("what is due can't be done now", reason=str(error))
        await asyncio.sleep(every)


async def fire(work: Work, bot_id: int, what: str, entry: Entry) -> None:
    """Do it if it is due."""
    for _, due_at in await work.of(Timetable).due(bot_id, [what]):
        again = await entry.fire(work, due_at)
        if again != due_at:
            await work.of(Timetable).put_off(bot_id, what, again)
            log.info("done by the clock", what=what, next=again.isoformat())


async def _enter(unit_of_work: UnitOfWork, bot_id: int, entries: Mapping[str, Entry]) -> None:
    async with unit_of_work.open() as work:
        now = await work.of(People).now()
        for what, entry in sorted(entries.items()):
            await work.of(Timetable).enter(bot_id, what, entry.first(now))


async def _try_to_fire(unit_of_work: UnitOfWork, bot_id: int, what: str, entry: Entry) -> None:
    try:
        async with unit_of_work.open() as work:
            await fire(work, bot_id, what, entry)
    except (TransientError, FatalError):
        raise
    except Exception:
        log.exception("what is due failed, and is put off", what=what)
        async with unit_of_work.open() as work:
            await work.of(Timetable).put_off(bot_id, what, await work.of(People).now() + AFTER_A_FAILURE)
