"""Retention: deletes rows older than RETENTION_DAYS, and expired ones."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta

import structlog

from bot.db.tables.active_weeks import ActiveWeeks
from bot.db.tables.dead_letters import DeadLetters
from bot.db.tables.prompts import Prompts
from bot.db.unit_of_work import UnitOfWork, Work
from bot.errors import FatalError, TransientError

BATCH = 500  # rows in one statement, and so in one transaction
SOON = 60.0  # seconds after a term has begun: the take-over comes first
EVERY = 3600.0  # seconds

log = structlog.get_logger(__name__)

Prune = Callable[[Work, int, timedelta, int], Awaitable[int]]
"""Deletes up to so many of a bot's rows that are older than an age; returns how many it deleted."""


CORE: Mapping[str, Prune] = {
    "dead_letters": lambda work, bot_id, age, limit: work.of(DeadLetters).prune(bot_id, age, limit),
    "questions": lambda work, _bot_id, _age, limit: work.of(Prompts).prune(limit),
    "active_weeks": lambda work, _bot_id, age, limit: work.of(ActiveWeeks).prune(age, limit),
}


@dataclass(frozen=True, slots=True)
class Retention:
    """Deletes rows older than `days`: from the core's tables, and with `prunes` from the features'."""

    unit_of_work: UnitOfWork
    bot_id: int
    days: int
    prunes: Mapping[str, Prune] = field(default_factory=dict)

    async def run(self, *, soon: float = SOON, every: float = EVERY) -> None:
        """Prune `soon` seconds from now, and then each `every` seconds. A failure waits for the next time."""
        rest = soon
        while True:
            await asyncio.sleep(rest)
            try:
                await self.prune()
            except TransientError as error:
                log.warning("what is too old can't be pruned now", again_in=every, reason=str(error))
            except FatalError:
                raise
            except Exception:  # it would end this worker, and then the next one
                log.exception("what is too old isn't pruned", again_in=every)
            rest = every

    async def prune(self) -> int:
        """Delete the oldest rows first; returns how many. Each small batch is a transaction: nobody waits for long."""
        age = timedelta(days=self.days)
        pruned = dict.fromkeys([*CORE, *self.prunes], 0)
        for name, prune_some in {**CORE, **self.prunes}.items():
            batch = 1
            while batch:
                async with self.unit_of_work.open() as work:
                    batch = await prune_some(work, self.bot_id, age, BATCH)
                pruned[name] += batch
        if any(pruned.values()):
            log.info("pruned", **pruned, older_than_days=self.days)
        return sum(pruned.values())
