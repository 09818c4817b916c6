"""How other processes wake a bot's leader: it listens, and looks into inbox and outbox at once.

Source: PostgreSQL manual, NOTIFY: what a transaction says is heard when it commits, and not at all if it doesn't.
"""

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

WAKE = "telegram_bot_worker"
"""The channel; each notification's payload is a bot's id."""

_NOTIFY = text("SELECT pg_notify(:channel, :bot_id)")


async def notify(session: AsyncSession, bot_id: int) -> None:
    await session.execute(_NOTIFY, {"channel": WAKE, "bot_id": str(bot_id)})
