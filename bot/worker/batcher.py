"""Groups concurrent requests into one transaction: requests made while a batch is processed form the next batch."""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from typing import Generic, TypeVar

ItemT = TypeVar("ItemT")
ResultT = TypeVar("ResultT")

LOADS_PER_BATCH = 200

ProcessBatch = Callable[[Sequence[ItemT]], Awaitable[Sequence[ResultT]]]
"""Processes several items at once and returns a result for each, in the same order."""


class Batcher(Generic[ItemT, ResultT]):
    """Passes items to `process` in batches of at most `max_batch`, one batch at a time, in order of submission."""

    def __init__(self, process: ProcessBatch[ItemT, ResultT], *, max_batch: int) -> None:
        self._process = process
        self._max_batch = max_batch
        self._queue: list[tuple[ItemT, asyncio.Future[ResultT]]] = []
        self._not_empty = asyncio.Event()

    async def submit(self, item: ItemT) -> ResultT:
        """Return the item's result, or raise what `process` raised for its batch. `run` has to be running."""
        result: asyncio.Future[ResultT] = asyncio.get_running_loop().create_future()
        self._queue.append((item, result))
        self._not_empty.set()
        return await result

    async def run(self) -> None:
        """Process batches until cancelled."""
        while True:
            await self._not_empty.wait()
            batch, self._queue = self._queue[: self._max_batch], self._queue[self._max_batch :]
            if not self._queue:
                self._not_empty.clear()
            await self._run_batch([entry for entry in batch if not entry[1].done()])

    async def _run_batch(self, batch: Sequence[tuple[ItemT, asyncio.Future[ResultT]]]) -> None:
        try:
            results = await self._process([item for item, _ in batch]) if batch else []
        except Exception as error:  # noqa: BLE001 -- the caller of `submit` decides what it means
            for _, future in batch:
                if not future.done():  # the caller may have been cancelled meanwhile
                    future.set_exception(error)
        else:
            for (_, future), result in zip(batch, results, strict=True):
                if not future.done():
                    future.set_result(result)


LoadAll = Callable[[Sequence[int], Collection[int], int], Awaitable[Mapping[int, list[ItemT]]]]
"""(chats, exclude, limit): each chat's first rows, at most `limit`, in order, without those in `exclude`."""


class BatchedLoads(Generic[ItemT]):
    """Loads the rows of several chats in one transaction. `load` is for `Lanes`; `run` has to be running."""

    def __init__(self, load_all: LoadAll[ItemT]) -> None:
        self._load_all = load_all
        self._batcher = Batcher(self._load_batch, max_batch=LOADS_PER_BATCH)
        self.run = self._batcher.run

    async def load(self, chat_id: int, exclude: Collection[int], limit: int) -> list[ItemT]:
        """The chat's first rows, without those in `exclude`."""
        return await self._batcher.submit((chat_id, exclude, limit))

    async def _load_batch(self, requests: Sequence[tuple[int, Collection[int], int]]) -> list[list[ItemT]]:
        chats = [chat_id for chat_id, _, _ in requests]
        exclude = {row_id for _, others, _ in requests for row_id in others}
        rows = await self._load_all(chats, exclude, max(limit for _, _, limit in requests))
        return [rows[chat_id] for chat_id in chats]
