"""Telegram's limits hold for the bot across its processes."""

import asyncio
import time

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.sandbox.server.emulator import Emulator
from bot.sandbox.server.faults import Delay, Reply, When
from tests.support.worker_process import WorkerProcess

FLOOD = 5  # seconds
GENEROUS = 10.0  # seconds; a minute would be the wait for a group
KEPT = text("SELECT limits -> 'limits' ->> 'everyone_halted' FROM pollers")


async def test_a_flood_wait_outlasts_a_kill_9(worker: WorkerProcess, telegram: Emulator, engine: AsyncEngine) -> None:
    await worker.start(MESSAGES_PER_SECOND="30")
    chat, other = telegram.private_chat(), telegram.private_chat()
    telegram.faults.next(Reply.flood(FLOOD), "sendMessage")
    chat.says("/start")
    await telegram.until(lambda: [call.status for call in telegram.calls.of("sendMessage")] == [429])
    async with asyncio.timeout(5), engine.connect() as connection:
        while float((await connection.execute(KEPT)).scalar_one() or 0) <= 0:
            await asyncio.sleep(0.005)
    await worker.kill()
    other.says("/start")
    await worker.start(MESSAGES_PER_SECOND="30")
    for each in (chat, other):
        await each.receives("Hello", within=20)
    rejected, *later = telegram.calls.of("sendMessage")
    assert min(call.at for call in later) - rejected.at >= FLOOD
    assert [call.status for call in later] == [200, 200]


async def test_the_first_reply_after_a_kill_9_comes_soon_after_the_start_and_breaks_no_limit(
    worker: WorkerProcess, telegram: Emulator
) -> None:
    await worker.start(MESSAGES_PER_SECOND="30")
    chat = telegram.private_chat()
    telegram.faults.next(Delay(30, When.AFTER), "sendMessage")
    for _ in range(3):
        chat.says("/start")
    await chat.receives("Hello")
    await worker.kill()
    polls = len(telegram.calls.of("getUpdates"))
    await worker.start(MESSAGES_PER_SECOND="30")
    await telegram.until(lambda: len(telegram.calls.of("getUpdates")) > polls, within=20)
    began = time.monotonic()
    await chat.receives("Hello", times=2)
    assert time.monotonic() - began < GENEROUS
    await chat.receives("Hello", times=4)
    assert {call.status for call in telegram.calls.of("sendMessage")} <= {200, None}


async def test_after_a_stop_the_next_start_goes_on_with_what_is_left_of_the_limits(
    worker: WorkerProcess, telegram: Emulator
) -> None:
    """A group gets 20 a minute from all processes together."""
    await worker.start(MESSAGES_PER_SECOND="30")
    ann = telegram.person("Ann")
    group = telegram.group("Friends", [ann])
    for _ in range(15):
        group.says("/start", by=ann)
    await telegram.until(lambda: len(group.received) == 15)
    assert await worker.stop() == 0
    for _ in range(10):
        group.says("/start", by=ann)
    await worker.start(MESSAGES_PER_SECOND="30")
    await telegram.until(lambda: len(group.received) == 20, within=20)
    await asyncio.sleep(1)
    assert [call.status for call in telegram.calls.of("sendMessage")] == [200] * 20
