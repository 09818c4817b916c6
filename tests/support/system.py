"""The whole bot: the emulated Telegram, the database and the worker process, with functions to wait for them."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from sqlalchemy import RowMapping, text
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.sandbox.server.emulator import Emulator
from tests.support.worker_process import WorkerProcess

T = TypeVar("T")


async def eventually(check: Callable[[], Awaitable[T]], within: float = 30, every: float = 0.02) -> T:
    """Call `check` until its result is true, and return that result."""
    async with asyncio.timeout(within):
        while not (result := await check()):
            await asyncio.sleep(every)
    return result


async def select(engine: AsyncEngine, query: str) -> Sequence[RowMapping]:
    async with engine.connect() as connection:
        return (await connection.execute(text(query))).mappings().all()


async def count(engine: AsyncEngine, table: str) -> int:
    """The number of rows in `table`; a condition may follow its name."""
    [row] = await select(engine, f"SELECT count(*) AS number FROM {table}")
    return int(row["number"])


async def execute(engine: AsyncEngine, *statements: str) -> None:
    async with engine.begin() as connection:
        for statement in statements:
            await connection.execute(text(statement))


async def pending(engine: AsyncEngine) -> int:
    """The number of rows in the inbox and the outbox."""
    return await count(engine, "(SELECT id FROM updates UNION ALL SELECT id FROM outbox) AS pending")


async def tables_drained(engine: AsyncEngine, within: float = 30) -> None:
    """Wait until the inbox and the outbox are empty."""

    async def are_empty() -> bool:
        return not await pending(engine)

    await eventually(are_empty, within)


@dataclass
class System:
    telegram: Emulator
    engine: AsyncEngine
    process: WorkerProcess

    async def rows(self, query: str) -> Sequence[RowMapping]:
        return await select(self.engine, query)

    async def execute(self, *statements: str) -> None:
        await execute(self.engine, *statements)

    async def settles(self) -> None:
        """Wait until nothing is pending in Telegram, the inbox or the outbox."""
        try:
            await self.telegram.until(lambda: not self.telegram.pending_updates, within=30)
            await tables_drained(self.engine)
        except TimeoutError:
            waiting = f"{self.telegram.pending_updates} updates in Telegram, {await pending(self.engine)} rows"
            raise TimeoutError(f"the bot is not done within 30 s: {waiting} in the inbox and the outbox") from None

    async def until_some(self, query: str) -> Sequence[RowMapping]:
        """Wait until the query finds rows, and return them."""
        return await eventually(lambda: self.rows(query))

    async def until_none(self, query: str) -> None:
        """Wait until the query finds no rows."""

        async def finds_none() -> bool:
            return not await self.rows(query)

        await eventually(finds_none)
