"""One PostgreSQL server per test run. Each test gets its own database, copied from a template."""

import os
import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy.engine import URL
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from bot.db.embedded import cluster as embedded
from bot.db.embedded.shutdown import opened, taken

_MEMORY = Path("/dev/shm")
_ROOM = 1_000_000_000  # bytes; a copy of a small template takes 10 MB


@dataclass(frozen=True)
class RunServer:
    """The server of this run. xdist's workers only need its socket folder: `embedded.url(socket_folder, database)`."""

    folder: Path
    cluster: embedded.Cluster

    @property
    def socket_folder(self) -> Path:
        return self.cluster.socket_folder

    def stop(self) -> None:
        self.cluster.leave()
        shutil.rmtree(self.folder, ignore_errors=True)


def start() -> RunServer:
    """Start a server that ends with this process, even on kill -9. Removes what killed runs have left."""
    base = _base()
    prefix = f"bot-tests-{os.geteuid()}-"
    with _one_at_a_time(base / f"{prefix}lock"):
        _sweep(base, prefix)
        folder = Path(tempfile.mkdtemp(prefix=prefix, suffix=".run", dir=base))
        folder.chmod(0o711)  # for root: PostgreSQL runs as another user, who must get through
        server = RunServer(folder, embedded.Cluster(folder, durable=False, max_connections=200))
        try:
            server.cluster.start()
        except BaseException:
            server.stop()
            raise
    return server


async def create_database(admin: URL, name: str, template: str | None = None) -> None:
    """Create a database, as a copy of `template` if given. Nobody may be connected to the template."""
    copied = f'TEMPLATE "{template}" STRATEGY FILE_COPY' if template else ""
    await execute(admin, f'CREATE DATABASE "{name}" {copied}')


async def drop_database(admin: URL, name: str) -> None:
    """Drop a database and end its connections."""
    await execute(admin, f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def end_connections(database: str) -> str:
    """A statement that ends all sessions in a database but its own."""
    return (
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
        f" WHERE datname = '{database}' AND pid <> pg_backend_pid()"
    )


@asynccontextmanager
async def rejecting_connections(admin: URL, database: str) -> AsyncIterator[None]:
    """Let the server reject connections to the database, and end those that it has."""
    await execute(admin, f'ALTER DATABASE "{database}" ALLOW_CONNECTIONS false')
    await execute(admin, end_connections(database))
    try:
        yield
    finally:
        await execute(admin, f'ALTER DATABASE "{database}" ALLOW_CONNECTIONS true')


async def execute(admin: URL, statement: str) -> None:
    engine = create_async_engine(admin, poolclass=NullPool, isolation_level="AUTOCOMMIT")
    async with engine.connect() as connection:
        await connection.exec_driver_sql(statement)


def _base() -> Path:
    """A folder in memory if there is enough: copying a template takes 30 ms there instead of 170."""
    if _MEMORY.is_dir() and os.access(_MEMORY, os.W_OK) and shutil.disk_usage(_MEMORY).free > _ROOM:
        return _MEMORY
    return Path(tempfile.gettempdir())


@contextmanager
def _one_at_a_time(path: Path) -> Iterator[None]:
    """Hold a lock for the block: another run's new folder has no users yet and would be swept."""
    with opened(path) as lock:
        if not taken(lock, seconds=60):
            message = f"another test run has been starting its server for a minute: {path} is locked"
            raise TimeoutError(message)
        yield


def _sweep(base: Path, prefix: str) -> None:
    for folder in base.glob(f"{prefix}*.run"):
        if embedded.stop_abandoned(folder):
            shutil.rmtree(folder, ignore_errors=True)
