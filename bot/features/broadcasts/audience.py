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
    """The number of people who would get it: as it is, and with two other choices."""

    now: int
    everyone: int
    administrators: int


@dataclass(frozen=True, slots=True)
class Offered:
    """The values on offer for a part, each with how many would get it; `any_` is without that part."""

    values: Sequence[tuple[str | int, int]]
    any_: int


async def people(work: Work, draft: Broadcast, administrators: Collection[int]) -> int:
    """The number of people who would get it now."""
    [count] = await work.of(Audiences).counts(_who(draft, administrators))
    return count


async def anybody(work: Work, draft: Broadcast, administrators: Collection[int]) -> bool:
    """Whether at least one person would get it now."""
    return await work.of(Audiences).any(_who(draft, administrators))


async def whom(work: Work, draft: Broadcast, administrators: Collection[int]) -> Counts:
    everyone = audiences.conditions(Audience(), draft.category, administrators)
    test = _who(draft, administrators, administrators_only=True)
    return Counts(*await work.of(Audiences).counts(_who(draft, administrators), everyone, test))


async def days(work: Work, draft: Broadcast, part: str, administrators: Collection[int]) -> Offered:
    """For each of DAYS, how many would get it with that choice for `active_within`, `silent_for` or `joined_within`."""
    who = _who(draft, administrators, **{part: None})
    ages = await work.of(Audiences).ages(who, joined=part == "joined_within")
    older = part == "silent_for"
    known = [(age, people) for age, people in ages if age is not None]
    values = [(days, sum(people for age, people in known if (age >= days) == older)) for days in DAYS]
    return Offered(values, sum(people for _, people in ages))


async def languages(work: Work, draft: Broadcast, administrators: Collection[int]) -> Offered:
    who = _who(draft, administrators, language=None)
    return Offered(*await work.of(Audiences).languages(who, CHOICES))


async def sources(work: Work, draft: Broadcast, administrators: Collection[int]) -> Offered:
    who = _who(draft, administrators, source=None)
    return Offered(*await work.of(Audiences).sources(who, CHOICES))


def _who(draft: Broadcast, administrators: Collection[int], **instead: object) -> Conditions:
    """`instead` of the draft's own choices with these."""
    return audiences.conditions(draft.audience.narrowed(**instead), draft.category, administrators)
