"""Start, standby, takeover and stop, and the answers of /health meanwhile."""

import re
import signal
import socket
from collections.abc import AsyncIterator
from pathlib import Path

import psutil
import pytest

from bot import __version__
from bot.db.embedded import cluster as embedded
from bot.sandbox.methods.parameters import Parameters
from bot.sandbox.server.api import serving
from bot.sandbox.server.emulator import Emulator
from bot.sandbox.server.faults import Delay, Reply
from tests.support.database_server import rejecting_connections
from tests.support.worker_process import WorkerProcess, free_port
from tests.support.workers import Drained


@pytest.fixture
async def python_m_bot(
    telegram: Emulator, telegram_url: str, database_url: str, tmp_path: Path
) -> AsyncIterator[WorkerProcess]:
    """A worker started as a platform starts it; other tests fork theirs."""
    process = WorkerProcess(
        tmp_path, BOT_TOKEN=telegram.bot.token, TELEGRAM_API_URL=telegram_url, DATABASE_URL=database_url
    )
    yield process
    await process.kill()


async def test_health_tells_all_that_the_contract_names(python_m_bot: WorkerProcess, telegram: Emulator) -> None:
    await python_m_bot.start()
    body = await python_m_bot.health_becomes("ok")
    status, body = await python_m_bot.health()
    assert status == 200
    assert set(body) == {
        "status", "role", "checks", "version", "uptime_seconds", "last_poll_age_seconds", "inbox_pending",
    }  # fmt: skip
    assert (body["role"], body["version"], body["inbox_pending"]) == ("leader", __version__, 0)
    assert 0 <= body["last_poll_age_seconds"] <= body["uptime_seconds"]
    assert all(check["ok"] and check["detail"] for check in body["checks"].values())


async def test_health_is_starting_while_telegram_is_away_and_ok_once_it_is_there(
    telegram: Emulator, worker: WorkerProcess
) -> None:
    port = free_port()
    await worker.start(TELEGRAM_API_URL=f"http://127.0.0.1:{port}")
    body = await worker.health_becomes("starting")
    assert (await worker.health())[0] == 503
    assert body["last_poll_age_seconds"] is None
    async with serving(telegram, port=port):
        await worker.health_becomes("ok")
        assert await worker.stop() == 0


async def test_health_is_starting_while_the_database_is_away_and_a_stop_then_ends_with_0(
    python_m_bot: WorkerProcess,
) -> None:
    await python_m_bot.start(DATABASE_URL=f"postgresql://somebody:secret-word@127.0.0.1:{free_port()}/bot")
    body = await python_m_bot.health_becomes("starting")
    assert body["checks"]["database"]["ok"] is False
    assert body["inbox_pending"] is None
    assert await python_m_bot.stop() == 0
    assert "the database is away" in python_m_bot.log.read_text()
    assert "secret-word" not in python_m_bot.log.read_text()


async def test_health_is_unhealthy_while_the_database_is_away_and_everything_goes_on_when_it_is_back(
    worker: WorkerProcess, telegram: Emulator, socket_folder: Path, database: str, drained: Drained
) -> None:
    await worker.start()
    await worker.health_becomes("ok")
    async with rejecting_connections(embedded.url(socket_folder), database):
        body = await worker.health_becomes("unhealthy")
        assert body["checks"]["database"]["ok"] is False
        assert (await worker.health())[0] == 503
        chat = telegram.private_chat()
        chat.says("/start")
    await chat.receives("Hello", within=30)
    await worker.health_becomes("ok")
    await drained()
    assert len(chat.received) == 1


async def test_a_webhook_left_set_is_removed_and_what_waited_is_answered(
    worker: WorkerProcess, telegram: Emulator
) -> None:
    chat = telegram.private_chat()
    chat.says("/start")
    await telegram.call(telegram.bot.token, "setWebhook", Parameters({"url": "https://example.org/hook"}))
    await worker.start()
    await chat.receives("Hello", within=30)
    assert "a webhook was set for this bot and has been removed" in worker.log.read_text()


async def test_of_two_workers_one_polls_and_the_other_takes_over_when_it_is_killed(
    worker: WorkerProcess, second: WorkerProcess, telegram: Emulator
) -> None:
    await worker.start()
    await worker.health_becomes("ok")
    await second.start()
    assert (await second.health_becomes("ok"))["role"] == "standby"
    await worker.kill()
    await telegram.until(lambda: telegram.waiting_polls == 0)
    await telegram.until(lambda: telegram.waiting_polls == 1, within=30)
    chat = telegram.private_chat()
    chat.says("/start")
    await chat.receives("Hello")
    assert (await second.health())[1]["role"] == "leader"
    assert not [call for call in telegram.calls.of("getUpdates") if call.status == 409]


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_a_signal_ends_an_idle_worker_at_once_with_0(
    python_m_bot: WorkerProcess, telegram: Emulator, number: signal.Signals
) -> None:
    await python_m_bot.start()
    await telegram.until(lambda: telegram.waiting_polls == 1, within=30)
    python_m_bot.send(number)
    assert await python_m_bot.ended(within=5) == 0


async def test_a_second_signal_ends_a_worker_that_is_still_stopping(
    python_m_bot: WorkerProcess, telegram: Emulator
) -> None:
    telegram.limits.enabled = False
    await python_m_bot.start(SHUTDOWN_TIMEOUT="60")
    chat = telegram.private_chat()
    telegram.faults.next(Delay(120), "sendMessage")
    chat.says("/start")
    await telegram.until(lambda: bool(telegram.calls.of("sendMessage")), within=30)
    python_m_bot.send(signal.SIGTERM)
    await python_m_bot.health_becomes("stopping")
    python_m_bot.send(signal.SIGTERM)
    assert await python_m_bot.ended(within=5) != 0


async def test_telegrams_errors_on_the_way_are_waited_out(worker: WorkerProcess, telegram: Emulator) -> None:
    for fault in (Reply.refusal(502, "Bad Gateway"), Reply(200, b"<html>"), Reply(200, b""), Reply.flood(1)):
        telegram.faults.next(fault, "getUpdates")
    await worker.start()
    chat = telegram.private_chat()
    chat.says("/start")
    await chat.receives("Hello", within=30)


async def test_a_revoked_token_ends_a_running_worker_with_1_and_a_sentence(
    python_m_bot: WorkerProcess, telegram: Emulator
) -> None:
    await python_m_bot.start()
    await telegram.until(lambda: telegram.waiting_polls == 1, within=30)
    telegram.revoke()
    telegram.private_chat().says("/start")
    assert await python_m_bot.ended() == 1
    assert python_m_bot.log.read_text().rstrip().splitlines()[-1].startswith("Telegram refused BOT_TOKEN")


async def test_without_database_url_an_embedded_server_comes_and_goes_with_the_worker(
    python_m_bot: WorkerProcess, telegram: Emulator, tmp_path: Path
) -> None:
    del python_m_bot.variables["DATABASE_URL"]
    await python_m_bot.start()
    chat = telegram.private_chat()
    chat.says("/start")
    await chat.receives("Hello", within=30)
    server = int((tmp_path / ".data/postgres/18/postmaster.pid").read_text().split()[0])
    assert psutil.pid_exists(server)
    assert await python_m_bot.stop() == 0
    assert not psutil.pid_exists(server)


async def test_a_log_line_tells_what_became_of_an_update(worker: WorkerProcess, telegram: Emulator) -> None:
    await worker.start()
    chat = telegram.private_chat()
    chat.says("/start")
    await chat.receives("Hello", within=30)
    assert await worker.stop() == 0
    line = next(line for line in worker.lines() if line["message"] == "update handled")
    assert (line["chat_id"], line["handler"], line["kind"]) == (chat.id, "/start", "message")
    assert line["update_id"] > 0
    assert line["milliseconds"] >= 0


async def test_the_token_is_never_printed(python_m_bot: WorkerProcess, telegram: Emulator) -> None:
    telegram.faults.next(Reply.refusal(500, "Internal Server Error"), times=3)
    await python_m_bot.start(LOG_LEVEL="DEBUG")
    chat = telegram.private_chat()
    chat.says("/start")
    await chat.receives("Hello", within=30)
    assert await python_m_bot.stop() == 0
    assert not re.search(re.escape(telegram.bot.token), python_m_bot.log.read_text())


async def test_it_listens_on_ipv4_and_ipv6_where_no_host_is_named(worker: WorkerProcess) -> None:
    del worker.variables["HOST"]
    await worker.start()
    await worker.health_becomes("ok")
    for family, address in ((socket.AF_INET, "127.0.0.1"), (socket.AF_INET6, "::1")):
        with socket.socket(family) as connection:
            assert connection.connect_ex((address, worker.port)) == 0
