"""What the tests of the whole worker share."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.sandbox.emulator import Emulator

Drained = Callable[..., Awaitable[None]]
WAITING = text("SELECT (SELECT count(*) FROM updates) + (SELECT count(*) FROM outbox)")


@pytest.fixture
def drained(telegram: Emulator, engine: AsyncEngine) -> Drained:
    """Wait until Telegram, the inbox and the outbox hold nothing back."""

    async def rows() -> int:
        async with engine.connect() as connection:
            return int((await connection.execute(WAITING)).scalar_one())

    async def wait(*, telegram_too: bool = True) -> None:
        if telegram_too:
            await telegram.until(lambda: not telegram.pending_updates, within=30)
        async with asyncio.timeout(30):
            while await rows():  # noqa: ASYNC110 -- the database calls nobody back
                await asyncio.sleep(0.02)

    return wait
