"""Database faults: ended connections, restarts, rejections, errors, and lost answers to commits.

The worker stays up and nothing is lost or doubled. Since no process dies and no other leads, nothing is repeated
either.
"""

import signal
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from bot.db.embedded import cluster as embedded
from bot.sandbox.server.emulator import Emulator
from tests.conftest import libpq_url
from tests.faults.conftest import SPEAKERS, forked_worker
from tests.faults.databases import failing, own_server, short_folder
from tests.faults.harness import Scenario, chosen_seed, execute, running_scenario, talking
from tests.faults.proxy import proxying
from tests.support import database_server
from tests.support.fork_server import ForkedWorker

MESSAGES = 300
PER_SECOND = 150
ALL_KINDS = ("53100", "40001", "53300", "57014", "40P01", "55P03", "25006", "57P03")
"""Disk full, serialization failure, too many connections, cancelled, deadlock, lock timeout, read-only, starting up."""


@pytest.mark.slow
async def test_connections_ended_again_and_again_cost_nothing(
    scenario: Scenario, worker: ForkedWorker, socket_folder: Path, database: str
) -> None:
    async with goes_on(scenario, worker):
        for _ in range(4):
            await scenario.replies(30)
            await database_server.execute(embedded.url(socket_folder), database_server.end_connections(database))


async def test_a_database_that_refuses_for_a_while_is_waited_for(
    scenario: Scenario, worker: ForkedWorker, socket_folder: Path, database: str
) -> None:
    async with goes_on(scenario, worker):
        await scenario.replies(30)
        async with database_server.rejecting_connections(embedded.url(socket_folder), database):
            body = await worker.health_becomes("unhealthy")
            assert body["checks"]["database"]["ok"] is False
            assert body["checks"]["database"]["detail"]
        await worker.health_becomes("ok")


@pytest.mark.slow
async def test_a_server_killed_and_started_again_costs_nothing(
    fork_server_address: Path, telegram: Emulator, telegram_url: str, tmp_path: Path
) -> None:
    """Kill -9 of PostgreSQL itself. Its disk holds all that it has committed."""
    async with (
        own_server() as server,
        running_scenario(telegram, server.url, seed=chosen_seed(), speakers=SPEAKERS) as scenario,
    ):
        worker = forked_worker(fork_server_address, tmp_path / "first", telegram, telegram_url, server.libpq_url)
        try:
            async with goes_on(scenario, worker):
                for _ in range(2):
                    await scenario.replies(40)
                    server.kill()
                    await worker.health_becomes("unhealthy")
                    await server.start()
                    await worker.health_becomes("ok")
        finally:
            await worker.kill()


@pytest.mark.parametrize("lost", ["the answer", "the commit", "the connection"])
async def test_commits_cut_off_from_their_answer_are_neither_lost_nor_done_twice(
    scenario: Scenario, worker: ForkedWorker, socket_folder: Path, database: str, lost: str
) -> None:
    """The commit is done, or isn't, or is done while the connection stays open and silent."""
    with short_folder() as folder:
        async with proxying(socket_folder, folder, scenario.chance) as proxy:
            worker.variables["DATABASE_URL"] = libpq_url(folder, database)
            async with goes_on(scenario, worker):
                await scenario.replies(5)
                proxy.unanswered_commits = 0.05 * (lost == "the answer")
                proxy.undone_commits = 0.05 * (lost == "the commit")
                proxy.silent_commits = 0.05 * (lost == "the connection")
                await scenario.telegram.until(lambda: proxy.cuts >= 3, within=30)
                proxy.unanswered_commits = proxy.undone_commits = proxy.silent_commits = 0.0


async def test_a_stop_is_in_time_although_a_commit_is_never_answered(
    scenario: Scenario, worker: ForkedWorker, socket_folder: Path, database: str
) -> None:
    with short_folder() as folder:
        async with proxying(socket_folder, folder, scenario.chance) as proxy:
            worker.variables["DATABASE_URL"] = libpq_url(folder, database)
            worker.variables["SHUTDOWN_TIMEOUT"] = "2"
            await worker.start()
            await scenario.say_until(lambda: scenario.telegram.calls.of("sendMessage") != [])
            proxy.silent_commits = 1.0
            await scenario.say_until(lambda: proxy.cuts > 0)
            proxy.silent_commits = 0.0
            worker.send(signal.SIGTERM)
            assert await worker.ended(within=10) == 0
            assert worker.lines()[-1]["message"] == "worker stopped", "it ended by itself and was not cut off"


@pytest.mark.parametrize(
    ("event", "sqlstates"),
    [
        ("INSERT ON updates", ALL_KINDS[:2]),
        ("INSERT ON outbox", ALL_KINDS),
        ("DELETE ON updates", ALL_KINDS),
        ("DELETE ON outbox", ALL_KINDS[:2]),
    ],
)
async def test_an_error_that_passes_is_waited_out(
    scenario: Scenario, worker: ForkedWorker, event: str, sqlstates: Sequence[str]
) -> None:
    await execute(scenario.engine, failing(event, sqlstates))
    async with goes_on(scenario, worker, messages=100):
        pass
    assert await scenario.rows(f"SELECT last_value FROM failures WHERE last_value > {len(sqlstates)}"), "all were met"


async def test_a_prepared_statement_of_another_session_means_a_pooler_and_costs_no_update(
    scenario: Scenario, worker: ForkedWorker
) -> None:
    await execute(scenario.engine, failing("DELETE ON updates", ["26000"]))
    scenario.load.say(text="/start from-here")  # its handler writes
    await worker.start()
    assert await worker.ended() == 1
    assert "DATABASE_URL leads to a transaction pooler" in worker.log.read_text()
    await worker.start()
    await scenario.settled()
    account = await scenario.account()
    assert account.flawless, str(account)


@asynccontextmanager
async def goes_on(scenario: Scenario, worker: ForkedWorker, messages: int = MESSAGES) -> AsyncIterator[None]:
    """Let the worker serve a load beside the block. Assert that it stays up and has done everything once."""
    await worker.start()
    async with talking(scenario, messages, PER_SECOND):
        yield
    try:
        await scenario.settled()
    except TimeoutError:
        worker.send(signal.SIGUSR1)  # writes its tasks into the log
        raise
    account = await scenario.account()
    assert account.flawless, str(account)
    assert not account.repeats
    assert await worker.stop() == 0
