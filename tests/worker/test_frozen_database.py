"""Database connections that swallow every byte, as after a failover or a power cut."""

import asyncio
import contextlib
import signal
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.sandbox.server.emulator import Emulator
from tests.support.worker_process import WorkerProcess


class FreezableProxy:
    """A TCP proxy to PostgreSQL that can freeze connections: they stay open and pass nothing on."""

    def __init__(self, sockets: Path) -> None:
        self._server_at = str(sockets / ".s.PGSQL.5432")
        self._epoch = 0
        self._frozen_up_to = -1
        self._writers: set[asyncio.StreamWriter] = set()
        self._server: asyncio.Server | None = None

    async def open(self) -> int:
        self._server = await asyncio.start_server(self._connected, "127.0.0.1")
        port: int = self._server.sockets[0].getsockname()[1]
        return port

    def freeze(self, *, new_ones_too: bool) -> None:
        """Freeze current connections, and new ones too if asked."""
        self._frozen_up_to = 1_000_000 if new_ones_too else self._epoch
        self._epoch += 1

    async def close(self) -> None:
        assert self._server is not None
        self._server.close()
        for writer in self._writers:
            writer.close()

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        epoch = self._epoch
        server_reader, server_writer = await asyncio.open_unix_connection(self._server_at)
        self._writers |= {writer, server_writer}
        with contextlib.suppress(ConnectionError):
            await asyncio.gather(self._pump(reader, server_writer, epoch), self._pump(server_reader, writer, epoch))
        self._writers -= {writer, server_writer}

    async def _pump(self, source: asyncio.StreamReader, sink: asyncio.StreamWriter, epoch: int) -> None:
        while data := await source.read(65536):
            if epoch <= self._frozen_up_to:
                continue
            sink.write(data)
            await sink.drain()
        sink.close()


@pytest.fixture
async def proxy(socket_folder: Path) -> AsyncIterator[FreezableProxy]:
    proxy = FreezableProxy(socket_folder)
    yield proxy
    await proxy.close()


@pytest.fixture
async def started(worker: WorkerProcess, telegram: Emulator, proxy: FreezableProxy, database: str) -> None:
    telegram.limits.enabled = False
    port = await proxy.open()
    await worker.start(DATABASE_URL=f"postgresql://postgres@127.0.0.1:{port}/{database}", SHUTDOWN_TIMEOUT="4")
    await telegram.until(lambda: telegram.waiting_polls == 1, within=30)
    chats = [telegram.private_chat() for _ in range(30)]
    for chat in chats:
        chat.says("/start spring")  # so that the pool is full of connections
    await telegram.until(lambda: all(chat.received for chat in chats), within=30)


@pytest.mark.usefixtures("started")
async def test_connections_that_died_without_a_word_are_given_up_and_everything_goes_on(
    proxy: FreezableProxy, worker: WorkerProcess, telegram: Emulator
) -> None:
    proxy.freeze(new_ones_too=False)
    chat = telegram.private_chat()
    chat.says("/start autumn")
    await chat.receives("Hello", within=60)
    await worker.health_becomes("ok")
    assert await worker.stop() == 0


@pytest.mark.usefixtures("started")
async def test_a_stop_while_the_database_says_nothing_ends_in_time_with_0(
    proxy: FreezableProxy, worker: WorkerProcess, telegram: Emulator
) -> None:
    proxy.freeze(new_ones_too=True)
    telegram.private_chat().says("/start autumn")
    await telegram.until(lambda: telegram.waiting_polls == 0)
    worker.send(signal.SIGTERM)
    assert await worker.ended(within=6) == 0
