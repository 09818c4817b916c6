"""A user's own choices: categories of broadcasts, language and time zone."""

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

from bot.db.tables.users import Users
from bot.db.unit_of_work import Work


class Category(StrEnum):
    """The subject of a broadcast. Users can opt out of each but the first."""

    SYSTEM = "system"
    NEWS = "news"
    OFFERS = "offers"


CHOOSABLE = (Category.NEWS, Category.OFFERS)
"""Categories that users can opt out of."""


@dataclass(frozen=True, slots=True)
class Choices:
    opted_out: frozenset[Category] = frozenset()
    language: str | None = None  # None: the language of their Telegram app
    time_zone: str | None = None


async def choices(work: Work, telegram_id: int) -> Choices:
    kept = await work.of(Users).choices(telegram_id)
    if kept is None:
        return Choices()
    opted_out, language, time_zone = kept
    return Choices(_known(opted_out), language, time_zone)


async def choose(work: Work, telegram_id: int, category: Category, *, wanted: bool) -> Choices:
    """Opt a user in to a category, or out of it."""
    if category not in CHOOSABLE:
        raise ValueError(f"nobody opts out of {category}")
    await work.of(Users).opt_out(telegram_id, category.value, out=not wanted)
    return await choices(work, telegram_id)


async def choose_language(work: Work, telegram_id: int, language: str | None) -> Choices:
    return await _chosen(work, telegram_id, language=language)


async def choose_time_zone(work: Work, telegram_id: int, time_zone: str | None) -> Choices:
    return await _chosen(work, telegram_id, time_zone=time_zone)


async def _chosen(work: Work, telegram_id: int, **chosen: str | None) -> Choices:
    await work.of(Users).choose(telegram_id, **chosen)
    work.changed_people.add(telegram_id)
    return await choices(work, telegram_id)


def _known(kept: Collection[str]) -> frozenset[Category]:
    """Only known categories: a newer version may have stored others."""
    return frozenset(category for category in CHOOSABLE if category.value in kept)
