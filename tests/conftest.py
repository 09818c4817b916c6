"""Fixtures of all tests: PostgreSQL (a server per run, a database per test), the emulated Telegram, and the worker."""

import asyncio
import os
import shutil
import subprocess
import sys
import tempfile
import uuid
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from sqlalchemy import URL
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.db.embedded import cluster as embedded
from bot.db.engine import AsyncSessionLocal, engine_for
from bot.db.unit_of_work import UnitOfWork
from bot.sandbox.server.api import serving
from bot.sandbox.server.emulator import Emulator
from tests.support import fork_server
from tests.support.database_server import create_database, drop_database, start
from tests.support.fork_server import ForkedWorker
from tests.support.worker_process import PROJECT

settings.register_profile("busy machines", suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("busy machines")

pytest_plugins = ["tests.support.delivery", "tests.support.personal_data", "tests.support.workers"]

TEMPLATE = "migrated"
SOCKETS = pytest.StashKey[Path]()


def pytest_configure(config: pytest.Config) -> None:
    """Start the run's server in xdist's controller, and migrate a template database."""
    worker_input: dict[str, str] | None = getattr(config, "workerinput", None)
    if worker_input is not None:
        config.stash[SOCKETS] = Path(worker_input["socket_folder"])
        return
    server = start()
    config.add_cleanup(server.stop)
    config.stash[SOCKETS] = server.socket_folder
    asyncio.run(create_database(embedded.url(server.socket_folder), TEMPLATE))
    migrated = {**os.environ, "DATABASE_URL": libpq_url(server.socket_folder, TEMPLATE)}
    to_head = (sys.executable, "-m", "alembic", "-c", str(PROJECT / "alembic.ini"), "upgrade", "head")
    subprocess.run(to_head, check=True, env=migrated, stderr=subprocess.PIPE)


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """Pass the server's socket folder to an xdist worker."""
    node.workerinput["socket_folder"] = str(node.config.stash[SOCKETS])


def libpq_url(socket_folder: Path, database: str) -> str:
    return f"postgresql://postgres@/{database}?host={socket_folder}&port=5432"


@pytest.fixture(scope="session")
def socket_folder(request: pytest.FixtureRequest) -> Path:
    return request.config.stash[SOCKETS]


@pytest.fixture
async def database(socket_folder: Path) -> AsyncIterator[str]:
    """The name of a migrated database for this test."""
    name = f"test_{uuid.uuid4().hex}"
    await create_database(embedded.url(socket_folder), name, TEMPLATE)
    yield name
    await drop_database(embedded.url(socket_folder), name)


@pytest.fixture
async def empty_database(socket_folder: Path) -> AsyncIterator[str]:
    """The name of a database without tables."""
    name = f"test_{uuid.uuid4().hex}"
    await create_database(embedded.url(socket_folder), name)
    yield name
    await drop_database(embedded.url(socket_folder), name)


@pytest.fixture
def database_url(socket_folder: Path, database: str) -> str:
    return libpq_url(socket_folder, database)


@pytest.fixture
async def engine(socket_folder: Path, database: str) -> AsyncIterator[AsyncEngine]:
    url: URL = embedded.url(socket_folder, database)
    engine = engine_for(url, connections=10)
    AsyncSessionLocal.configure(bind=engine)
    yield engine
    await engine.dispose()


@pytest.fixture
def unit_of_work(engine: AsyncEngine) -> UnitOfWork:
    return UnitOfWork(AsyncSessionLocal)


@pytest.fixture
def emulator() -> Emulator:
    """The emulated Telegram with its limits on. Most tests turn them off, so that no 429 hides their subject."""
    return Emulator()


@pytest.fixture
def telegram(emulator: Emulator) -> Emulator:
    """The emulator. In `tests/features/` this name is a running bot and its people: see `docs/testing.md`."""
    return emulator


@pytest.fixture
async def telegram_url(emulator: Emulator) -> AsyncIterator[str]:
    async with serving(emulator) as url:
        yield url


@pytest.fixture(scope="session")
def fork_server_address() -> Iterator[Path]:
    """The address of the fork server, which starts workers and commands fast."""
    folder = Path(tempfile.mkdtemp(prefix="bot-fork-server-"))  # pytest's own paths are too long for a socket
    with fork_server.running(folder / "socket") as address:
        yield address
    shutil.rmtree(folder)


@pytest.fixture
async def worker(
    fork_server_address: Path, emulator: Emulator, telegram_url: str, database_url: str, tmp_path: Path
) -> AsyncIterator[ForkedWorker]:
    """A worker on the test's database and Telegram. It isn't started yet; it is killed at the end."""
    process = ForkedWorker(
        fork_server_address,
        tmp_path,
        BOT_TOKEN=emulator.bot.token,
        TELEGRAM_API_URL=telegram_url,
        DATABASE_URL=database_url,
    )
    yield process
    await process.kill()
