"""Advisory locks, held by a session of their own."""

import asyncio
import hashlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from bot.db.uow import database_away

RETRY_EVERY = 0.5  # seconds; a blocking pg_advisory_lock would hold a snapshot, and with it vacuum, all the while


def key_of(name: str) -> int:
    """A lock's 64-bit key, made from a name."""
    return int.from_bytes(hashlib.blake2b(name.encode(), digest_size=8).digest(), signed=True)


class AdvisoryLock:
    """A session-level lock; it goes when its connection goes, whatever ends the process.

    Source: PostgreSQL manual, 13.3.5 "Advisory Locks".
    """

    def __init__(self, connection: AsyncConnection, key: int) -> None:
        self._connection = connection
        self._key = key

    async def acquired(self) -> bool:
        """Take the lock if it is free. Raises DatabaseAwayError."""
        return await self._asked("SELECT pg_try_advisory_lock(:key)")

    async def still_held(self) -> bool:
        """Whether the database shows the lock as this session's own. Raises DatabaseAwayError."""
        return await self._asked(
            "SELECT EXISTS (SELECT FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid()"
            " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
            " AND objsubid = 1 AND granted"
            " AND (classid::bigint << 32) | objid::bigint = :key)"
        )

    async def release(self) -> None:
        await self._asked("SELECT pg_advisory_unlock(:key)")

    async def _asked(self, question: str) -> bool:
        async with database_away():
            return bool(await self._connection.scalar(text(question), {"key": self._key}))


@asynccontextmanager
async def held(engine: AsyncEngine, name: str) -> AsyncIterator[AsyncConnection]:
    """Wait for the lock `name`, and hold it for the block; yields the AUTOCOMMIT connection that holds it."""
    async with engine.connect() as pooled:
        connection = await pooled.execution_options(isolation_level="AUTOCOMMIT")
        lock = AdvisoryLock(connection, key_of(name))
        while not await lock.acquired():  # noqa: ASYNC110 -- PostgreSQL tells nobody of a freed lock
            await asyncio.sleep(RETRY_EVERY)
        try:
            yield connection
        finally:
            await lock.release()
