"""A worker that starts on the rows of an earlier version."""

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.sandbox.server.emulator import Emulator
from tests.compatibility.recording import Json, UpgradedWorker, read
from tests.support.fork_server import ForkedWorker


@pytest.fixture(scope="session")
def database_then() -> Json:
    recorded: Json = read("database.json")
    return recorded


@pytest.fixture
def emulator(database_then: Json) -> Emulator:
    """A Telegram whose update ids continue after the recorded ones."""
    [cursor] = database_then["tables"]["pollers"]
    return Emulator(first_update_id=cursor["last_update_id"] + 1)


@pytest.fixture
def upgraded(
    emulator: Emulator, telegram_url: str, engine: AsyncEngine, worker: ForkedWorker, database_then: Json
) -> UpgradedWorker:
    """The worker is not started yet."""
    return UpgradedWorker(emulator, engine, worker, telegram_url, database_then)
