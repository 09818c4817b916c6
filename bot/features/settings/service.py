"""Rules about the people who use the bot."""

import re
from collections.abc import Collection
from dataclasses import dataclass

from bot.db.tables.users import Users
from bot.db.unit_of_work import Work
from bot.features.broadcasts.repository.audience import Category

CHOOSABLE = (Category.NEWS, Category.OFFERS)
"""What people can opt out of: every category of broadcasts but that about the bot itself."""

DEEP_LINK_PARAMETER = re.compile(r"[A-Za-z0-9_-]{1,64}")
"""Source: Telegram, "Deep links": A-Z, a-z, 0-9, _ and -, up to 64 characters."""


async def remember_source(work: Work, telegram_id: int, parameter: str) -> None:
    """Keep where a person came from: the first well-formed deep-link parameter that they brought.

    A link of their own, with which others are to come, says nothing about that.
    """
    own = re.fullmatch(rf"(ref[_-]?)?{telegram_id}", parameter, re.IGNORECASE)
    if DEEP_LINK_PARAMETER.fullmatch(parameter) and own is None:
        await work.of(Users).keep_source(telegram_id, parameter)


@dataclass(frozen=True, slots=True)
class Choices:
    """What a person has chosen for themselves."""

    opted_out: frozenset[Category] = frozenset()
    language: str | None = None  # None: Telegram's
    time_zone: str | None = None


async def choices(work: Work, telegram_id: int) -> Choices:
    kept = await work.of(Users).choices(telegram_id)
    if kept is None:
        return Choices()
    opted_out, language, time_zone = kept
    return Choices(_known(opted_out), language, time_zone)


async def choose(work: Work, telegram_id: int, category: Category, *, wanted: bool) -> Choices:
    """Opt a person out of a category, or in again."""
    if category not in CHOOSABLE:
        raise ValueError(f"nobody opts out of {category}")
    await work.of(Users).opt_out(telegram_id, category.value, out=not wanted)
    return await choices(work, telegram_id)


async def agree(work: Work, telegram_id: int, version: str) -> None:
    """Record that a person agrees to this version of the terms."""
    await work.of(Users).agree(telegram_id, version)
    work.changed_people.add(telegram_id)


async def choose_language(work: Work, telegram_id: int, language: str | None) -> Choices:
    """None: as Telegram says."""
    return await _chosen(work, telegram_id, language=language)


async def choose_time_zone(work: Work, telegram_id: int, time_zone: str | None) -> Choices:
    return await _chosen(work, telegram_id, time_zone=time_zone)


async def _chosen(work: Work, telegram_id: int, **chosen: str | None) -> Choices:
    await work.of(Users).choose(telegram_id, **chosen)
    work.changed_people.add(telegram_id)
    return await choices(work, telegram_id)


def _known(kept: Collection[str]) -> frozenset[Category]:
    """Without what a newer version may have written."""
    return frozenset(category for category in CHOOSABLE if category.value in kept)
