"""A problem delays its own chat alone, never the poller or /health."""

import asyncio

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.sandbox.server.emulator import Emulator
from bot.sandbox.server.faults import Reply
from tests.support.system import count
from tests.support.worker_process import WorkerProcess
from tests.support.workers import TROUBLED, Drained

USER = text("SELECT * FROM users WHERE telegram_id = :id")


async def test_a_persons_row_held_by_somebody_else_delays_that_person_alone_and_counts_once(
    worker: WorkerProcess, telegram: Emulator, engine: AsyncEngine, drained: Drained
) -> None:
    await worker.start()
    ann, bob = telegram.private_chat(), telegram.private_chat()
    ann.says("/start")
    await ann.receives("Hello", within=30)
    async with engine.begin() as holder:
        await holder.execute(text("SELECT * FROM users WHERE telegram_id = :id FOR UPDATE"), {"id": ann.person.id})
        ann.says("/help")
        bob.says("/help")
        await bob.receives("What I can do")
        assert (await worker.health())[0] == 200
        assert len(ann.received) == 1
        ann.person.first_name = "Anna"
        ann.says("/id")
        await telegram.until(lambda: not telegram.pending_updates)  # accepted, with the row still held
    await ann.receives("Telegram number", within=30)
    await drained()
    assert len(ann.received) == 3
    async with engine.connect() as connection:
        user = (await connection.execute(USER, {"id": ann.person.id})).one()
    assert (user.message_count, user.first_name) == (3, "Anna")


async def test_recording_reachability_waits_for_a_persons_row_and_delays_nobody(
    worker: WorkerProcess, telegram: Emulator, engine: AsyncEngine
) -> None:
    await worker.start()
    ann, bob = telegram.private_chat(), telegram.private_chat()
    ann.says("/start")
    await ann.receives("Hello", within=30)
    telegram.faults.next(Reply.refusal(403, "Forbidden: bot was blocked by the user"), "sendMessage", chat_id=ann.id)
    ann.says("/help")
    await telegram.until(lambda: len(telegram.calls.of("sendMessage")) == 2)
    async with engine.begin() as holder:
        await holder.execute(text("SELECT * FROM users WHERE telegram_id = :id FOR UPDATE"), {"id": ann.person.id})
        bob.says("/help")
        await bob.receives("What I can do")
        assert (await worker.health())[0] == 200
    async with asyncio.timeout(30):
        while await _blocked_at(engine, ann.person.id) is None:
            await asyncio.sleep(0.05)


async def test_a_chat_halted_by_a_flood_wait_delays_itself_alone(worker: WorkerProcess, telegram: Emulator) -> None:
    telegram.limits.enabled = False
    await worker.start()
    ann, bob = telegram.private_chat(), telegram.private_chat()
    ann.says("/help")
    ann.says("/help")
    await ann.receives("What I can do", times=2, within=30)
    telegram.faults.next(Reply.flood(4), "sendMessage", chat_id=ann.id)
    ann.says("/start")
    await telegram.until(lambda: telegram.calls.of("sendMessage")[-1].status == 429)
    bob.says("/help")
    await bob.receives("What I can do", within=3)
    assert len(ann.received) == 2
    await ann.receives("Hello", within=20)


async def test_a_handler_that_hangs_delays_its_own_chat_alone(worker: WorkerProcess, telegram: Emulator) -> None:
    await worker.start(program=TROUBLED, TROUBLE="hang")
    ann, bob = telegram.private_chat(), telegram.private_chat()
    ann.says("/id")
    ann.says("/help")
    bob.says("/help")
    await bob.receives("What I can do", within=30)
    assert ann.received == []
    assert (await worker.health())[0] == 200


async def test_a_handler_that_awaits_what_was_cancelled_is_apologised_for_and_its_chat_goes_on(
    worker: WorkerProcess, telegram: Emulator, engine: AsyncEngine
) -> None:
    await worker.start(program=TROUBLED, TROUBLE="cancelled")
    ann = telegram.private_chat()
    ann.says("/id")
    ann.says("/help")
    await ann.receives("What I can do", within=30)
    assert "number" in ann.received[0].text
    assert await count(engine, "dead_letters") == 1


async def test_an_update_that_ends_the_process_each_time_is_a_dead_letter_after_five_and_others_are_served(
    worker: WorkerProcess, telegram: Emulator, engine: AsyncEngine, drained: Drained
) -> None:
    ann, bob = telegram.private_chat(), telegram.private_chat()
    ann.says("/id")
    bob.says("/help")
    ends = 0
    await worker.start(program=TROUBLED, TROUBLE="die")
    while await _ended_or_put_away(worker, engine):
        ends += 1
        await worker.start(program=TROUBLED, TROUBLE="die")
    ann.says("/help")
    await ann.receives("What I can do", within=30)
    await bob.receives("What I can do")
    await drained()
    assert ends == 6  # the first try isn't counted, five more are
    assert len(bob.received) <= 2
    async with engine.connect() as connection:
        letter = (await connection.execute(text("SELECT * FROM dead_letters"))).one()
    assert "5 processes ended over it" in letter.reason


async def _ended_or_put_away(worker: WorkerProcess, engine: AsyncEngine) -> bool:
    """Return Return True once the process has ended, False once the update is a dead letter."""
    async with asyncio.timeout(30):
        while worker.runs():
            if await count(engine, "dead_letters"):
                return False
            await asyncio.sleep(0.05)
    return True


async def _blocked_at(engine: AsyncEngine, telegram_id: int) -> object:
    async with engine.connect() as connection:
        return (await connection.execute(USER, {"id": telegram_id})).one().blocked_at
