"""What is known of the people who write, in memory: read once, together with others', and anew after a change."""

from collections import OrderedDict
from collections.abc import Collection, Sequence

from bot.db.tables.users import UserFacts, Users
from bot.db.unit_of_work import UnitOfWork
from bot.worker.batcher import Batcher

KEPT = 10_000
MAX_BATCH = 200  # per transaction


class KnownPeople:
    """Facts about people for as long as nobody changes them; `run` has to be running."""

    def __init__(self, unit_of_work: UnitOfWork) -> None:
        self._unit_of_work = unit_of_work
        self._known: OrderedDict[int, UserFacts | None] = OrderedDict()  # the one not asked for the longest first
        self._changes = 0
        self._asking: Batcher[int, UserFacts | None] = Batcher(self._read, max_batch=MAX_BATCH)
        self.run = self._asking.run

    async def of(self, telegram_id: int) -> UserFacts | None:
        """None for somebody whom the database doesn't know. Raises what UnitOfWork.open raises."""
        if telegram_id in self._known:
            self._known.move_to_end(telegram_id)
            return self._known[telegram_id]
        changes = self._changes
        person = await self._asking.submit(telegram_id)
        if changes == self._changes and person is not None:  # otherwise it may have been read before the change
            self._known[telegram_id] = person
            if len(self._known) > KEPT:
                self._known.popitem(last=False)
        return person

    def forget(self, telegram_ids: Collection[int]) -> None:
        """They have been changed."""
        self._changes += bool(telegram_ids)
        for telegram_id in telegram_ids:
            self._known.pop(telegram_id, None)

    def forget_all(self) -> None:
        """Anybody may have been changed, by another process."""
        self._changes += 1
        self._known.clear()

    async def _read(self, telegram_ids: Sequence[int]) -> list[UserFacts | None]:
        async with self._unit_of_work.open() as work:
            found = await work.of(Users).facts(telegram_ids)
        return [found.get(telegram_id) for telegram_id in telegram_ids]
