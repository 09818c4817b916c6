"""What benchmarks stand on: an embedded PostgreSQL that keeps its promises to the disk, the emulator, the worker."""

import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from bot.db import embedded
from bot.sandbox.api import serving
from bot.sandbox.conversations import PrivateChat
from bot.sandbox.emulator import Emulator
from tests.worker_process import WorkerProcess, command


@dataclass(frozen=True)
class Stage:
    telegram: Emulator
    worker: WorkerProcess

    async def polled(self) -> None:
        await self.telegram.until(lambda: self.telegram.waiting_polls == 1, within=60)

    def people(self, number: int) -> list[PrivateChat]:
        return [self.telegram.private_chat() for _ in range(number)]

    async def all_answered(self, chats: list[PrivateChat], each: int) -> None:
        await self.telegram.until(lambda: all(len(chat.received) >= each for chat in chats), within=300)


@asynccontextmanager
async def stage() -> AsyncIterator[Stage]:
    """A worker, not started yet, on a migrated database; Telegram's limits are off on both sides."""
    telegram = Emulator()
    telegram.limits.enabled = False
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
                yield Stage(telegram, worker)
            finally:
                await worker.kill()
