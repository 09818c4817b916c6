"""A cache of `UserFacts`: users are read once, in batches, and again after a change."""

from collections import OrderedDict
from collections.abc import Collection, Sequence

from bot.db.tables.users import UserFacts, Users
from bot.db.unit_of_work import UnitOfWork
from bot.worker.batcher import Batcher

MAX_CACHED = 10_000
MAX_BATCH = 200  # per transaction


class UserCache:
    """Keeps facts about users until they are invalidated. `run` has to be running."""

    def __init__(self, unit_of_work: UnitOfWork) -> None:
        self._unit_of_work = unit_of_work
        self._cached: OrderedDict[int, UserFacts | None] = OrderedDict()  # the least recently used first
        self._changes = 0
        self._reads: Batcher[int, UserFacts | None] = Batcher(self._read, max_batch=MAX_BATCH)
        self.run = self._reads.run

    async def get(self, telegram_id: int) -> UserFacts | None:
        """Facts about a user; None if the database doesn't know them. Raises what UnitOfWork.open raises."""
        if telegram_id in self._cached:
            self._cached.move_to_end(telegram_id)
            return self._cached[telegram_id]
        changes = self._changes
        facts = await self._reads.submit(telegram_id)
        if changes == self._changes and facts is not None:  # otherwise it may have been read before the change
            self._cached[telegram_id] = facts
            if len(self._cached) > MAX_CACHED:
                self._cached.popitem(last=False)
        return facts

    def invalidate(self, telegram_ids: Collection[int]) -> None:
        """Drop users that were changed."""
        self._changes += bool(telegram_ids)
        for telegram_id in telegram_ids:
            self._cached.pop(telegram_id, None)

    def clear(self) -> None:
        """Drop everybody: another process may have changed anyone."""
        self._changes += 1
        self._cached.clear()

    async def _read(self, telegram_ids: Sequence[int]) -> list[UserFacts | None]:
        async with self._unit_of_work.open() as work:
            found = await work.of(Users).facts(telegram_ids)
        return [found.get(telegram_id) for telegram_id in telegram_ids]
