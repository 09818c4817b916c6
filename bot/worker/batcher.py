"""Many questions in one: whoever asks while the database is busy with others goes into the next transaction."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Generic, TypeVar

Q = TypeVar("Q")
A = TypeVar("A")

AskAll = Callable[[Sequence[Q]], Awaitable[Sequence[A]]]
"""Answers several questions at once, each at its place."""


class Together(Generic[Q, A]):
    """Puts questions to `ask_all` in batches of at most `at_most`, one batch at a time, in the order of asking."""

    def __init__(self, ask_all: AskAll[Q, A], *, at_most: int) -> None:
        self._ask_all = ask_all
        self._at_most = at_most
        self._queue: list[tuple[Q, asyncio.Future[A]]] = []
        self._something = asyncio.Event()

    async def ask(self, question: Q) -> A:
        """The answer; raises what the batch's `ask_all` raised. `run` has to be running."""
        answer: asyncio.Future[A] = asyncio.get_running_loop().create_future()
        self._queue.append((question, answer))
        self._something.set()
        return await answer

    async def run(self) -> None:
        """Answer for as long as this runs."""
        while True:
            await self._something.wait()
            batch, self._queue = self._queue[: self._at_most], self._queue[self._at_most :]
            if not self._queue:
                self._something.clear()
            await self._answer([one for one in batch if not one[1].done()])

    async def _answer(self, batch: Sequence[tuple[Q, asyncio.Future[A]]]) -> None:
        try:
            answers = await self._ask_all([question for question, _ in batch]) if batch else []
        except Exception as error:  # noqa: BLE001 -- whoever asked decides what it means
            for _, answer in batch:
                if not answer.done():  # who asked may have been cancelled meanwhile
                    answer.set_exception(error)
        else:
            for (_, answer), value in zip(batch, answers, strict=True):
                if not answer.done():
                    answer.set_result(value)
