"""The export of a user's data, and its erasure."""

import json
from datetime import date, datetime
from enum import Enum, auto

from bot.db.unit_of_work import Work
from bot.features.privacy.repository import Privacy
from bot.framework.registry import Registry


class ErasureOutcome(Enum):
    GONE = auto()
    EXCEPT_BAN = auto()  # the user's id and the end of the ban stay
    POSTPONED = auto()  # a broadcast of the user's is under way


async def export(work: Work, registry: Registry, telegram_id: int) -> str:
    """A user's data as a JSON document with an array of rows for each table.

    `bot/db/core_personal_data.py` and the features' `PERSONAL_DATA` say which rows.
    """
    tables = await work.of(Privacy).export(telegram_id, registry.tables)
    now = await work.now()
    whole = {"telegram_id": telegram_id, "exported_at": now, "tables": tables}
    return json.dumps(whole, ensure_ascii=False, indent=2, default=_to_json)


async def erase(work: Work, registry: Registry, bot_id: int, telegram_id: int) -> ErasureOutcome:
    """Erase a user. They are unknown until they write again."""
    await work.of(Privacy).subject(telegram_id, locked=True)  # every transaction locks users first
    for waits in registry.erasure_waits:
        if await waits(work, telegram_id):
            return ErasureOutcome.POSTPONED
    banned = await work.of(Privacy).erase(bot_id, telegram_id, registry.tables)
    work.changed_people.add(telegram_id)
    return ErasureOutcome.EXCEPT_BAN if banned else ErasureOutcome.GONE


def _to_json(value: object) -> str:
    return value.isoformat() if isinstance(value, datetime | date) else str(value)
