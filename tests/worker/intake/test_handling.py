"""Handling ends each update, whatever its handler or the database does."""

import asyncio
import json
import time
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from typing import Any, cast

import pytest
from sqlalchemy import RowMapping, text
from sqlalchemy.ext.asyncio import AsyncEngine
from telegram import Bot, Update

from bot.db.engine import AsyncSessionLocal
from bot.db.tables.administrators import Administrators
from bot.db.tables.outbox import Unsent
from bot.db.tables.pollers import Term
from bot.db.tables.updates import Inbox, NewUpdate, Waiting
from bot.db.tables.users import ADMINISTRATOR, UserFacts
from bot.db.unit_of_work import LazyUnitOfWork
from bot.errors import DataInUseError
from bot.messages import Text
from bot.worker.intake.completion import Completion
from bot.worker.intake.dead_lettering import DeadLettering
from bot.worker.intake.handling import TRIES_AFTER_CONFLICT, Decision, Dispatch, Handling, Outcome
from bot.worker.intake.poison_guard import ISOLATED_FROM, ISOLATION_DELAY, PoisonGuard
from bot.worker.intake.user_cache import UserCache
from bot.worker.outgoing.delivery import Delivery
from tests.support.delivery import FlakyUnitOfWork
from tests.support.manual_clock import ManualClock
from tests.support.system import select

BOT, ANN = 42, 1001
LARGEST = 2**63 - 1
HANDLED = Decision(Outcome.HANDLED)

Handler = Callable[[LazyUnitOfWork], Awaitable[object]]


class FakeDelivery:
    """Records what delivery would get."""

    def __init__(self) -> None:
        self.got: list[Unsent] = []

    def expect(self, rows: Iterable[Unsent]) -> None: ...
    def forget(self, rows: Iterable[Unsent]) -> None: ...
    def reload(self, chats: Iterable[int]) -> None: ...
    def answer(self, answers: Iterable[object]) -> None: ...

    def put(self, rows: Sequence[Unsent]) -> None:
        self.got += rows


def calling(handler: Handler) -> Dispatch:
    async def dispatch(update: Update, work: LazyUnitOfWork, person: UserFacts | None) -> Decision:
        await handler(work)
        return HANDLED

    return dispatch


@dataclass
class Harness:
    """A Handling with the test's handler."""

    engine: AsyncEngine
    handler: Handler
    unit_of_work: FlakyUnitOfWork = field(default_factory=lambda: FlakyUnitOfWork(AsyncSessionLocal))
    delivery: FakeDelivery = field(default_factory=FakeDelivery)
    found_up_to: int = 0
    clock: Callable[[], float] = time.monotonic

    def __post_init__(self) -> None:
        delivery = cast("Delivery", self.delivery)
        self.users = UserCache(self.unit_of_work)
        self.completion = Completion(BOT, self.unit_of_work, delivery, lambda: None)
        self.poison_guard = PoisonGuard(Term(BOT, "", 1, self.found_up_to), self.unit_of_work, {}, self.clock)
        self.handling = Handling(
            Bot("42:T"),
            unit_of_work=self.unit_of_work,
            dispatch=calling(self.handler),
            delivery=delivery,
            completion=self.completion,
            users=self.users,
            poison_guard=self.poison_guard,
            dead_lettering=DeadLettering(BOT, self.unit_of_work, self.completion, delivery, apology),
            allowed_updates=["message"],
            ends=Counter(),
            button_pressed=lambda _: None,
        )

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        async with asyncio.TaskGroup() as tasks:
            beside = [
                tasks.create_task(part()) for part in (self.users.run, self.completion.run, self.poison_guard.run)
            ]
            yield
            for task in beside:
                task.cancel()

    async def waiting(self) -> Waiting:
        person = {"id": ANN, "is_bot": False, "first_name": "Ann"}
        chat = {"id": ANN, "type": "private", "first_name": "Ann"}
        update = {"update_id": 1, "message": {"message_id": 7, "date": 1, "from": person, "chat": chat, "text": "x"}}
        async with self.unit_of_work.open() as work:
            [row] = await work.of(Inbox).add(BOT, [NewUpdate(1, ANN, "message", json.dumps(update).encode())])
        return row

    async def rows(self, table: str) -> Sequence[RowMapping]:
        return await select(self.engine, f"SELECT * FROM {table}")


def apology(update: Update, number: int) -> list[Text]:
    assert update.effective_chat is not None
    return [Text(update.effective_chat.id, f"Sorry: {number}")]


async def awaits_what_was_cancelled(_: object) -> None:
    task = asyncio.create_task(asyncio.Event().wait())
    task.cancel()
    await task


async def awaits_a_cancelled_future(_: object) -> None:
    future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
    future.cancel()
    await future


@pytest.mark.parametrize("handler", [awaits_what_was_cancelled, awaits_a_cancelled_future])
@pytest.mark.parametrize("writes", [False, True])
async def test_a_handler_that_awaits_what_was_cancelled_has_failed(
    engine: AsyncEngine, handler: Handler, *, writes: bool
) -> None:
    async def handled(lazy: LazyUnitOfWork) -> None:
        if writes:
            await lazy.work()
        await handler(lazy)

    harness = Harness(engine, handled)
    async with harness.running():
        assert await harness.handling.handle(await harness.waiting()) is None
    [letter] = await harness.rows("dead_letters")
    assert "cancelled" in letter["reason"]
    assert "CancelledError" in letter["traceback"]
    assert handler.__name__ in letter["traceback"]
    assert [one.payload["text"] for one in harness.delivery.got] == [f"Sorry: {letter['id']}"]
    assert await harness.rows("updates") == []


async def test_a_cancellation_of_the_lane_itself_passes_on_and_leaves_the_update(engine: AsyncEngine) -> None:
    began = asyncio.Event()

    async def hangs(_: object) -> None:
        began.set()
        await asyncio.Event().wait()

    harness = Harness(engine, hangs)
    async with harness.running():
        handled = asyncio.create_task(cast("Any", harness.handling.handle(await harness.waiting())))
        await began.wait()
        handled.cancel()
        await asyncio.wait([handled])
        assert handled.cancelled()
    assert await harness.rows("dead_letters") == []
    assert len(await harness.rows("updates")) == 1


async def idles(engine: AsyncEngine, lazy: LazyUnitOfWork) -> None:
    """Idle until the database has ended the transaction."""
    session = (await lazy.work())._session
    pid = await session.scalar(text("SELECT pg_backend_pid()"))
    await session.execute(text("SET LOCAL idle_in_transaction_session_timeout = '50ms'"))
    async with asyncio.timeout(20), engine.connect() as look:
        while await look.scalar(text("SELECT count(*) FROM pg_stat_activity WHERE pid = :pid"), {"pid": pid}):
            await asyncio.sleep(0.02)
            await look.rollback()  # pg_stat_activity is a snapshot for the transaction


async def test_a_handler_that_idles_in_its_transaction_until_the_database_ends_it_is_a_dead_letter_after_its_tries(
    engine: AsyncEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.worker.intake.handler_timeout.LONG_TRANSACTION", 0.02)
    tries = 0

    async def handler(lazy: LazyUnitOfWork) -> None:
        nonlocal tries
        tries += 1
        await idles(engine, lazy)

    harness = Harness(engine, handler)
    async with harness.running():
        waiting = await harness.waiting()
        while await harness.handling.handle(waiting) is not None:
            assert tries < TRIES_AFTER_CONFLICT
    [letter] = await harness.rows("dead_letters")
    assert tries == TRIES_AFTER_CONFLICT
    assert "its transaction broke after" in letter["reason"]
    assert await harness.rows("updates") == []


async def test_a_transaction_that_breaks_early_is_the_databases_fault_and_begun_anew_without_end(
    engine: AsyncEngine,
) -> None:
    harness = Harness(engine, lambda lazy: idles(engine, lazy))
    async with harness.running():
        waiting = await harness.waiting()
        for _ in range(TRIES_AFTER_CONFLICT * 2):
            assert await harness.handling.handle(waiting) is not None
    assert await harness.rows("dead_letters") == []
    assert len(await harness.rows("updates")) == 1


async def test_an_update_waits_for_data_in_use_without_failing(engine: AsyncEngine) -> None:
    tries = 0

    async def handler(_: LazyUnitOfWork) -> None:
        nonlocal tries
        tries += 1
        if tries <= TRIES_AFTER_CONFLICT + 1:
            raise DataInUseError

    harness = Harness(engine, handler)
    async with harness.running():
        waiting = await harness.waiting()
        while await harness.handling.handle(waiting) is not None:
            pass
    assert tries == TRIES_AFTER_CONFLICT + 2
    assert harness.handling.ends == {Outcome.HANDLED: 1}


@pytest.mark.parametrize(
    ("tries", "waits"), [(0, False), (ISOLATED_FROM - 2, False), (ISOLATED_FROM - 1, True), (4, True)]
)
async def test_an_update_that_may_end_the_process_is_left_alone_at_first(
    engine: AsyncEngine, tries: int, *, waits: bool
) -> None:
    """A process killed from outside in that time isn't evidence against the update."""
    handled = 0

    async def handler(_: object) -> None:
        nonlocal handled
        handled += 1

    clock = ManualClock(1000.0)
    harness = Harness(engine, handler, found_up_to=LARGEST, clock=clock)
    async with harness.running():
        waiting = replace(await harness.waiting(), tries=tries)
        for passed in (0.0, ISOLATION_DELAY - 0.5) if waits else ():
            clock.seconds = 1000.0 + passed
            assert await harness.handling.handle(waiting) == pytest.approx(ISOLATION_DELAY - passed)
            [row] = await harness.rows("updates")
            assert (handled, row["tries"]) == (0, 0)
        clock.seconds = 1000.0 + (ISOLATION_DELAY if waits else 0.0)
        assert await harness.handling.handle(waiting) is None
    assert handled == 1


@pytest.mark.parametrize("answers_lost", [0, 1])
async def test_whom_a_handler_has_changed_is_known_anew_though_the_answer_to_its_commit_was_lost(
    engine: AsyncEngine, answers_lost: int
) -> None:
    async def promotes(lazy: LazyUnitOfWork) -> None:
        await (await lazy.work()).of(Administrators).set_role(ANN, ADMINISTRATOR)
        harness.unit_of_work.answers_lost = answers_lost

    harness = Harness(engine, promotes)
    async with engine.begin() as connection:
        await connection.execute(text("INSERT INTO users (telegram_id, first_name) VALUES (:id, 'Ann')"), {"id": ANN})
    async with harness.running():
        before = await harness.users.get(ANN)
        assert (await harness.handling.handle(await harness.waiting()) is None) is (not answers_lost)
        after = await harness.users.get(ANN)
    assert before is not None
    assert after is not None
    assert (before.role, after.role) == ("user", ADMINISTRATOR)
