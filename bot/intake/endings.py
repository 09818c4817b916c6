"""The end of updates whose handlers changed nothing in the database: many in one transaction."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from bot.db.repositories.inbox import Waiting
from bot.db.repositories.outbox import NewMessage, Unsent
from bot.db.uow import UnitOfWork, Work
from bot.errors import AlreadyEndedError, ConflictError, DatabaseAwayError, LeadershipLostError
from bot.outgoing.delivery import Delivery

TOGETHER = 200  # at the most


@dataclass(slots=True, eq=False)
class _Ending:
    waiting: Waiting
    messages: Sequence[NewMessage]
    done: asyncio.Future[None] = field(default_factory=lambda: asyncio.get_running_loop().create_future())

    def fails_with(self, error: Exception) -> None:
        if not self.done.done():  # its handler's time may have run out meanwhile
            self.done.set_exception(error)

    def succeeds(self) -> None:
        if not self.done.done():
            self.done.set_result(None)


class Endings:
    """Ends updates: their rows are deleted and what is to be sent is put into the outbox, in one commit.

    The delete is the fence: an update whose row is gone was ended by another, and nothing of it is kept.
    `check` is called before each commit and raises LeadershipLostError once this worker leads no longer.
    """

    def __init__(self, bot_id: int, unit_of_work: UnitOfWork, delivery: Delivery, check: Callable[[], None]) -> None:
        self._bot_id = bot_id
        self._unit_of_work = unit_of_work
        self._delivery = delivery
        self._check = check
        self._queue: list[_Ending] = []
        self._something = asyncio.Event()

    async def end(self, waiting: Waiting, messages: Sequence[NewMessage]) -> None:
        """End an update together with others that end just now, and hand its messages to delivery.

        Raises AlreadyEndedError if another has ended it, and what UnitOfWork.open raises.
        """
        ending = _Ending(waiting, messages)
        self._queue.append(ending)
        self._something.set()
        await ending.done

    async def end_within(self, work: Work, waiting: Waiting, messages: Sequence[NewMessage]) -> list[Unsent]:
        """End an update as the last thing in its own transaction; returns what to hand to delivery after the commit.

        Raises AlreadyEndedError, upon which the transaction has to be rolled back.
        """
        if not await work.inbox.end([waiting.id]):
            raise AlreadyEndedError(f"update {waiting.update_id} was ended before")
        unsent = await work.outbox.add(self._bot_id, messages)
        self._check()
        self._delivery.expect(unsent)
        return unsent

    async def run(self) -> None:
        """End what is queued, for as long as this runs: what comes during one commit goes into the next."""
        while True:
            await self._something.wait()
            batch, self._queue = self._queue[:TOGETHER], self._queue[TOGETHER:]
            if not self._queue:
                self._something.clear()
            await self._end_together(batch)

    async def _end_together(self, batch: Sequence[_Ending]) -> None:
        unsent: list[Unsent] = []
        try:
            async with self._unit_of_work.open() as work:
                ended = await work.inbox.end([ending.waiting.id for ending in batch])
                messages = [message for one in batch if one.waiting.id in ended for message in one.messages]
                unsent = await work.outbox.add(self._bot_id, messages)
                self._check()
                self._delivery.expect(unsent)
        except Exception as error:  # noqa: BLE001 -- each update's own lane decides what it means
            self._delivery.forget(unsent)
            await self._failed(batch, error)
        else:
            self._delivery.put(unsent)
            _report(batch, ended)

    async def _failed(self, batch: Sequence[_Ending], error: Exception) -> None:
        """Tell all, where it is nobody's fault; otherwise find out whose it was, one by one."""
        nobodys = isinstance(error, DatabaseAwayError | ConflictError | LeadershipLostError)
        if len(batch) > 1 and not nobodys:
            for ending in batch:
                await self._end_together([ending])
            return
        for ending in batch:
            ending.fails_with(error)


def _report(batch: Sequence[_Ending], ended: set[int]) -> None:
    for ending in batch:
        if ending.waiting.id in ended:
            ending.succeeds()
        else:
            ending.fails_with(AlreadyEndedError(f"update {ending.waiting.update_id} was ended before"))
