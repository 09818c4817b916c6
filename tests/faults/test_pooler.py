"""A real PgBouncer between worker and database. A transaction pooler is rejected."""

import asyncio
import getpass
import os
import shutil
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path

import pytest

from tests.faults.databases import short_folder
from tests.faults.harness import Scenario, has_role, talking
from tests.support.fork_server import ForkedWorker
from tests.support.worker_process import free_port

PGBOUNCER = shutil.which("pgbouncer", path=f"{os.environ.get('PATH', os.defpath)}:/usr/sbin:/usr/local/sbin")
pytestmark = pytest.mark.skipif(PGBOUNCER is None, reason="needs PgBouncer (Debian: apt-get install pgbouncer)")

UNPRIVILEGED = "nobody" if os.geteuid() == 0 else getpass.getuser()  # PgBouncer doesn't run as root
CONNECTIONS = 40  # to the server: more than one worker uses
SILENTLY_DROPPED = (
    "ignore_startup_parameters = idle_session_timeout, idle_in_transaction_session_timeout, tcp_user_timeout,"
    " tcp_keepalives_idle, tcp_keepalives_interval, tcp_keepalives_count"
)
"""A common set-up of platforms that lets clients with settings of their own connect."""

Pooler = Callable[..., AbstractAsyncContextManager[str]]


@pytest.fixture
def pooler(socket_folder: Path, database: str) -> Pooler:
    """Runs PgBouncer in a mode in front of the test's database. Yields the URL that leads through it."""

    @asynccontextmanager
    async def running(mode: str, *settings: str) -> AsyncIterator[str]:
        port = free_port()
        with short_folder() as folder:
            config = folder / "pgbouncer.ini"
            config.write_text(
                f"""
[databases]
* = host={socket_folder} port=5432 user=postgres
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = {port}
unix_socket_dir =
auth_type = any
user = {UNPRIVILEGED}
pool_mode = {mode}
default_pool_size = {CONNECTIONS}
"""
                + "\n".join(settings)
            )
            assert PGBOUNCER is not None
            process = await asyncio.create_subprocess_exec(
                PGBOUNCER, str(config), stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.DEVNULL
            )
            try:
                await listens(port)
                yield f"postgresql://postgres@127.0.0.1:{port}/{database}"
            finally:
                process.kill()
                await process.wait()

    return running


async def listens(port: int) -> None:
    async with asyncio.timeout(10):
        while True:
            try:
                _, writer = await asyncio.open_connection("127.0.0.1", port)
            except OSError:
                await asyncio.sleep(0.01)
            else:
                writer.close()
                return


@pytest.mark.parametrize("settings", [(), (SILENTLY_DROPPED,)], ids=["as it comes", "lenient"])
async def test_a_transaction_pooler_is_rejected_with_the_remedy(
    worker: ForkedWorker, pooler: Pooler, settings: tuple[str, ...]
) -> None:
    async with pooler("transaction", *settings) as url:
        await worker.start(DATABASE_URL=url)
        assert await worker.ended() == 1
    assert "DATABASE_URL leads to a transaction pooler" in worker.log.read_text()
    assert "give the direct address" in worker.log.read_text()


@pytest.mark.parametrize("settings", [(), (SILENTLY_DROPPED,)], ids=["as it comes", "lenient"])
async def test_a_session_pooler_works(
    scenario: Scenario, worker: ForkedWorker, pooler: Pooler, settings: tuple[str, ...]
) -> None:
    async with pooler("session", *settings) as url:
        await worker.start(DATABASE_URL=url)
        await has_role(worker, "leader")
        async with talking(scenario, messages=100, per_second=200):
            pass
        await scenario.settled()
        account = await scenario.account()
        assert account.flawless, str(account)
        assert not account.repeats
        assert await worker.stop() == 0
