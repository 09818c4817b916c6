"""After a crash nothing is lost or done twice."""

import asyncio
import random
from functools import partial

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.sandbox.server.emulator import Emulator
from bot.sandbox.server.faults import Delay, Drop, When
from bot.sandbox.world.conversations import PrivateChat
from tests.support.worker_process import WorkerProcess
from tests.support.workers import Drained

CHATS = 12
ROUNDS = 25  # messages of each chat


async def test_kill_9_again_and_again_loses_no_update_and_counts_none_twice(
    worker: WorkerProcess, telegram: Emulator, engine: AsyncEngine, drained: Drained
) -> None:
    telegram.limits.enabled = False
    seed = random.randrange(10**6)
    print(f"seed {seed}")  # noqa: T201 -- shown when the test fails
    chance = random.Random(seed)
    chats = [telegram.private_chat() for _ in range(CHATS)]
    async with asyncio.TaskGroup() as tasks:
        talking = tasks.create_task(_talk(telegram, chats, chance))
        kills = 0
        while not talking.done() or kills < 3:
            await worker.start()
            sends = len(telegram.calls.of("sendMessage"))
            more = chance.randrange(40, 160)
            await telegram.until(partial(_sent_or_idle, telegram, sends + more), within=30)
            await worker.kill()
            kills += 1
    await worker.start()
    await telegram.until(lambda: all(len(chat.received) >= ROUNDS for chat in chats), within=60)
    await drained()
    assert await _message_counts(engine) == {chat.person.id: ROUNDS for chat in chats}
    repeated = sum(len(chat.received) - ROUNDS for chat in chats)
    assert repeated <= kills * 64, f"{repeated} repeated in {kills} kills"


async def test_a_reply_cut_off_by_a_crash_is_sent_again_and_the_message_counted_once(
    worker: WorkerProcess, telegram: Emulator, engine: AsyncEngine, drained: Drained
) -> None:
    await worker.start()
    chat = telegram.private_chat()
    order = telegram.faults.next(Delay(30, When.AFTER), "sendMessage")
    chat.says("/start")
    await chat.receives("Hello")
    assert order.met
    await worker.kill()
    telegram.faults.clear()
    await worker.start()
    await chat.receives("Hello", times=2)
    await drained()
    assert len(chat.received) == 2
    assert await _message_counts(engine) == {chat.person.id: 1}


async def test_an_update_whose_confirmation_never_reached_telegram_is_not_handled_again(
    worker: WorkerProcess, telegram: Emulator, engine: AsyncEngine, drained: Drained
) -> None:
    await worker.start()
    chat = telegram.private_chat()
    await telegram.until(lambda: telegram.waiting_polls == 1)
    # The poll that would confirm the update is dropped each time, so Telegram goes on giving it.
    telegram.faults.next(Drop(When.BEFORE), "getUpdates", times=None)
    chat.says("/start")
    await chat.receives("Hello")
    await drained(telegram_too=False)
    await worker.kill()
    assert telegram.pending_updates == 1
    telegram.faults.clear()
    await worker.start()
    chat.says("/help")
    await chat.receives("What I can do")
    await drained()
    assert [("Hello" in message.text) for message in chat.received] == [True, False]
    assert await _message_counts(engine) == {chat.person.id: 2}


async def test_a_graceful_stop_under_load_ends_in_time_and_the_rest_is_done_at_the_next_start(
    worker: WorkerProcess, telegram: Emulator, engine: AsyncEngine, drained: Drained
) -> None:
    telegram.limits.enabled = False
    telegram.faults.next(Delay(0.2), "sendMessage", times=None)
    chats = [telegram.private_chat() for _ in range(CHATS)]
    await worker.start(SHUTDOWN_TIMEOUT="3")
    for _ in range(5):
        for chat in chats:
            chat.says("/help")
    await telegram.until(lambda: _sent(telegram) > 5, within=30)
    assert await worker.stop() == 0
    telegram.faults.clear()
    await worker.start()
    await telegram.until(lambda: all(len(chat.received) >= 5 for chat in chats), within=30)
    await drained()
    assert [len(chat.received) for chat in chats] == [5] * CHATS
    assert await _message_counts(engine) == {chat.person.id: 5 for chat in chats}


async def _talk(telegram: Emulator, chats: list[PrivateChat], chance: random.Random) -> None:
    for _ in range(ROUNDS):
        for chat in chance.sample(chats, len(chats)):
            chat.says("/help")
        await telegram.until(lambda: telegram.pending_updates < 3 * CHATS, within=60)


def _sent(telegram: Emulator) -> int:
    return len(telegram.calls.of("sendMessage"))


def _sent_or_idle(telegram: Emulator, sends: int) -> bool:
    return _sent(telegram) >= sends or (telegram.waiting_polls == 1 and not telegram.pending_updates)


async def _message_counts(engine: AsyncEngine) -> dict[int, int]:
    async with engine.connect() as connection:
        rows = await connection.execute(text("SELECT telegram_id, message_count FROM users"))
        return {row.telegram_id: row.message_count for row in rows}
