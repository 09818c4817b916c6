"""Items submitted while a batch is processed are processed together in the next one."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import pytest

from bot.worker.batcher import Batcher


@dataclass
class Doubler:
    """Doubles numbers once `may_answer` is set. Fails for a negative one."""

    batches: list[list[int]] = field(default_factory=list)
    may_answer: asyncio.Event = field(default_factory=asyncio.Event)

    async def answer(self, numbers: Sequence[int]) -> list[int]:
        self.batches.append(list(numbers))
        await self.may_answer.wait()
        if min(numbers) < 0:
            raise ValueError("negative")
        return [2 * number for number in numbers]


@asynccontextmanager
async def running(doubler: Doubler, max_batch: int = 3) -> AsyncIterator[Batcher[int, int]]:
    batcher = Batcher(doubler.answer, max_batch=max_batch)
    async with asyncio.TaskGroup() as tasks:
        runs = tasks.create_task(batcher.run())
        yield batcher
        runs.cancel()


async def settled() -> None:
    for _ in range(20):
        await asyncio.sleep(0)


async def test_items_submitted_during_a_batch_are_the_next_batch_up_to_the_limit() -> None:
    doubler = Doubler()
    async with running(doubler) as batcher:
        submitted = [asyncio.ensure_future(batcher.submit(1))]
        await settled()
        submitted += [asyncio.ensure_future(batcher.submit(number)) for number in range(2, 7)]
        doubler.may_answer.set()
        assert await asyncio.gather(*submitted) == [2, 4, 6, 8, 10, 12]
    assert doubler.batches == [[1], [2, 3, 4], [5, 6]]


async def test_a_failure_fails_all_items_of_its_batch_and_no_others() -> None:
    doubler = Doubler()
    doubler.may_answer.set()
    async with running(doubler) as batcher:
        first = await asyncio.gather(batcher.submit(1), batcher.submit(-1), return_exceptions=True)
        assert [type(answer) for answer in first] == [ValueError, ValueError]
        assert await batcher.submit(4) == 8


async def test_a_cancelled_item_is_not_processed_and_harms_no_other() -> None:
    doubler = Doubler()
    async with running(doubler) as batcher:
        answered, given_up = asyncio.ensure_future(batcher.submit(1)), asyncio.ensure_future(batcher.submit(1))
        await settled()
        waiting = asyncio.ensure_future(batcher.submit(2))
        early = asyncio.ensure_future(batcher.submit(3))
        await settled()
        early.cancel()
        given_up.cancel()
        doubler.may_answer.set()
        assert await answered == 2
        assert await waiting == 4
        with pytest.raises(asyncio.CancelledError):
            await given_up
    assert doubler.batches == [[1, 1], [2]]
