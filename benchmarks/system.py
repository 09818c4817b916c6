"""The system under measurement: a durable embedded PostgreSQL, the emulated Telegram, and a worker process."""

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

SETTLED = 12.0  # seconds until an idle session has reported its counts (PGSTAT_IDLE_INTERVAL is 10)
TOO_MANY_REQUESTS = 429


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

    @property
    def rejected(self) -> int:
        """Calls that Telegram rejected with 429."""
        return sum(call.status == TOO_MANY_REQUESTS for call in self.telegram.calls)

    async def committed(self) -> int:
        """Transactions that PostgreSQL has counted so far."""
        await asyncio.sleep(SETTLED)
        connection = await asyncpg.connect(self.worker.variables["DATABASE_URL"])
        try:
            return int(await connection.fetchval("SELECT xact_commit FROM pg_stat_database WHERE datname = 'bot'"))
        finally:
            await connection.close()


@asynccontextmanager
async def running_system(*, limited: bool = False) -> AsyncIterator[System]:
    """A worker, not started yet, on a migrated database. `limited` turns Telegram's limits on."""
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


def write(chats: list[PrivateChat], each: int, text: str) -> None:
    """Send `each` messages from every chat, one round after the other."""
    for _ in range(each):
        for chat in chats:
            chat.says(text)
