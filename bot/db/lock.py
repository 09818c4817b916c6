"""Advisory locks, each held by its own session: the lock is released with the connection, however the process ends.

Source: PostgreSQL manual, 13.3.5 "Advisory Locks".
"""

import asyncio
import hashlib
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from bot.db.unit_of_work import database_away
from bot.errors import DatabaseAwayError

RETRY_EVERY = 0.5  # seconds; a blocking pg_advisory_lock would hold a snapshot, which blocks vacuum

_TAKE = text("SELECT pg_try_advisory_lock(:key)")
_HELD = text(
    "SELECT EXISTS (SELECT FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid() AND granted"
    " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
    " AND objsubid = 1 AND (classid::bigint << 32) | objid::bigint = :key)"
)


class SessionLock:
    """The lock `name` on its own connection. Methods raise DatabaseAwayError if the database doesn't answer."""

    def __init__(self, engine: AsyncEngine, name: str) -> None:
        self._engine = engine
        self._key = {"key": int.from_bytes(hashlib.blake2b(name.encode(), digest_size=8).digest(), signed=True)}
        self._connection: AsyncConnection | None = None
        self._one_at_a_time = asyncio.Lock()  # a connection runs one query at a time

    async def taken(self) -> bool:
        """Take the lock if it is free. Connects if there is no connection yet."""
        async with database_away():
            connection = await self._connected()
            return bool(await connection.scalar(_TAKE, self._key))

    async def still_held(self) -> bool:
        """Return whether the database lists the lock as held by this session."""
        async with self._one_at_a_time, database_away():
            return bool(await self._open().scalar(_HELD, self._key))

    async def listen(self, channel: str, wake: Callable[[], None]) -> None:
        """Have `wake` called at each NOTIFY on the channel."""
        async with self._one_at_a_time, database_away():
            raw = await self._open().get_raw_connection()
            assert raw.driver_connection is not None
            await raw.driver_connection.add_listener(channel, lambda *_: wake())

    async def close(self) -> None:
        """Close the connection, which releases the lock."""
        connection, self._connection = self._connection, None
        if connection is not None:
            # Back in the pool it would keep the lock. A dead connection needs no proper close.
            await connection.invalidate()
            await connection.close()

    def _open(self) -> AsyncConnection:
        if self._connection is None:  # closed meanwhile: leadership was lost
            raise DatabaseAwayError("the lock's connection is closed")
        return self._connection

    async def _connected(self) -> AsyncConnection:
        if self._connection is None:
            self._connection = await self._engine.connect()
            await self._connection.execution_options(isolation_level="AUTOCOMMIT")
        return self._connection


@asynccontextmanager
async def held(engine: AsyncEngine, name: str) -> AsyncIterator[None]:
    """Wait for the lock `name` and hold it for the block."""
    lock = SessionLock(engine, name)
    try:
        while not await lock.taken():  # noqa: ASYNC110 -- PostgreSQL doesn't announce released locks
            await asyncio.sleep(RETRY_EVERY)
        yield
    finally:
        await lock.close()
