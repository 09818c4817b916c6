"""Completion of updates. Those whose handlers changed nothing in the database are completed in batches."""

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
    """Completes updates: deletes their rows and adds their messages to the outbox, in one commit.

    The delete is the fence: if the row is gone, another transaction has completed the update, and nothing is stored.
    `check` is called before each commit and raises LeadershipLostError once this worker no longer leads.
    """

    def __init__(self, bot_id: int, unit_of_work: UnitOfWork, delivery: Delivery, check: Callable[[], None]) -> None:
        self._bot_id = bot_id
        self._unit_of_work = unit_of_work
        self._delivery = delivery
        self._check = check
        self._batcher = Batcher(self._complete_batch, max_batch=MAX_BATCH)
        self.run = self._batcher.run

    async def complete(self, waiting: Waiting, messages: Sequence[Sendable]) -> None:
        """Complete an update in a batch with others, and hand its messages to delivery.

        Raises AlreadyEndedError if another transaction has completed it, and what UnitOfWork.open raises.
        """
        failure = await self._batcher.submit(_Item(waiting, messages))
        if failure is not None:
            raise failure

    async def complete_within(self, work: Work, waiting: Waiting, messages: Sequence[Sendable]) -> list[Unsent]:
        """Complete an update as the last step of its own transaction. Returns the messages to announce to delivery.

        Raises AlreadyEndedError, after which the transaction has to be rolled back.
        """
        if not await work.of(Inbox).delete([waiting.id]):
            raise _ended_before(waiting)
        unsent = await work.of(Outbox).add(self._bot_id, messages, waiting.id)
        self._check()
        return unsent

    async def _complete_batch(self, batch: Sequence[_Item]) -> list[Exception | None]:
        """Return each update's error or None. If the batch fails because of one update, retry them one by one."""
        try:
            return await self._complete_all(batch)
        except (TransientError, LeadershipLostError):
            raise
        except Exception as error:  # noqa: BLE001 -- the update's lane decides what it means
            if len(batch) == 1:
                return [error]
            return [failure for item in batch for failure in await self._complete_batch([item])]

    async def _complete_all(self, batch: Sequence[_Item]) -> list[Exception | None]:
        async with put_after_commit(self._delivery) as announce, self._unit_of_work.open() as work:
            deleted = await work.of(Inbox).delete([item.waiting.id for item in batch])
            mine = [item for item in batch if item.waiting.id in deleted]
            answers = [(item.waiting.id, message) for item in mine for message in item.messages]
            unsent = await work.of(Outbox).add_answers(self._bot_id, answers)
            self._check()
            announce(unsent)
        return [None if item.waiting.id in deleted else _ended_before(item.waiting) for item in batch]


def _ended_before(waiting: Waiting) -> AlreadyEndedError:
    return AlreadyEndedError(f"update {waiting.update_id} was ended before")
