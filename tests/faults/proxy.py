"""A proxy between worker and database that breaks or freezes connections at the worst moment.

It passes PostgreSQL's protocol on unchanged, and only recognises a COMMIT in it.
"""

import asyncio
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

SOCKET = ".s.PGSQL.5432"
COMMIT = b"COMMIT;\x00"
CHUNK = 65_536  # bytes


@dataclass
class Proxy:
    """The faults to cause. They may be changed at any time."""

    folder: Path  # holds its socket, for `?host=`
    server: Path
    chance: random.Random
    unanswered_commits: float = 0.0  # share of commits that are done while their answer is lost with the connection
    undone_commits: float = 0.0  # share of commits before which the connection breaks
    silent_commits: float = 0.0  # share of commits that are done and after which the connection stays silent
    cuts: int = 0
    frozen: bool = False
    _pairs: set["_Pair"] = field(default_factory=set)

    def freeze(self) -> None:
        """Silently stop passing data on, on old connections and new ones."""
        self.frozen = True
        for pair in self._pairs:
            pair.frozen = True

    def leave_frozen(self) -> None:
        """Let new connections work again. Old ones stay silent."""
        self.frozen = False

    def close(self) -> None:
        for pair in list(self._pairs):
            pair.close()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError):
            server = await asyncio.open_unix_connection(str(self.server / SOCKET))
            pair = _Pair(self, (reader, writer), server)
            self._pairs.add(pair)
            try:
                await pair.run()
            finally:
                self._pairs.discard(pair)
                pair.close()
        writer.close()


Ends = tuple[asyncio.StreamReader, asyncio.StreamWriter]


class _Pair:
    """A connection from the worker, and the one to the server that it is passed to."""

    def __init__(self, proxy: Proxy, client: Ends, server: Ends) -> None:
        self._proxy = proxy
        self._client_reader, self._client = client
        self._server_reader, self._server = server
        self.frozen = proxy.frozen
        self._silent = False  # nothing more is passed on after the current data
        self._mute = False  # the server's next data is the lost answer

    def close(self) -> None:
        self._client.close()
        self._server.close()

    async def run(self) -> None:
        async with asyncio.TaskGroup() as tasks:
            up = tasks.create_task(self._up())
            down = tasks.create_task(self._down())
            await asyncio.wait({up, down}, return_when=asyncio.FIRST_COMPLETED)
            up.cancel()
            down.cancel()

    async def _up(self) -> None:
        with suppress(OSError):
            while chunk := await self._client_reader.read(CHUNK):
                if self.frozen:
                    continue
                if COMMIT in chunk and self._breaks_now():
                    return
                self._server.write(chunk)
                await self._server.drain()

    def _breaks_now(self) -> bool:
        """Return True if the connection breaks before this commit. Otherwise it may break or fall silent afterwards."""
        proxy, drawn = self._proxy, self._proxy.chance.random()
        before = proxy.undone_commits
        after = before + proxy.unanswered_commits
        silent = after + proxy.silent_commits
        self._mute = before <= drawn < after
        self._silent = after <= drawn < silent
        proxy.cuts += drawn < silent
        return drawn < before

    async def _down(self) -> None:
        with suppress(OSError):
            while chunk := await self._server_reader.read(CHUNK):
                if self._mute:
                    return  # the commit is done, and this is its answer
                if self.frozen or self._silent:
                    self.frozen = True
                    continue
                self._client.write(chunk)
                await self._client.drain()


@asynccontextmanager
async def proxying(server: Path, folder: Path, chance: random.Random) -> AsyncIterator[Proxy]:
    """Serve a socket in `folder` that leads to the one in `server`."""
    proxy = Proxy(folder, server, chance)
    listening = await asyncio.start_unix_server(proxy.serve, str(folder / SOCKET))
    try:
        yield proxy
    finally:
        listening.close()
        proxy.close()
