"""How often an update was begun with: by as many processes as ended while they handled it, or the one that does now.

Only of what was found at the start of a term is that worth a statement: what came since has ended no process yet.
A process counts itself in once, however often it loses the lead and gains it again: that ends nobody.
"""

import time
from collections.abc import Callable, Sequence

from bot.db.tables.pollers import Term
from bot.db.tables.updates import Inbox, Waiting
from bot.db.unit_of_work import UnitOfWork
from bot.worker.batcher import Batcher

MAX_TRIES = 5
ISOLATED_FROM = 3  # from then on nothing else is handled beside it
ISOLATION_DELAY = 2.0  # seconds from the start of the term: a process that is killed sooner says nothing about them
MAX_BATCH = 200  # per transaction


class PoisonGuard:
    def __init__(
        self,
        term: Term,
        unit_of_work: UnitOfWork,
        counted: dict[int, int],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """`counted` says by inbox row how many had begun with it when this process did; it outlives the term."""
        self._term = term
        self._unit_of_work = unit_of_work
        self._counted = counted
        self._counting = Batcher(self._count_all, max_batch=MAX_BATCH)
        self._clock = clock
        self._began = clock()
        self.run = self._counting.run

    def found_at_start(self, waiting: Waiting) -> bool:
        return waiting.id <= self._term.found_up_to

    def needs_isolation(self, waiting: Waiting) -> bool:
        """Whether it may be the one that ends the process each time."""
        return self._of(waiting) >= ISOLATED_FROM

    def isolation_delay(self) -> float:
        """Seconds until they may be handled."""
        return max(0.0, self._began + ISOLATION_DELAY - self._clock())

    async def count(self, waiting: Waiting) -> int:
        """Count this process in, once; returns how many have begun to handle it, 0 for an update of this term.

        Raises what UnitOfWork.open raises.
        """
        if self.found_at_start(waiting) and waiting.id not in self._counted:
            self._counted[waiting.id] = await self._counting.submit(waiting.id)
        return self._of(waiting)

    def forget(self, waiting: Waiting) -> None:
        self._counted.pop(waiting.id, None)

    def _of(self, waiting: Waiting) -> int:
        if not self.found_at_start(waiting):
            return 0
        counted = self._counted.get(waiting.id)
        # What the row says is newer where another process led in between, and older where it was read before the count.
        return waiting.tries + 1 if counted is None else max(counted, waiting.tries)

    async def _count_all(self, rows: Sequence[int]) -> list[int]:
        async with self._unit_of_work.open() as work:
            tries = await work.of(Inbox).count_tries(rows)
        return [tries.get(row_id, 0) for row_id in rows]
