"""Rules about the people who use the bot."""

import re
from collections.abc import Collection

from bot.db.repositories.audience import Category
from bot.db.uow import Work

CHOOSABLE = (Category.NEWS, Category.OFFERS)
"""What people can opt out of: every category of broadcasts but that about the bot itself."""

DEEP_LINK_PARAMETER = re.compile(r"[A-Za-z0-9_-]{1,64}")
"""Source: Telegram, "Deep links": A-Z, a-z, 0-9, _ and -, up to 64 characters."""


async def remember_source(work: Work, telegram_id: int, parameter: str) -> None:
    """Keep where a person came from: the first well-formed deep-link parameter that they brought."""
    if DEEP_LINK_PARAMETER.fullmatch(parameter):
        await work.users.keep_source(telegram_id, parameter)


async def opted_out(work: Work, telegram_id: int) -> set[Category]:
    """What a person doesn't want to get."""
    return _known(await work.users.opted_out(telegram_id))


async def choose(work: Work, telegram_id: int, category: Category, *, wanted: bool) -> set[Category]:
    """Opt a person out of a category, or in again; returns what they don't want then."""
    if category not in CHOOSABLE:
        raise ValueError(f"nobody opts out of {category}")
    return _known(await work.users.opt_out(telegram_id, category.value, out=not wanted))


def _known(kept: Collection[str]) -> set[Category]:
    """Without what a newer version may have written."""
    return {category for category in CHOOSABLE if category.value in kept}
