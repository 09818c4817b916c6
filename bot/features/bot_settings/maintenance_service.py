"""Rules about maintenance: each person is told once each time it begins."""

from datetime import datetime

from bot.db.tables.people import People
from bot.db.unit_of_work import Work
from bot.framework import runtime_settings
from bot.framework.runtime_settings import MAINTENANCE


async def is_on(work: Work) -> bool:
    return bool((await runtime_settings.state(work, MAINTENANCE)).value)


async def tell(work: Work, telegram_id: int, since: datetime) -> bool:
    """Note that they are told; False if they were, since it began."""
    return await work.of(People).told_of_maintenance(telegram_id, since)
