"""Counts how many people would get a broadcast, as it is and with each choice, in one pass over `users` each."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from bot.db.unit_of_work import Work
from bot.features.broadcasts.repository import audience as audiences
from bot.features.broadcasts.repository.audience import Audience, Audiences, Conditions
from bot.features.broadcasts.repository.broadcasts import Broadcast

CHOICES = 8  # languages or sources offered to choose from
DAYS = (1, 3, 7, 14, 30, 90, 180, 365)


@dataclass(frozen=True, slots=True)
class Counts:
    """The numbers of people who would get it: as it is, and with two other choices."""

    now: int
    everyone: int
    administrators: int


@dataclass(frozen=True, slots=True)
class Offered:
    """The values on offer for a part, each with its number of people; `any_` counts without that part."""

    values: Sequence[tuple[str | int, int]]
    any_: int


async def people(work: Work, draft: Broadcast, administrators: Collection[int]) -> int:
    """The number of people who would get it now."""
    [count] = await work.of(Audiences).counts(_conditions(draft, administrators))
    return count


async def anybody(work: Work, draft: Broadcast, administrators: Collection[int]) -> bool:
    """Return whether at least one person would get it now."""
    return await work.of(Audiences).any(_conditions(draft, administrators))


async def whom(work: Work, draft: Broadcast, administrators: Collection[int]) -> Counts:
    everyone = audiences.conditions(Audience(), draft.category, administrators)
    test = _conditions(draft, administrators, administrators_only=True)
    return Counts(*await work.of(Audiences).counts(_conditions(draft, administrators), everyone, test))


async def days(work: Work, draft: Broadcast, part: str, administrators: Collection[int]) -> Offered:
    """The number of people for each of DAYS as `part`: `active_within`, `silent_for` or `joined_within`."""
    conditions = _conditions(draft, administrators, **{part: None})
    ages = await work.of(Audiences).ages(conditions, joined=part == "joined_within")
    older = part == "silent_for"
    known = [(age, people) for age, people in ages if age is not None]
    values = [(days, sum(people for age, people in known if (age >= days) == older)) for days in DAYS]
    return Offered(values, sum(people for _, people in ages))


async def languages(work: Work, draft: Broadcast, administrators: Collection[int]) -> Offered:
    conditions = _conditions(draft, administrators, language=None)
    return Offered(*await work.of(Audiences).languages(conditions, CHOICES))


async def sources(work: Work, draft: Broadcast, administrators: Collection[int]) -> Offered:
    conditions = _conditions(draft, administrators, source=None)
    return Offered(*await work.of(Audiences).sources(conditions, CHOICES))


def _conditions(draft: Broadcast, administrators: Collection[int], **instead: object) -> Conditions:
    """The conditions for the draft, with some choices replaced."""
    return audiences.conditions(draft.audience.narrowed(**instead), draft.category, administrators)
