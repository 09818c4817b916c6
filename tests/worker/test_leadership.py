"""Changes of leadership between whole workers."""

import asyncio
import signal
from pathlib import Path

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.db.embedded import cluster as embedded
from bot.sandbox.server.emulator import Emulator
from bot.sandbox.server.faults import Delay, When
from tests.support.database_server import rejecting_connections
from tests.support.worker_process import WorkerProcess
from tests.support.workers import TROUBLED, Drained, logged

END_THE_LOCKS_SESSION = text(
    "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND granted"
    " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
)


async def test_a_worker_that_was_paused_changes_and_sends_nothing_when_it_wakes(
    worker: WorkerProcess, second: WorkerProcess, telegram: Emulator, drained: Drained
) -> None:
    await worker.start()
    await worker.health_becomes("ok")
    await second.start()
    await second.health_becomes("ok")
    worker.send(signal.SIGSTOP)
    chat = telegram.private_chat()
    chat.says("/start")
    await chat.receives("Hello", within=40)
    assert (await second.health())[1]["role"] == "leader"
    sends = len(telegram.calls.of("sendMessage"))
    worker.send(signal.SIGCONT)
    assert (await _role(worker)) == "standby"
    chat.says("/help")
    await chat.receives("What I can do")
    await drained()
    assert len(telegram.calls.of("sendMessage")) == sends + 1
    assert not [call for call in telegram.calls.of("getUpdates") if call.status == 409]


async def test_of_two_deployments_that_overlap_nothing_is_lost_and_nothing_repeated(
    worker: WorkerProcess, second: WorkerProcess, telegram: Emulator, drained: Drained
) -> None:
    telegram.limits.enabled = False
    chats = [telegram.private_chat() for _ in range(10)]
    await worker.start()
    await worker.health_becomes("ok")
    await second.start()
    await second.health_becomes("ok")
    for number in range(10):
        for chat in chats:
            chat.says("/help")
        if number == 5:
            worker.send(signal.SIGTERM)
        await telegram.until(lambda: telegram.pending_updates < 20, within=30)
    assert await worker.ended() == 0
    await telegram.until(lambda: all(len(chat.received) >= 10 for chat in chats), within=30)
    await drained()
    assert [len(chat.received) for chat in chats] == [10] * 10
    assert not [call for call in telegram.calls.of("getUpdates") if call.status == 409]


async def test_what_was_sent_while_the_database_was_away_is_not_sent_again(
    worker: WorkerProcess, telegram: Emulator, socket_folder: Path, database: str, drained: Drained
) -> None:
    await worker.start()
    await worker.health_becomes("ok")
    chat = telegram.private_chat()
    telegram.faults.next(Delay(1, When.AFTER), "sendMessage")
    chat.says("/start")
    await chat.receives("Hello")
    async with rejecting_connections(embedded.url(socket_folder), database):
        await worker.health_becomes("unhealthy")
        await logged(worker, "stands by")
    await worker.health_becomes("ok")
    chat.says("/help")
    await chat.receives("What I can do", within=30)
    await drained()
    assert len(chat.received) == 2


async def test_an_update_in_hand_each_time_the_lead_is_lost_is_counted_once_for_the_process(
    worker: WorkerProcess, telegram: Emulator, engine: AsyncEngine
) -> None:
    await worker.start(program=TROUBLED, TROUBLE="hang")
    telegram.private_chat().says("/id")
    for term in (1, 2, 3):  # the first try isn't counted
        await logged(worker, "leads", times=term)
        await logged(worker, "hangs", times=term)
        async with engine.connect() as connection:
            assert await connection.scalar(text("SELECT tries FROM updates")) == min(1, term - 1)
            await connection.execute(END_THE_LOCKS_SESSION)
    assert worker.runs()


async def _role(worker: WorkerProcess) -> str:
    """Wait until the worker reports that it stands by."""
    async with asyncio.timeout(30):
        while (role := (await worker.health())[1]["role"]) != "standby":
            await asyncio.sleep(0.05)
    return str(role)
