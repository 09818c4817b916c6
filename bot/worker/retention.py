"""Retention: what is kept for RETENTION_DAYS and no longer, and what is over."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial

import structlog

from bot.db.tables.active_weeks import ActiveWeeks
from bot.db.tables.dead_letters import DeadLetters
from bot.db.tables.prompts import Prompts
from bot.db.unit_of_work import UnitOfWork, Work
from bot.errors import ConflictError, DatabaseAwayError, FatalError

BATCH = 500  # rows in one statement, and so in one transaction
SOON = 60.0  # seconds after a term has begun: the take-over comes first
EVERY = 3600.0  # seconds

log = structlog.get_logger(__name__)

Prune = Callable[[Work, int, timedelta, int], Awaitable[int]]
"""Deletes up to a number of rows of a bot that are older than an age; returns how many."""


async def _dead_letters(work: Work, bot_id: int, age: timedelta, limit: int) -> int:
    return await work.of(DeadLetters).prune(bot_id, age, limit)


async def _expired_prompts(work: Work, _: int, __: timedelta, limit: int) -> int:
    return await work.of(Prompts).prune(limit)


async def _active_weeks(work: Work, _: int, age: timedelta, limit: int) -> int:
    """How many came back is counted by then."""
    return await work.of(ActiveWeeks).prune(age, limit)


CORE: Mapping[str, Prune] = {
    "dead_letters": _dead_letters,
    "questions": _expired_prompts,
    "active_weeks": _active_weeks,
}


@dataclass(frozen=True, slots=True)
class Retention:
    """Deletes what is older than `days`, of the core's tables and, by `prunes`, of the features'."""

    unit_of_work: UnitOfWork
    bot_id: int
    days: int
    prunes: Mapping[str, Prune] = field(default_factory=dict)

    async def run(self, *, soon: float = SOON, every: float = EVERY) -> None:
        """Prune `soon` seconds from now, and then each `every` seconds.

        What the database can't do just now is done the next time.
        """
        rest = soon
        while True:
            await asyncio.sleep(rest)
            try:
                await self.prune()
            except (DatabaseAwayError, ConflictError) as error:
                log.warning("what is too old can't be pruned now", again_in=every, reason=str(error))
            except FatalError:
                raise
            except Exception:  # which would end the worker, and the next one, too
                log.exception("what is too old isn't pruned", again_in=every)
            rest = every

    async def prune(self) -> int:
        """Delete the oldest first, few rows at a time; returns how many.

        Each batch is a transaction of its own, so that nobody waits for it and what is done stays done.
        """
        age = timedelta(days=self.days)
        pruned = {}
        for name, prune_some in {**CORE, **self.prunes}.items():
            pruned[name] = await _in_batches(self.unit_of_work, partial(_batch, prune_some, self.bot_id, age))
        if any(pruned.values()):
            log.info("pruned", **pruned, older_than_days=self.days)
        return sum(pruned.values())


async def _batch(prune_some: Prune, bot_id: int, age: timedelta, work: Work) -> int:
    return await prune_some(work, bot_id, age, BATCH)


async def _in_batches(unit_of_work: UnitOfWork, prune_some: Callable[[Work], Awaitable[int]]) -> int:
    pruned, batch = 0, 1
    while batch:
        async with unit_of_work.open() as work:
            batch = await prune_some(work)
        pruned += batch
    return pruned
