"""Rules about the people who use the bot."""

import re

from bot.db.uow import Work

DEEP_LINK_PARAMETER = re.compile(r"[A-Za-z0-9_-]{1,64}")
"""Source: Telegram, "Deep links": A-Z, a-z, 0-9, _ and -, up to 64 characters."""


async def remember_source(work: Work, telegram_id: int, parameter: str) -> None:
    """Keep where a person came from: the first well-formed deep-link parameter that they brought."""
    if DEEP_LINK_PARAMETER.fullmatch(parameter):
        await work.users.keep_source(telegram_id, parameter)
