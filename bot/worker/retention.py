"""Retention: what is kept for RETENTION_DAYS and no longer, and what is over."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta

import structlog

from bot.db.tables.dead_letters import DeadLetters
from bot.db.tables.prompts import Questions
from bot.db.unit_of_work import UnitOfWork, Work
from bot.errors import ConflictError, DatabaseAwayError, FatalError
from bot.features.broadcasts.repository.broadcasts import Broadcasts
from bot.features.statistics.repository import Stats

BATCH = 500  # rows in one statement, and so in one transaction
SOON = 60.0  # seconds after a term has begun: the take-over comes first
EVERY = 3600.0  # seconds

log = structlog.get_logger(__name__)


async def keep_pruning(
    unit_of_work: UnitOfWork, bot_id: int, days: int, *, soon: float = SOON, every: float = EVERY
) -> None:
    """Prune `soon` seconds from now, and then each `every` seconds, for as long as this runs.

    What the database can't do just now is done the next time.
    """
    rest = soon
    while True:
        await asyncio.sleep(rest)
        try:
            await prune(unit_of_work, bot_id, days)
        except (DatabaseAwayError, ConflictError) as error:
            log.warning("what is too old can't be pruned now", again_in=every, reason=str(error))
        except FatalError:
            raise
        except Exception:  # which would end the worker, and the next one, too
            log.exception("what is too old isn't pruned", again_in=every)
        rest = every


async def prune(unit_of_work: UnitOfWork, bot_id: int, days: int) -> int:
    """Delete the bot's dead letters older than `days`, and broadcasts that ended or were left as drafts so long ago.

    Also, whatever their age, questions whose time for an answer is over; and who was active in which week, once those
    weeks are so long ago: how many came back is counted by then.
    The oldest first, few rows at a time; returns how many. Each batch is a transaction of its own, so that nobody
    waits for it and what is done stays done.
    """
    age = timedelta(days=days)
    letters = await _in_batches(unit_of_work, lambda work: work.of(DeadLetters).prune(bot_id, age, BATCH))
    broadcasts = await _in_batches(unit_of_work, lambda work: work.of(Broadcasts).prune(bot_id, age, BATCH))
    questions = await _in_batches(unit_of_work, lambda work: work.of(Questions).prune(BATCH))
    weeks = await _in_batches(unit_of_work, lambda work: work.of(Stats).prune_active_weeks(age, BATCH))
    pruned = {"dead_letters": letters, "rows_of_broadcasts": broadcasts, "questions": questions, "active_weeks": weeks}
    if any(pruned.values()):
        log.info("pruned", **pruned, older_than_days=days)
    return sum(pruned.values())


async def _in_batches(unit_of_work: UnitOfWork, prune_some: Callable[[Work], Awaitable[int]]) -> int:
    pruned, batch = 0, 1
    while batch:
        async with unit_of_work.open() as work:
            batch = await prune_some(work)
        pruned += batch
    return pruned
