"""Counts how many processes began to handle an update, to find one that ends the process each time.

Only updates found at the start of a term are counted: the newer ones have ended no process yet. A process counts once
for each update, however often it loses and regains leadership.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager

from bot.db.tables.pollers import Term
from bot.db.tables.updates import Inbox, Waiting
from bot.db.unit_of_work import UnitOfWork
from bot.worker.batcher import Batcher

MAX_TRIES = 5  # processes
ISOLATED_FROM = 3  # processes; from then on nothing else is handled beside it
ISOLATION_DELAY = 2.0  # seconds from the start of the term: a process killed sooner says nothing about such an update
MAX_BATCH = 200  # per transaction


class ReadWriteLock:
    """Held `shared` by any number of tasks, or `exclusive` by one once the others have left."""

    def __init__(self) -> None:
        self._holders = 0
        self._free = asyncio.Event()
        self._free.set()
        self._open = asyncio.Event()
        self._open.set()
        self._one_at_a_time = asyncio.Lock()

    @asynccontextmanager
    async def shared(self) -> AsyncIterator[None]:
        while not self._open.is_set():
            await self._open.wait()
        self._holders += 1
        self._free.clear()
        try:
            yield
        finally:
            self._holders -= 1
            if not self._holders:
                self._free.set()

    @asynccontextmanager
    async def exclusive(self) -> AsyncIterator[None]:
        async with self._one_at_a_time:
            self._open.clear()
            try:
                await self._free.wait()
                yield
            finally:
                self._open.set()


class PoisonGuard:
    """Counts tries of updates found at the start of a term, and tells which of them need isolation."""

    def __init__(
        self,
        term: Term,
        unit_of_work: UnitOfWork,
        counted: dict[int, int],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """`counted` has the count of each inbox row that this process has begun; it outlives the term."""
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
        """Return whether the update may be the one that ends the process, so that nothing else may run beside it."""
        return self._of(waiting) >= ISOLATED_FROM

    def isolation_delay(self) -> float:
        """Seconds until such updates may be handled."""
        return max(0.0, self._began + ISOLATION_DELAY - self._clock())

    async def count(self, waiting: Waiting) -> int:
        """Count this process once, and return the number of processes so far; 0 for an update of this term."""
        if self.found_at_start(waiting) and waiting.id not in self._counted:
            self._counted[waiting.id] = await self._counting.submit(waiting.id)
        return self._of(waiting)

    def forget(self, waiting: Waiting) -> None:
        self._counted.pop(waiting.id, None)

    def _of(self, waiting: Waiting) -> int:
        if not self.found_at_start(waiting):
            return 0
        counted = self._counted.get(waiting.id)
        # The row is newer if another process led in between, and older if it was read before the count.
        return waiting.tries + 1 if counted is None else max(counted, waiting.tries)

    async def _count_all(self, rows: Sequence[int]) -> list[int]:
        async with self._unit_of_work.open() as work:
            tries = await work.of(Inbox).count_tries(rows)
        return [tries.get(row_id, 0) for row_id in rows]
