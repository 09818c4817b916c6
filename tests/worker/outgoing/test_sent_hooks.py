"""Hooks of sent calls get the result once, in the transaction that ends the call, and hold up nobody else."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.db.base import Repository
from bot.db.tables.outbox import Outbox, SentCall, StoredMessage
from bot.db.unit_of_work import LockTimeouts, UnitOfWork, Work
from bot.errors import ConflictError
from bot.framework.calls import api_call
from bot.messages import ApiCall, OnSent, Text
from bot.sandbox.server.emulator import Emulator
from bot.sandbox.world.conversations import PrivateChat
from bot.sandbox.world.user_actions import PIXEL
from bot.worker.outgoing.sent_hooks import Hook, SentHooks
from tests.support.delivery import DeliveryHarness, OpenDelivery, private_chat
from tests.support.system import eventually

CREATE = text("CREATE TABLE ideas AS SELECT 7 AS id")
LOCK = text("SELECT id FROM ideas FOR UPDATE")


@pytest.fixture
def chat(emulator: Emulator) -> PrivateChat:
    emulator.limits.enabled = False
    return private_chat(emulator, "Ann")


async def refused(harness: DeliveryHarness, call: ApiCall) -> str:
    await harness.say(call)
    [letter] = await harness.until_rows(1, "dead_letters")
    return str(letter["reason"])


Seen = list[tuple[int, SentCall]]


def keeping(seen: Seen, *, fails: int = 0) -> dict[str, Hook]:
    """A hook that adds the call to `seen`, and fails the first times."""

    async def posted(work: Work, bot_id: int, call: SentCall) -> None:
        seen.append((bot_id, call))
        if len(seen) <= fails:
            raise ValueError("no such idea")
        await work.of(Outbox).add(bot_id, [Text(call.chat_id, f"It is message {call.message_id}")])

    return {"ideas:posted": posted}


@asynccontextmanager
async def row_locked(engine: AsyncEngine) -> AsyncIterator[None]:
    """Hold the lock of the row that `waiting_for_the_row` wants."""
    async with engine.begin() as setup:
        await setup.execute(CREATE)
    async with engine.begin() as holder:
        await holder.execute(LOCK)
        yield


async def waiting_for_the_row(work: Work, *_: object) -> None:
    await work.of(Ideas).lock()


class Ideas(Repository):
    """A table of a feature."""

    async def lock(self) -> None:
        await self._session.execute(LOCK)

    async def fail(self) -> None:
        await self._session.execute(text("SELECT 1 / 0"))


def hooked(chat: PrivateChat) -> ApiCall:
    on_sent = OnSent("ideas:posted", {"idea": 7})
    return api_call(1, "sendPhoto", {"chat_id": chat.id, "photo": PIXEL}, on_sent)


async def test_a_hook_gets_the_result_in_the_transaction_that_ends_the_call(
    open_delivery: OpenDelivery, chat: PrivateChat
) -> None:
    seen: Seen = []
    async with open_delivery(hooks=keeping(seen)) as harness:
        await harness.say(hooked(chat), Text(chat.id, "behind"))
        await chat.receives("behind")
        [row] = await harness.until_rows(1)
    [(bot_id, call)], [photo_message, _] = seen, chat.received
    assert row["payload"]["text"] == f"It is message {photo_message.message_id}"
    assert (bot_id, call.chat_id, call.method, call.data) == (42, chat.id, "sendPhoto", {"idea": 7})


@pytest.mark.usefixtures("no_backoff")
@pytest.mark.parametrize(("trouble", "times"), [("away", 3), ("answers_lost", 1)])
async def test_a_hook_is_called_once_although_the_database_is_away_or_loses_an_answer(
    open_delivery: OpenDelivery, chat: PrivateChat, monkeypatch: pytest.MonkeyPatch, trouble: str, times: int
) -> None:
    monkeypatch.setattr("bot.worker.outgoing.sent_hooks.DATABASE_BACK_OFF", 0.001)
    seen: Seen = []
    async with open_delivery(hooks=keeping(seen)) as harness:
        unsent = await harness.keep(hooked(chat), Text(chat.id, "behind"))
        setattr(harness.unit_of_work, trouble, times)
        harness.delivery.put(unsent)
        await chat.receives("behind")
        assert getattr(harness.unit_of_work, trouble) == 0
    assert (len(seen), len(chat.received)) == (1, 2)


async def test_a_hook_that_fails_makes_a_dead_letter_that_says_so(
    open_delivery: OpenDelivery, chat: PrivateChat
) -> None:
    seen: Seen = []
    async with open_delivery(hooks=keeping(seen, fails=1)) as harness:
        await harness.say(hooked(chat))
        [letter] = await harness.until_rows(1, "dead_letters")
        assert await harness.rows() == []
        assert letter["reason"].startswith("it was sent, but the feature's function 'ideas:posted' failed: ValueError")
        await harness.say(StoredMessage(chat.id, letter["kind"], json.loads(letter["payload"])))
        await harness.until_rows(1)
    assert (len(seen), len(chat.received)) == (2, 2)


async def test_a_hook_that_hangs_fails(
    open_delivery: OpenDelivery, chat: PrivateChat, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.worker.outgoing.sent_hooks.HOOK_WITHIN", 0.01)

    async def hangs(*_: object) -> None:
        await asyncio.Event().wait()

    async with open_delivery(hooks={"ideas:posted": hangs}) as harness:
        assert "TimeoutError" in await refused(harness, hooked(chat))
        await harness.say(Text(chat.id, "behind"))
        await chat.receives("behind")


@pytest.mark.usefixtures("no_backoff")
async def test_a_failed_hook_that_can_not_be_dead_lettered_yet_repeats_nothing(
    open_delivery: OpenDelivery, chat: PrivateChat
) -> None:
    harness: DeliveryHarness
    calls = 0

    async def fails_once(*_: object) -> None:
        nonlocal calls
        calls += 1
        if calls == 1:
            harness.unit_of_work.away = 1
            raise ValueError

    async with open_delivery(hooks={"ideas:posted": fails_once}) as harness:
        await harness.say(hooked(chat), Text(chat.id, "behind"))
        await chat.receives("behind")
        await harness.all_sent()
    assert (calls, len(chat.received)) == (2, 2)


async def test_a_call_whose_hook_nobody_has_is_not_sent(open_delivery: OpenDelivery, chat: PrivateChat) -> None:
    async with open_delivery() as harness:
        assert "no feature has a function 'ideas:posted'" in await refused(harness, hooked(chat))
    assert chat.received == []


@pytest.fixture
def hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make hooks wait only briefly for a lock, and between tries."""
    monkeypatch.setattr("bot.worker.outgoing.sent_hooks.TIMEOUTS", LockTimeouts(lock=0.2))
    monkeypatch.setattr("bot.worker.outgoing.sent_hooks.CONFLICT_BACK_OFF", (0.01,) * 4)


@pytest.mark.usefixtures("hasty")
async def test_a_hook_that_waits_for_a_lock_is_called_again_later_and_sends_nothing_twice(
    open_delivery: OpenDelivery, chat: PrivateChat, engine: AsyncEngine
) -> None:
    calls: list[object] = []

    async def waits(work: Work, *_: object) -> None:
        calls.append(work)
        await waiting_for_the_row(work)

    async with open_delivery(hooks={"ideas:posted": waits}) as harness:
        async with row_locked(engine):
            await harness.say(hooked(chat), Text(chat.id, "behind"))
            async with asyncio.timeout(5):
                while len(calls) < 2:
                    await asyncio.sleep(0.01)
        await chat.receives("behind")
        await harness.all_sent()
    assert len(chat.received) == 2


async def test_hooks_that_wait_hold_up_no_other_chat(
    open_delivery: OpenDelivery,
    chat: PrivateChat,
    emulator: Emulator,
    engine: AsyncEngine,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("bot.worker.outgoing.sent_hooks.TIMEOUTS", LockTimeouts(lock=30))
    monkeypatch.setattr("bot.worker.outgoing.sent_hooks.HOOK_WITHIN", 30.0)
    ben, ann = private_chat(emulator, "Ben"), chat
    waiting = asyncio.Semaphore(0)

    async def waits(work: Work, *_: object) -> None:
        waiting.release()
        await waiting_for_the_row(work)

    async with open_delivery(hooks={"ideas:posted": waits}) as harness:
        async with row_locked(engine):
            await harness.say(hooked(ann), hooked(ben))
            async with asyncio.timeout(5):
                await waiting.acquire()
                await waiting.acquire()
            eve = private_chat(emulator, "Eve")
            kept = await harness.keep(Text(eve.id, "Hello"))
            harness.delivery.forget(kept)
            harness.delivery.reload([eve.id])
            await eve.receives("Hello")
        await harness.all_sent()


@pytest.mark.usefixtures("hasty")
async def test_a_hook_that_meets_a_conflict_each_time_makes_a_dead_letter_after_five_tries(
    open_delivery: OpenDelivery, chat: PrivateChat
) -> None:
    calls = 0

    async def meets_a_conflict(*_: object) -> None:
        nonlocal calls
        calls += 1
        raise ConflictError("somebody else was faster")

    async with open_delivery(hooks={"ideas:posted": meets_a_conflict}) as harness:
        assert (await refused(harness, hooked(chat))).startswith("it was sent, but")
        await harness.say(Text(chat.id, "behind"))
        await chat.receives("behind")
    assert (calls, len(chat.received)) == (5, 2)


async def test_a_hook_that_swallows_a_database_error_fails(open_delivery: OpenDelivery, chat: PrivateChat) -> None:
    async def swallows(work: Work, *_: object) -> None:
        with suppress(DBAPIError):
            await work.of(Ideas).fail()

    async with open_delivery(hooks={"ideas:posted": swallows}) as harness:
        assert "transaction is aborted" in await refused(harness, hooked(chat))
        assert await harness.rows() == []
    assert len(chat.received) == 1


async def test_a_new_term_forgets_sent_calls_that_another_worker_has_ended(
    open_delivery: OpenDelivery, chat: PrivateChat, unit_of_work: UnitOfWork
) -> None:
    seen: Seen = []
    hooks = SentHooks(42, unit_of_work, keeping(seen))
    async with unit_of_work.open() as work:
        mine, ended = await work.of(Outbox).add(42, [hooked(chat), hooked(chat)])
    for message in (mine, ended):
        hooks.note(message, "sendPhoto", {"message_id": 5})
    async with unit_of_work.open() as work:
        await work.of(Outbox).acknowledge([ended.id])

    async def mine_is_done() -> bool:
        return not hooks.awaits(mine)

    async with open_delivery(sent_hooks=hooks) as harness:
        harness.delivery.reload([chat.id])
        await eventually(mine_is_done)
        assert not hooks.awaits(ended)
    assert (len(seen), chat.received) == (1, [])
