"""Retention: broadcasts that ended, or were left as drafts, long ago."""

from datetime import timedelta

from bot.db.unit_of_work import Work
from bot.features.broadcasts.repository.broadcasts import Broadcasts


async def prune(work: Work, bot_id: int, age: timedelta, limit: int) -> int:
    return await work.of(Broadcasts).prune(bot_id, age, limit)
