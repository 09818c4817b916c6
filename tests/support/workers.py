"""Fixtures and helpers for tests of the whole worker."""

import asyncio
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
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
ModuleWorkers = Callable[..., Awaitable[SharedWorker]]
TROUBLED = Path(__file__).with_name("troubled_worker.py")


@pytest.fixture
def drained(emulator: Emulator, engine: AsyncEngine) -> Drained:
    """A function that waits until nothing is pending in Telegram, the inbox or the outbox."""

    async def wait(*, telegram_too: bool = True) -> None:
        if telegram_too:
            await emulator.until(lambda: not emulator.pending_updates, within=30)
        await tables_drained(engine)

    return wait


def pytest_configure(config: pytest.Config) -> None:
    """Register the marker that gives a test's worker its settings."""
    config.addinivalue_line("markers", "settings(**variables): environment variables of this test's shared worker")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Run tests in the event loop of the shared worker that they use."""
    for item in items:
        if isinstance(item, pytest.Function) and "module_workers" in item.fixturenames:
            item.add_marker(pytest.mark.asyncio(loop_scope="module"), append=False)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def module_workers(
    fork_server_address: Path, socket_folder: Path, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[ModuleWorkers]:
    """The workers that this module's tests share: one for each choice of settings."""
    async with AsyncExitStack() as stack:
        started: dict[str, SharedWorker] = {}

        async def with_settings(**variables: str) -> SharedWorker:
            key = str(sorted(variables.items()))
            if key not in started:
                folder, name = tmp_path_factory.mktemp("worker"), f"test_{uuid.uuid4().hex}"
                running = running_shared_worker(fork_server_address, socket_folder, folder, name, **variables)
                started[key] = await stack.enter_async_context(running)
            return started[key]

        yield with_settings


@pytest_asyncio.fixture(loop_scope="module")
async def shared_worker(request: pytest.FixtureRequest, module_workers: ModuleWorkers) -> SharedWorker:
    """The worker with the settings of this test's `settings` markers. It runs, and its database is empty."""
    markers: list[pytest.Mark] = list(request.node.iter_markers("settings"))  # the closest comes first
    variables = {name: str(value) for marker in reversed(markers) for name, value in marker.kwargs.items()}
    worker = await module_workers(**variables)
    await worker.clean()
    return worker


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
