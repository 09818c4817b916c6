"""Fixtures and helpers for tests of the whole worker."""

import asyncio
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest
import pytest_asyncio
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.sandbox.server.emulator import Emulator
from tests.support.fork_server import ForkedWorker
from tests.support.shared_worker import SharedWorker, running_shared_worker
from tests.support.system import tables_drained
from tests.support.worker_process import WorkerProcess, free_port

Drained = Callable[..., Awaitable[None]]
TROUBLED = Path(__file__).with_name("troubled_worker.py")


@pytest.fixture
def drained(emulator: Emulator, engine: AsyncEngine) -> Drained:
    """A function that waits until nothing is pending in Telegram, the inbox or the outbox."""

    async def wait(*, telegram_too: bool = True) -> None:
        if telegram_too:
            await emulator.until(lambda: not emulator.pending_updates, within=30)
        await tables_drained(engine)

    return wait


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def module_worker(
    request: pytest.FixtureRequest,
    fork_server_address: Path,
    socket_folder: Path,
    tmp_path_factory: pytest.TempPathFactory,
) -> AsyncIterator[SharedWorker]:
    """The module's worker, started with the settings in its VARIABLES."""
    variables: dict[str, str] = getattr(request.module, "VARIABLES", {})
    folder, name = tmp_path_factory.mktemp("worker"), f"test_{uuid.uuid4().hex}"
    async with running_shared_worker(fork_server_address, socket_folder, folder, name, **variables) as shared_worker:
        yield shared_worker


@pytest_asyncio.fixture(loop_scope="module")
async def shared_worker(module_worker: SharedWorker) -> SharedWorker:
    """The module's worker with an empty database. The test has to run in the module's event loop, too."""
    await module_worker.clean()
    return module_worker


@pytest.fixture
async def second(fork_server_address: Path, worker: WorkerProcess, tmp_path: Path) -> AsyncIterator[WorkerProcess]:
    """Another worker of the same bot on the same database, not started yet; it is killed at the end."""
    folder = tmp_path / "second"
    folder.mkdir()
    process = ForkedWorker(fork_server_address, folder, **{**worker.variables, "PORT": str(free_port())})
    process.port = int(process.variables["PORT"])
    yield process
    await process.kill()


async def logged(worker: WorkerProcess, message: str, times: int = 1) -> None:
    """Wait until the worker has logged `message` that many times."""
    async with asyncio.timeout(30):
        while [line["message"] for line in worker.lines()].count(message) < times:
            await asyncio.sleep(0.02)
