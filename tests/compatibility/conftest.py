"""A worker that finds what an earlier version left."""

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.sandbox.server.emulator import Emulator
from tests.compatibility.recording import Heir, Json, read
from tests.support.fork_server import ForkedWorker


@pytest.fixture(scope="session")
def database_then() -> Json:
    recorded: Json = read("database.json")
    return recorded


@pytest.fixture
def telegram(database_then: Json) -> Emulator:
    """One that goes on numbering its updates where the recorded one ended."""
    [cursor] = database_then["tables"]["pollers"]
    return Emulator(first_update_id=cursor["last_update_id"] + 1)


@pytest.fixture
def heir(telegram: Emulator, telegram_url: str, engine: AsyncEngine, worker: ForkedWorker, database_then: Json) -> Heir:
    """Not started yet."""
    return Heir(telegram, engine, worker, telegram_url, database_then)
