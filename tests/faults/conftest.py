"""Fixtures of the fault tests: a scenario, and several workers."""

from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from bot.sandbox.server.emulator import Emulator
from tests.faults.harness import Scenario, chosen_seed, running_scenario
from tests.support.fork_server import ForkedWorker

SPEAKERS = 16

NewWorker = Callable[[str], ForkedWorker]
"""Makes a worker from the name of its folder."""


@pytest.fixture
async def scenario(telegram: Emulator, database_url: str) -> AsyncIterator[Scenario]:
    async with running_scenario(telegram, database_url, seed=chosen_seed(), speakers=SPEAKERS) as made:
        yield made


@pytest.fixture
async def new_worker(
    fork_server_address: Path, telegram: Emulator, telegram_url: str, database_url: str, tmp_path: Path
) -> AsyncIterator[NewWorker]:
    """Makes workers on the test's database and Telegram. They aren't started yet; they are killed at the end."""
    async with AsyncExitStack() as made:

        def new_worker(name: str) -> ForkedWorker:
            process = forked_worker(fork_server_address, tmp_path / name, telegram, telegram_url, database_url)
            made.push_async_callback(process.kill)
            return process

        yield new_worker


@pytest.fixture
def worker(new_worker: NewWorker) -> ForkedWorker:
    return new_worker("first")


@pytest.fixture
def second(new_worker: NewWorker) -> ForkedWorker:
    return new_worker("second")


@pytest.fixture
def third(new_worker: NewWorker) -> ForkedWorker:
    return new_worker("third")


def forked_worker(
    address: Path, folder: Path, telegram: Emulator, telegram_url: str, database_url: str
) -> ForkedWorker:
    folder.mkdir()
    print(f"log: {folder / 'worker.log'}")  # noqa: T201 -- shown when the test fails
    return ForkedWorker(
        address, folder, BOT_TOKEN=telegram.bot.token, TELEGRAM_API_URL=telegram_url, DATABASE_URL=database_url,
    )  # fmt: skip
