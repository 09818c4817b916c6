"""Notices to administrators, and the menu of commands that only they see."""

import asyncio
from collections.abc import Sequence
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.sandbox.server.emulator import Emulator
from bot.sandbox.server.faults import Reply
from bot.sandbox.world.conversations import PrivateChat
from tests.support.worker_process import WorkerProcess

OLGA, IVAN = 5001, 5002
START_EARLIER = "UPDATE timetable SET due_at = now() WHERE what = 'start notice'"
EARLIER = "UPDATE timetable SET due_at = now() WHERE what = 'error notice'"


@pytest.fixture
def olga(emulator: Emulator) -> PrivateChat:
    emulator.limits.enabled = False
    return emulator.private_chat(emulator.person("Olga", id=OLGA))


async def starts(worker: WorkerProcess, emulator: Emulator) -> None:
    await worker.start(ADMIN_NOTICES="true", ADMIN_IDS=f"{OLGA},{IVAN}")
    await emulator.until(lambda: emulator.waiting_polls == 1, within=30)


async def run(engine: AsyncEngine, statement: str) -> None:
    async with engine.begin() as connection:
        await connection.execute(text(statement))


async def counted(engine: AsyncEngine, starts: int) -> None:
    """Wait until so many starts wait to be told."""
    kept = text("SELECT CAST(details ->> 'starts' AS int) FROM timetable WHERE what = 'start notice'")
    async with asyncio.timeout(20):
        while True:
            async with engine.connect() as connection:
                if await connection.scalar(kept) == starts:
                    return
            await asyncio.sleep(0.02)


async def settled(engine: AsyncEngine) -> None:
    async with asyncio.timeout(20), engine.connect() as connection:
        while (await connection.execute(text("SELECT count(*) FROM outbox"))).scalar_one():
            await asyncio.sleep(0.02)


async def test_a_start_and_a_crash_are_told_to_who_opened_the_chat(
    worker: WorkerProcess, emulator: Emulator, olga: PrivateChat, engine: AsyncEngine
) -> None:
    await starts(worker, emulator)
    olga.says("/start")
    await olga.receives("Hello, ")
    assert await worker.stop() == 0
    await starts(worker, emulator)
    started = await olga.receives("The worker has started")
    assert "People: 1 · waiting updates: 0" in started.text
    assert "without a word" not in started.text
    assert "since" not in started.text
    await run(engine, START_EARLIER)
    await worker.kill()
    await starts(worker, emulator)
    crashed = await olga.receives("The last worker ended without a word", within=20)
    assert "The worker has started" in crashed.text
    assert await worker.stop() == 0


async def test_a_worker_that_is_killed_again_and_again_tells_of_it_once_in_ten_minutes(
    worker: WorkerProcess, emulator: Emulator, olga: PrivateChat, engine: AsyncEngine
) -> None:
    await starts(worker, emulator)
    olga.says("/start")
    await olga.receives("Hello, ")
    await worker.kill()
    await starts(worker, emulator)
    await olga.receives("The worker has started")
    await settled(engine)  # and it isn't sent again after the next kill
    for number in (1, 2):
        await worker.kill()
        await starts(worker, emulator)
        await counted(engine, number)
    await settled(engine)
    assert len([one for one in olga.received if "The worker has started" in one.text]) == 1
    await run(engine, START_EARLIER)
    notice = await olga.receives("2 starts since", within=20)
    assert "ended without a word" in notice.text
    assert len([one for one in olga.received if "The worker has started" in one.text]) == 2


async def test_errors_are_told_grouped_and_once_in_ten_minutes_and_refusals_make_no_more(
    worker: WorkerProcess, emulator: Emulator, olga: PrivateChat, engine: AsyncEngine
) -> None:
    await starts(worker, emulator)
    olga.says("/start")
    await olga.receives("Hello, ")
    ann = emulator.private_chat(emulator.person("Ann"))
    for _ in range(2):
        order = emulator.faults.next(Reply.refusal(400, "Bad Request: not <today>"), "sendMessage", chat_id=ann.id)
        ann.says("/help")
        await emulator.until(lambda order=order: order.met)  # type: ignore[misc]
    notice = await olga.receives("dead letter", within=20)
    assert "× message: " in notice.text
    assert "Not <today>" in notice.text
    order = emulator.faults.next(Reply.refusal(400, "Bad Request: no notice"), "sendMessage", chat_id=OLGA)
    await run(engine, "UPDATE dead_letters SET created_at = now() + interval '1 second'")
    await run(engine, EARLIER)
    await emulator.until(lambda: order.met, within=20)
    await settled(engine)
    await run(engine, "DELETE FROM dead_letters WHERE kind <> 'notice'")
    await run(engine, EARLIER)
    sent = len(emulator.calls.of("sendMessage"))
    await asyncio.sleep(6)  # longer than the timetable rests
    assert len(emulator.calls.of("sendMessage")) == sent


async def test_administrators_alone_have_their_commands_in_the_menu(
    worker: WorkerProcess, emulator: Emulator, olga: PrivateChat, engine: AsyncEngine
) -> None:
    await starts(worker, emulator)
    ivan = emulator.private_chat(emulator.person("Ivan", id=IVAN, language_code="ru"))
    olga.says("/start")
    await emulator.until(lambda: "admin" in names(menu(emulator, OLGA)))
    ivan.says("/help")
    await emulator.until(lambda: bool(ivan.received))
    assert await worker.stop() == 0
    await starts(worker, emulator)
    await emulator.until(lambda: "Управление ботом" in [one["description"] for one in menu(emulator, IVAN)])
    assert "admin" not in names(emulator.state.profile.commands(("default", 0, 0), ""))
    taken = "INSERT INTO outbox (bot_id, chat_id, kind, payload) VALUES"
    payload = f'{{"chat_id": {OLGA}, "commands": []}}'
    await run(engine, f"{taken} ({emulator.bot.id}, {OLGA}, 'commands', '{payload}')".replace(":", r"\:"))
    await emulator.until(lambda: not menu(emulator, OLGA), within=20)


def menu(emulator: Emulator, chat_id: int) -> Sequence[dict[str, Any]]:
    return emulator.state.profile.commands(("chat", chat_id, 0), "")


def names(commands: Sequence[dict[str, Any]]) -> list[str]:
    return [one["command"] for one in commands]
