"""A stop in each phase ends in time with 0 and loses nothing."""

import signal
from pathlib import Path

import pytest
from sqlalchemy.ext.asyncio import create_async_engine

from bot.db import schema
from bot.db.embedded import cluster as embedded
from bot.db.lock import held
from bot.sandbox.server.emulator import Emulator
from tests.conftest import libpq_url
from tests.support.worker_process import WorkerProcess, free_port
from tests.support.workers import TROUBLED, logged

STOPS = pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])


@STOPS
async def test_while_telegram_is_away(worker: WorkerProcess, number: signal.Signals) -> None:
    await worker.start(TELEGRAM_API_URL=f"http://127.0.0.1:{free_port()}")
    await logged(worker, "Telegram is away")
    worker.send(number)
    assert await worker.ended(within=5) == 0


async def test_while_migrating(worker: WorkerProcess, socket_folder: Path, empty_database: str) -> None:
    engine = create_async_engine(embedded.url(socket_folder, empty_database))
    async with held(engine, schema.LOCK_NAME):  # makes the worker's migration wait
        await worker.start(DATABASE_URL=libpq_url(socket_folder, empty_database))
        await worker.health_becomes("starting")
        await logged(worker, "schema is behind")
        worker.send(signal.SIGTERM)
        assert await worker.ended(within=5) == 0
    await engine.dispose()


async def test_as_standby(worker: WorkerProcess, second: WorkerProcess) -> None:
    await worker.start()
    await worker.health_becomes("ok")
    await second.start()
    await logged(second, "stands by: another worker leads")
    second.send(signal.SIGTERM)
    assert await second.ended(within=5) == 0


async def test_the_lock_is_let_go_at_once(worker: WorkerProcess, telegram: Emulator) -> None:
    await worker.start()
    await worker.health_becomes("ok")
    assert await worker.stop() == 0
    await worker.start()
    await logged(worker, "leads", times=2)
    assert "stands by: another worker leads" not in {line["message"] for line in worker.lines()}


async def test_with_a_handler_that_hangs_it_ends_in_time_and_the_update_is_handled_at_the_next_start(
    worker: WorkerProcess, telegram: Emulator
) -> None:
    chat = telegram.private_chat()
    await worker.start(program=TROUBLED, TROUBLE="hang", SHUTDOWN_TIMEOUT="2")
    chat.says("/id")
    chat.says("/help")
    await telegram.until(lambda: telegram.pending_updates == 0, within=30)
    worker.send(signal.SIGTERM)
    assert await worker.ended(within=6) == 0
    await worker.start()
    await chat.receives("Telegram number", within=30)
    await chat.receives("What I can do")
    assert len(chat.received) == 2


async def test_a_loop_that_is_stuck_ends_the_process_with_1_and_its_stacks(
    worker: WorkerProcess, telegram: Emulator
) -> None:
    telegram.private_chat().says("/id")
    await worker.start(program=TROUBLED, TROUBLE="block", STUCK_AFTER="2")
    assert await worker.ended() == 1
    log = worker.log.read_text()
    assert "Timeout" in log
    assert "in trouble" in log
