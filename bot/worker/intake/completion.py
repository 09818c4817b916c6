"""The end of updates whose handlers changed nothing in the database: many in one transaction."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bot.db.tables.outbox import Outbox, Sendable, Unsent
from bot.db.tables.updates import Inbox, Waiting
from bot.db.unit_of_work import UnitOfWork, Work
from bot.errors import AlreadyEndedError, LeadershipLostError, TransientError
from bot.worker.batcher import Batcher
from bot.worker.lanes import put_after_commit
from bot.worker.outgoing.delivery import Delivery

MAX_BATCH = 200  # per transaction


@dataclass(frozen=True, slots=True)
class _Item:
    waiting: Waiting
    messages: Sequence[Sendable]


class Completion:
    """Ends updates: their rows are deleted and what is to be sent is put into the outbox, in one commit.

    The delete is the fence: an update whose row is gone was ended by another, and nothing of it is kept.
    `check` is called before each commit and raises LeadershipLostError once this worker leads no longer.
    """

    def __init__(self, bot_id: int, unit_of_work: UnitOfWork, delivery: Delivery, check: Callable[[], None]) -> None:
        self._bot_id = bot_id
        self._unit_of_work = unit_of_work
        self._delivery = delivery
        self._check = check
        self._batcher = Batcher(self._complete_batch, max_batch=MAX_BATCH)
        self.run = self._batcher.run

    async def complete(self, waiting: Waiting, messages: Sequence[Sendable]) -> None:
        """End an update together with others that end just now, and hand its messages to delivery.

        Raises AlreadyEndedError if another has ended it, and what UnitOfWork.open raises.
        """
        failure = await self._batcher.submit(_Item(waiting, messages))
        if failure is not None:
            raise failure

    async def complete_within(self, work: Work, waiting: Waiting, messages: Sequence[Sendable]) -> list[Unsent]:
        """End an update as the last thing in its own transaction; returns the messages to announce to delivery.

        Raises AlreadyEndedError, upon which the transaction has to be rolled back.
        """
        if not await work.of(Inbox).delete([waiting.id]):
            raise _ended_before(waiting)
        unsent = await work.of(Outbox).add(self._bot_id, messages, waiting.id)
        self._check()
        return unsent

    async def _complete_batch(self, batch: Sequence[_Item]) -> list[Exception | None]:
        """What each met; raises what is nobody's fault. Where it is somebody's, it is found out whose, one by one."""
        try:
            return await self._complete_all(batch)
        except (TransientError, LeadershipLostError):
            raise
        except Exception as error:  # noqa: BLE001 -- the update's own lane decides what it means
            if len(batch) == 1:
                return [error]
            return [failure for ending in batch for failure in await self._complete_batch([ending])]

    async def _complete_all(self, batch: Sequence[_Item]) -> list[Exception | None]:
        async with put_after_commit(self._delivery) as announce, self._unit_of_work.open() as work:
            ended = await work.of(Inbox).delete([ending.waiting.id for ending in batch])
            mine = [one for one in batch if one.waiting.id in ended]
            answers = [(one.waiting.id, message) for one in mine for message in one.messages]
            unsent = await work.of(Outbox).add_answers(self._bot_id, answers)
            self._check()
            announce(unsent)
        return [None if one.waiting.id in ended else _ended_before(one.waiting) for one in batch]


def _ended_before(waiting: Waiting) -> AlreadyEndedError:
    return AlreadyEndedError(f"update {waiting.update_id} was ended before")
