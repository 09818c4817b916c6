"""Lanes handle each chat's rows once and in order, chats concurrently, and forget idle chats."""

import asyncio
import random
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.errors import DatabaseAwayError
from bot.worker.lanes import KEPT_IN_MEMORY, Lanes

ANN, BOB, EVE = 1, 2, 3
LONG = 3600.0  # seconds: longer than any test


@dataclass(frozen=True, slots=True)
class Row:
    id: int
    chat_id: int


@dataclass
class Table:
    """A stand-in for the database: rows in order of id. Loading takes some turns of the event loop."""

    rows: dict[int, Row] = field(default_factory=dict)
    loads: list[int] = field(default_factory=list)  # the chat of each load
    away: int = 0  # number of loads that will fail
    pause: Callable[[], Awaitable[None]] = lambda: asyncio.sleep(0)

    def commit(self, rows: Iterable[Row]) -> None:
        self.rows.update((row.id, row) for row in rows)

    async def load(self, chat_id: int, besides: Collection[int], limit: int) -> list[Row]:
        self.loads.append(chat_id)
        without = set(besides)  # bound to the statement before the server takes its snapshot
        await self.pause()
        if self.away:
            self.away -= 1
            raise DatabaseAwayError("gone for a walk")
        of_chat = [row for row in self.rows.values() if row.chat_id == chat_id and row.id not in without]
        await self.pause()
        return sorted(of_chat, key=lambda row: row.id)[:limit]


@dataclass
class Work:
    """Handles rows. Those of a held chat wait until they are released."""

    table: Table
    begun: list[Row] = field(default_factory=list)
    done: list[Row] = field(default_factory=list)
    held: dict[int, asyncio.Event] = field(default_factory=dict)  # by chat
    answers: dict[int, list[float]] = field(default_factory=dict)  # by row: what `do` returns before it is done
    changed: asyncio.Event = field(default_factory=asyncio.Event)

    def hold(self, chat_id: int) -> asyncio.Event:
        return self.held.setdefault(chat_id, asyncio.Event())

    async def do(self, row: Row) -> float | None:
        self.begun.append(row)
        self.changed.set()
        if row.chat_id in self.held:
            await self.held[row.chat_id].wait()
        if self.answers.get(row.id):
            return self.answers[row.id].pop(0)
        self.table.rows.pop(row.id, None)
        self.done.append(row)
        self.changed.set()
        return None

    async def until(self, condition: Callable[[], bool]) -> None:
        async with asyncio.timeout(5):
            while not condition():
                self.changed.clear()
                await self.changed.wait()


@dataclass
class Harness:
    lanes: Lanes[Row]
    work: Work
    table: Table

    def put(self, *rows: Row) -> None:
        self.table.commit(rows)
        self.lanes.put(rows)

    async def all_done(self, *rows: Row) -> None:
        await self.work.until(lambda: len(self.work.done) >= len(rows))
        await settled()
        assert self.work.done == list(rows)

    async def began(self, *rows: Row) -> None:
        await self.work.until(lambda: len(self.work.begun) >= len(rows))
        await settled()
        assert self.work.begun == list(rows)


@asynccontextmanager
async def harness(width: int = 2) -> AsyncIterator[Harness]:
    table = Table()
    work = Work(table)
    async with asyncio.TaskGroup() as tasks:
        lanes: Lanes[Row] = Lanes(width=width, do=work.do, load=table.load, tasks=tasks, name="tests")
        yield Harness(lanes, work, table)
        for event in work.held.values():
            event.set()
        await lanes.close()


async def settled() -> None:
    """Let all tasks run: nothing in the harness takes more turns of the event loop."""
    for _ in range(50):
        await asyncio.sleep(0)


def rows(chat_id: int, ids: Iterable[int]) -> list[Row]:
    return [Row(number, chat_id) for number in ids]


async def test_a_chats_rows_are_done_one_after_another_in_order() -> None:
    async with harness() as at:
        hold = at.work.hold(ANN)
        first, second, third = rows(ANN, [1, 2, 3])
        at.put(first, second)
        at.put(third)
        await at.began(first)
        hold.set()
        await at.all_done(first, second, third)


async def test_chats_are_done_side_by_side_up_to_the_width() -> None:
    async with harness(width=3) as at:
        for chat in range(5):
            at.work.hold(chat)
        at.put(*(Row(number, number) for number in range(5)))
        await at.began(*(Row(number, number) for number in range(3)))
        at.work.held[1].set()
        await at.began(*(Row(number, number) for number in range(4)))


async def test_a_held_chat_keeps_only_its_own_rows_waiting() -> None:
    async with harness(width=2) as at:
        at.work.hold(ANN)
        at.put(*rows(ANN, range(1, 4)), *rows(BOB, range(4, 20)))
        await at.work.until(lambda: len(at.work.done) == 16)
        assert at.work.begun[0] == Row(1, ANN)
        assert at.work.done == rows(BOB, range(4, 20))


@pytest.mark.parametrize("from_table", [False, True])
async def test_a_chat_with_many_rows_does_not_keep_a_new_chat_waiting(from_table: bool) -> None:
    """One row of each chat at a time."""
    async with harness(width=1) as at:
        hold = at.work.hold(ANN)
        many = rows(ANN, range(1, 101))
        if from_table:
            at.table.commit(many)
            at.lanes.reload([ANN])
        else:
            at.put(*many)
        await at.began(many[0])
        at.put(*rows(BOB, [201, 202]), *rows(EVE, [203]))
        hold.set()
        await at.work.until(lambda: Row(202, BOB) in at.work.done)
        assert [row.id for row in at.work.done] == [1, 201, 203, 2, 202]


async def test_memory_holds_a_few_rows_of_a_chat_and_the_rest_is_loaded_in_order() -> None:
    async with harness() as at:
        hold = at.work.hold(ANN)
        many = rows(ANN, range(1, 1001))
        for row in many:
            at.put(row)
        await at.began(many[0])
        assert len(at.lanes._lanes[ANN].rows) == KEPT_IN_MEMORY
        hold.set()
        await at.all_done(*many)
        assert len(at.table.loads) <= 1000 / KEPT_IN_MEMORY + 1


async def test_memory_holds_no_more_than_a_few_rows_after_any_load() -> None:
    held: list[int] = []
    async with harness() as at:
        at.table.commit(rows(ANN, range(1, 101)))
        at.lanes.reload([ANN])
        while len(at.work.done) < 100:
            held.append(len(at.lanes._lanes[ANN].rows))
            await asyncio.sleep(0)
    assert 0 < max(held) <= KEPT_IN_MEMORY


async def test_a_chat_that_fits_into_memory_needs_no_look_into_the_table() -> None:
    async with harness() as at:
        few = rows(ANN, range(KEPT_IN_MEMORY))
        at.put(*few)
        await at.all_done(*few)
        assert at.table.loads == []


async def test_idle_chats_leave_no_trace() -> None:
    async with harness(width=3) as at:
        for chat in range(100):
            announced = rows(chat, range(chat * 10, chat * 10 + 6))
            at.lanes.expect(announced)
            at.put(*announced)
        at.lanes.reload(range(200))  # half of them have no rows
        await at.work.until(lambda: len(at.work.done) == 600)
        async with asyncio.timeout(10):
            while at.lanes._holding:
                await asyncio.sleep(0)
        assert (at.lanes._lanes, list(at.lanes._ready), at.lanes._expected) == ({}, [], set())
        assert not at.lanes._holding


async def test_a_row_is_tried_again_after_the_requested_seconds_and_before_the_next() -> None:
    async with harness() as at:
        first, second = rows(ANN, [1, 2])
        at.work.answers[1] = [0.001, 0.0, 0.001]
        at.put(first, second)
        await at.all_done(first, second)
        assert at.work.begun == [first] * 4 + [second]


async def test_a_chat_that_waits_for_its_next_try_holds_no_slot() -> None:
    async with harness(width=1) as at:
        at.work.answers[1] = [LONG]
        at.put(Row(1, ANN), Row(2, ANN), Row(3, BOB))
        await at.all_done(Row(3, BOB))
        at.put(Row(4, ANN), Row(5, BOB))
        await at.all_done(Row(3, BOB), Row(5, BOB))
        assert at.work.begun.count(Row(1, ANN)) == 1


async def test_rows_put_while_a_chat_waits_come_behind_it() -> None:
    async with harness() as at:
        at.work.answers[1] = [0.01]
        at.put(Row(1, ANN))
        await at.began(Row(1, ANN))
        at.put(*rows(ANN, range(2, 9)))
        at.lanes.reload([ANN])
        await at.all_done(*rows(ANN, range(1, 9)))


async def test_a_load_while_the_database_is_away_is_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.worker.lanes.LOAD_AGAIN_AFTER", 0.001)
    async with harness(width=1) as at:
        at.table.away = 3
        at.table.commit(rows(ANN, [1, 2]))
        at.lanes.reload([ANN])
        await at.all_done(*rows(ANN, [1, 2]))


async def test_a_chat_whose_load_fails_holds_no_slot_and_loses_nothing_put_meanwhile() -> None:
    async with harness(width=1) as at:
        at.table.away = 1
        at.lanes.reload([ANN])
        await settled()
        at.put(Row(1, ANN), Row(2, BOB))
        await at.all_done(Row(2, BOB))
        assert at.lanes._lanes[ANN].more


async def test_any_other_failure_of_a_load_or_of_the_work_ends_the_tasks() -> None:
    async def fails(*_: object) -> float | None:
        raise LookupError("a mistake in the program")

    async def loads_nothing(*_: object) -> list[Row]:
        raise LookupError("a mistake in the program")

    for look in (False, True):
        with pytest.raises(ExceptionGroup) as caught:  # noqa: PT012 -- the group's end belongs to it
            async with asyncio.TaskGroup() as tasks:
                lanes: Lanes[Row] = Lanes(width=1, do=fails, load=loads_nothing, tasks=tasks, name="tests")
                if look:
                    lanes.reload([ANN])
                else:
                    lanes.put([Row(1, ANN)])
        assert [type(error) for error in caught.value.exceptions] == [LookupError]


async def test_announced_rows_are_not_loaded_before_they_are_put() -> None:
    async with harness() as at:
        announced = rows(ANN, [1, 2])
        at.lanes.expect(announced)
        at.table.commit(announced)  # committed and not put yet
        at.lanes.reload([ANN])
        await settled()
        assert at.work.begun == []
        at.lanes.put(announced)
        await at.all_done(*announced)


async def test_announced_rows_that_are_forgotten_are_found_by_the_next_look() -> None:
    async with harness() as at:
        announced = rows(ANN, [1, 2])
        at.lanes.expect(announced)
        at.table.commit(announced)
        at.lanes.forget(announced)
        at.lanes.reload([ANN])
        await at.all_done(*announced)


async def test_a_row_announced_and_committed_while_its_chat_is_loaded_is_done_once() -> None:
    """The load began before the announcement, sees the row all the same, and returns before it is put."""
    async with harness() as at:
        hold = at.work.hold(ANN)
        at.table.commit(rows(ANN, [1]))
        at.lanes.reload([ANN])
        await asyncio.sleep(0)  # the load has begun and knows of no announcement
        assert at.table.loads == [ANN]
        at.lanes.expect(rows(ANN, [2]))
        at.table.commit(rows(ANN, [2]))
        await at.began(Row(1, ANN))  # the load is back
        at.lanes.put(rows(ANN, [2]))
        hold.set()
        await at.all_done(*rows(ANN, [1, 2]))


@pytest.mark.parametrize("turns", range(8))
async def test_a_row_put_at_any_moment_of_a_load_is_done_once_and_in_order(turns: int) -> None:
    async with harness() as at:
        at.table.commit(rows(ANN, [1]))
        at.lanes.reload([ANN])
        for _ in range(turns):
            await asyncio.sleep(0)
        at.lanes.expect(rows(ANN, [2]))
        at.table.commit(rows(ANN, [2]))
        at.lanes.put(rows(ANN, [2]))
        await at.all_done(*rows(ANN, [1, 2]))


async def test_looking_at_chats_that_are_at_work_does_nothing_twice() -> None:
    async with harness() as at:
        hold = at.work.hold(ANN)
        many = rows(ANN, range(1, 12))
        at.put(*many)
        await at.began(many[0])
        at.lanes.reload([ANN, ANN])
        hold.set()
        at.lanes.reload([ANN])
        await at.all_done(*many)


async def test_close_waits_for_what_runs_and_begins_nothing_more() -> None:
    async with harness(width=2) as at:
        hold = at.work.hold(ANN)
        at.work.hold(BOB)
        at.put(Row(1, ANN), Row(2, ANN), Row(3, BOB), Row(4, EVE))
        await at.began(Row(1, ANN), Row(3, BOB))
        closing = asyncio.create_task(at.lanes.close())
        await settled()
        at.put(Row(5, 5))
        at.lanes.reload([6])
        hold.set()
        await settled()
        assert not closing.done()
        at.work.held[BOB].set()
        await closing
        assert at.work.begun == [Row(1, ANN), Row(3, BOB)]
        assert at.work.done == [Row(1, ANN), Row(3, BOB)]
        assert at.table.loads == []


async def test_close_waits_for_a_load_that_runs() -> None:
    async with harness() as at:
        at.table.commit(rows(ANN, [1]))
        at.lanes.reload([ANN])
        await asyncio.sleep(0)
        await at.lanes.close()
        assert not at.lanes._holding


async def test_close_does_not_wait_for_chats_that_wait_for_their_next_try() -> None:
    async with asyncio.timeout(5), harness() as at:
        at.work.answers[1] = [LONG]
        at.put(Row(1, ANN))
        await at.began(Row(1, ANN))
        await at.lanes.close()


async def test_a_try_that_ends_after_the_close_is_not_waited_for_either() -> None:
    async with asyncio.timeout(5), harness() as at:
        hold = at.work.hold(ANN)
        at.work.answers[1] = [LONG]
        at.put(Row(1, ANN))
        await at.began(Row(1, ANN))
        closing = asyncio.create_task(at.lanes.close())
        await settled()
        hold.set()
        await closing


async def test_closing_twice_or_with_nothing_to_do_is_fine() -> None:
    async with harness() as at:
        await at.lanes.close()
        await at.lanes.close()


async def test_a_pause_begins_nothing_more() -> None:
    async with harness() as at:
        at.lanes.pause()
        at.put(Row(1, ANN))
        await settled()
        assert at.work.begun == []


async def test_a_group_of_tasks_that_is_torn_down_leaves_nothing_behind_that_fails_later() -> None:
    complaints: list[dict[str, object]] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, context: complaints.append(context))
    table = Table()
    work = Work(table, answers={1: [0.01]})
    with pytest.raises(ExceptionGroup):  # noqa: PT012 -- the group's end belongs to it
        async with asyncio.TaskGroup() as tasks:
            lanes: Lanes[Row] = Lanes(width=1, do=work.do, load=table.load, tasks=tasks, name="tests")
            lanes.put([Row(1, ANN)])
            await work.until(lambda: bool(work.begun))
            await settled()
            raise LookupError("something else has failed")
    await asyncio.sleep(0.02)  # past the moment of the next try
    assert complaints == []
    assert work.begun == [Row(1, ANN)]


@settings(max_examples=300, deadline=None)
@given(st.randoms(use_true_random=True), st.integers(1, 4), st.integers(1, 5))
def test_whatever_happens_every_row_is_done_once_in_order_and_never_two_of_a_chat_at_once(
    dice: random.Random, width: int, chats: int
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("bot.worker.lanes.LOAD_AGAIN_AFTER", 0.0)
        asyncio.run(Simulation(dice, width, chats).run())


class Simulation:
    """Rows arrive in every way: announced and put, announced and rolled back, committed with the answer lost."""

    def __init__(self, dice: random.Random, width: int, chats: int) -> None:
        self.dice = dice
        self.width = width
        self.chats = range(1, chats + 1)
        self.table = Table(away=dice.randrange(3), pause=self.some_turns)
        self.committed: list[Row] = []
        self.done: list[Row] = []
        self.not_struck_off: set[int] = set()
        self.running: Counter[int] = Counter()
        self.next_id = 1

    async def run(self) -> None:
        async with asyncio.timeout(5), asyncio.TaskGroup() as tasks:
            self.lanes: Lanes[Row] = Lanes(width=self.width, do=self.do, load=self.load, tasks=tasks, name="tests")
            for _ in range(self.dice.randrange(1, 12)):
                await self.batch()
            while len(self.done) < len(self.committed) or self.lanes._lanes:
                self.lanes.reload(self.chats if self.dice.random() < 0.01 else ())
                await asyncio.sleep(0)
            await self.lanes.close()
        assert sorted(row.id for row in self.done) == [row.id for row in self.committed]
        for chat in self.chats:
            ids = [row.id for row in self.done if row.chat_id == chat]
            assert ids == sorted(ids)
        assert (self.lanes._lanes, self.lanes._expected, self.lanes._holding) == ({}, set(), set())

    async def batch(self) -> None:
        """Commit the rows of one transaction."""
        new = [Row(self.next_id + n, self.dice.choice(self.chats)) for n in range(self.dice.randrange(1, 9))]
        self.next_id += len(new)
        way = self.dice.choice(["put", "put", "put", "rolled back", "answer lost", "another process"])
        if way != "another process":
            self.lanes.expect(new)
            await self.some_turns()
        if way == "rolled back":
            self.lanes.forget(new)
            return
        self.table.commit(new)
        self.committed.extend(new)
        await self.some_turns()
        if way == "put":
            self.lanes.put(new)
        else:
            self.lanes.forget(new)
            self.lanes.reload({row.chat_id for row in new})

    async def load(self, chat_id: int, besides: Collection[int], limit: int) -> list[Row]:
        assert not self.running[chat_id]
        found = await self.table.load(chat_id, {*besides, *self.not_struck_off}, limit)
        assert len(self.lanes._lanes[chat_id].rows) <= KEPT_IN_MEMORY
        return found

    async def do(self, row: Row) -> float | None:
        self.running[row.chat_id] += 1
        assert self.running[row.chat_id] == 1
        assert self.running.total() <= self.width
        assert len(self.lanes._lanes[row.chat_id].rows) <= KEPT_IN_MEMORY
        await self.some_turns()
        self.running[row.chat_id] -= 1
        if self.dice.random() < 0.1:
            return 0.0
        self.done.append(row)
        if self.dice.random() < 0.5:  # as sent messages are acknowledged: later, with others
            self.not_struck_off.add(row.id)
        else:
            self.delete(row.id)
        if self.dice.random() < 0.2:
            self.delete(*self.not_struck_off)
        return None

    def delete(self, *ids: int) -> None:
        for number in ids:
            del self.table.rows[number]
            self.not_struck_off.discard(number)

    async def some_turns(self) -> None:
        for _ in range(self.dice.randrange(6)):
            await asyncio.sleep(0)


async def test_lanes_that_have_not_begun_when_they_are_abandoned_keep_nobody_waiting() -> None:
    async with harness(width=5) as at:
        at.put(*rows(ANN, range(3)), *rows(BOB, range(10, 13)))
        async with asyncio.timeout(5):
            await at.lanes.abandon()  # no lane has run yet
        assert at.work.done == []


async def test_a_chat_whose_work_ends_as_cancelled_though_nobody_cancelled_it_goes_on(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A TaskGroup ignores a task that ends like this."""
    monkeypatch.setattr("bot.worker.lanes.CANCELLED_AGAIN_AFTER", 0.0)
    done: list[int] = []
    all_done = asyncio.Event()
    cancelled: set[int] = set()

    async def do(row: Row) -> float | None:
        if row.id == 1 and row.id not in cancelled:
            cancelled.add(row.id)
            future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
            future.cancel()
            await future
        done.append(row.id)
        if len(done) == 3:
            all_done.set()
        return None

    async with asyncio.timeout(5), asyncio.TaskGroup() as tasks:
        lanes: Lanes[Row] = Lanes(width=1, do=do, load=Table().load, tasks=tasks, name="tests")
        lanes.put([*rows(ANN, [1, 2]), *rows(BOB, [3])])
        await all_done.wait()
        await lanes.close()
    assert sorted(done) == [1, 2, 3]
    assert done.index(1) < done.index(2)
