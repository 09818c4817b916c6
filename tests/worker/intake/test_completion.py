"""Updates are completed together in one commit, and fail independently."""

import asyncio
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager
from typing import Any

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.db.tables.outbox import StoredMessage, Unsent
from bot.db.tables.updates import Inbox, NewUpdate, Waiting
from bot.db.unit_of_work import UnitOfWork
from bot.errors import AlreadyEndedError, LeadershipLostError
from bot.worker.intake.completion import Completion
from tests.support.system import count

BOT = 42


class FakeDelivery:
    """Records what delivery would get."""

    def __init__(self) -> None:
        self.expected: set[int] = set()
        self.got: list[Unsent] = []

    def expect(self, rows: Iterable[Unsent]) -> None:
        self.expected |= {row.id for row in rows}

    def forget(self, rows: Iterable[Unsent]) -> None:
        self.expected -= {row.id for row in rows}

    def put(self, rows: Sequence[Unsent]) -> None:
        self.forget(rows)
        self.got += rows


class Harness:
    def __init__(self, unit_of_work: UnitOfWork, engine: AsyncEngine) -> None:
        self.unit_of_work, self.engine, self.delivery = unit_of_work, engine, FakeDelivery()
        self.leads = True
        self.completion = Completion(BOT, unit_of_work, self.delivery, self.check)  # type: ignore[arg-type] # a stand-in

    def check(self) -> None:
        if not self.leads:
            raise LeadershipLostError("another leads")

    async def waiting(self, number: int) -> list[Waiting]:
        new = [NewUpdate(n, 1000 + n, "message", b"{}") for n in range(number)]
        async with self.unit_of_work.open() as work:
            return await work.of(Inbox).add(BOT, new)

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        async with asyncio.TaskGroup() as tasks:
            runs = tasks.create_task(self.completion.run())
            yield
            runs.cancel()

    async def end(self, rows: Sequence[Waiting], payload: Any = None) -> list[BaseException | None]:
        """Complete the rows at once, each with one message. Returns the error of each."""
        ends = [self.completion.complete(row, [StoredMessage(row.chat_id, "text", payload or {})]) for row in rows]
        return await asyncio.gather(*ends, return_exceptions=True)

    async def count(self, table: str) -> int:
        return await count(self.engine, table)


@pytest.fixture
def harness(unit_of_work: UnitOfWork, engine: AsyncEngine) -> Harness:
    return Harness(unit_of_work, engine)


async def test_many_end_at_once_and_their_messages_are_handed_on_in_order(harness: Harness) -> None:
    rows = await harness.waiting(250)
    async with harness.running():
        assert await harness.end(rows) == [None] * 250
    assert await harness.count("updates") == 0
    assert await harness.count("outbox") == 250
    assert [message.chat_id for message in harness.delivery.got] == [row.chat_id for row in rows]
    assert harness.delivery.expected == set()


async def test_one_that_another_has_ended_fails_and_leaves_no_message(harness: Harness) -> None:
    rows = await harness.waiting(3)
    async with harness.unit_of_work.open() as work:
        await work.of(Inbox).delete([rows[1].id])
    async with harness.running():
        met = await harness.end(rows)
    assert [type(one) for one in met] == [type(None), AlreadyEndedError, type(None)]
    assert await harness.count("outbox") == 2


async def test_one_whose_message_can_not_be_kept_fails_alone(harness: Harness) -> None:
    rows = await harness.waiting(3)
    async with harness.running():
        good, bad, other = await asyncio.gather(
            harness.end(rows[:1]), harness.end(rows[1:2], {"not": {"JSON"}}), harness.end(rows[2:])
        )
    assert (good, other) == ([None], [None])
    assert bad[0] is not None
    assert await harness.count("updates") == 1
    assert await harness.count("outbox") == 2


async def test_once_another_leads_nothing_is_kept(harness: Harness) -> None:
    rows = await harness.waiting(2)
    harness.leads = False
    async with harness.running():
        met = await harness.end(rows)
    assert all(isinstance(one, LeadershipLostError) for one in met)
    assert (await harness.count("updates"), await harness.count("outbox")) == (2, 0)
    assert harness.delivery.got == []
