"""How often buttons are pressed: counted in memory, and written down now and then. A crash loses half a minute's."""

import asyncio
from collections import Counter
from datetime import date

import structlog

from bot.db.unit_of_work import UnitOfWork
from bot.errors import StatementRefusedError, TransientError
from bot.features.statistics.repository import Stats

EVERY = 30.0  # seconds
LAST_WITHIN = 1.0  # seconds, at the end of a term

log = structlog.get_logger(__name__)

Presses = Counter[tuple[str, date]]
"""By button and day."""


async def keep_counting(unit_of_work: UnitOfWork, presses: Presses, *, every: float = EVERY) -> None:
    """Write down what is counted, in one statement, each `every` seconds and when this is cancelled."""
    try:
        while True:
            await asyncio.sleep(every)
            await write_down(unit_of_work, presses)
    finally:
        try:
            async with asyncio.timeout(LAST_WITHIN):
                await write_down(unit_of_work, presses)
        except TimeoutError:
            log.warning("button presses can't be counted before the end")


async def write_down(unit_of_work: UnitOfWork, presses: Presses) -> None:
    """What can't be written down now stays counted; not so what a cancellation met in a COMMIT, which goes through."""
    taken = Presses(presses)
    if not taken:
        return
    presses.clear()
    ending = False
    try:
        async with unit_of_work.open() as work:
            await work.of(Stats).add_presses(taken)
            ending = True
    except (TransientError, StatementRefusedError) as error:
        presses.update(taken)
        log.warning("button presses can't be counted now", reason=str(error))
    except asyncio.CancelledError:
        if not ending:
            presses.update(taken)
        raise
