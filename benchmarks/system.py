"""What benchmarks stand on: an embedded PostgreSQL that keeps its promises to the disk, the emulator, the worker."""

import asyncio
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import asyncpg

from bot.db.embedded import cluster as embedded
from bot.sandbox.server.api import serving
from bot.sandbox.server.emulator import Emulator
from bot.sandbox.world.conversations import PrivateChat
from tests.support.worker_process import WorkerProcess, command

SETTLED = 12.0  # seconds after which an idle session has reported its counts (PGSTAT_IDLE_INTERVAL is 10)


@dataclass(frozen=True)
class System:
    telegram: Emulator
    worker: WorkerProcess

    async def polled(self) -> None:
        await self.telegram.until(lambda: self.telegram.waiting_polls == 1, within=60)

    def people(self, number: int) -> list[PrivateChat]:
        return [self.telegram.private_chat() for _ in range(number)]

    async def all_answered(self, chats: list[PrivateChat], each: int) -> None:
        await self.telegram.until(lambda: all(len(chat.received) >= each for chat in chats), within=300)

    async def committed(self) -> int:
        """How many transactions PostgreSQL has counted so far."""
        await asyncio.sleep(SETTLED)
        connection = await asyncpg.connect(self.worker.variables["DATABASE_URL"])
        try:
            return int(await connection.fetchval("SELECT xact_commit FROM pg_stat_database WHERE datname = 'bot'"))
        finally:
            await connection.close()


@asynccontextmanager
async def running_system(*, limited: bool = False) -> AsyncIterator[System]:
    """A worker, not started yet, on a migrated database; Telegram's limits are off unless they are asked for."""
    telegram = Emulator()
    telegram.limits.enabled = limited
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as name:
        folder = Path(name)
        folder.chmod(0o711)  # for root: PostgreSQL runs as another user, who must get through
        async with embedded.running(folder, max_connections=100) as cluster, serving(telegram) as url:
            database = f"postgresql://postgres@/bot?host={cluster.socket_folder}&port=5432"
            assert (await command(folder, "migrate", DATABASE_URL=database)).code == 0
            worker = WorkerProcess(
                folder, BOT_TOKEN=telegram.bot.token, TELEGRAM_API_URL=url, DATABASE_URL=database, LOG_LEVEL="INFO"
            )
            try:
                yield System(telegram, worker)
            finally:
                await worker.kill()
