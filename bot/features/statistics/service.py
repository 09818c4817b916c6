"""The numbers that administrators see, and how far back they go."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from bot.db.tables.dead_letters import DeadLetters
from bot.db.tables.updates import Inbox
from bot.db.unit_of_work import Work
from bot.features.statistics.repository import Cohort, Counts, Ranking, Stats
from bot.framework.registry import Registry, Statistic

MAX_LANGUAGES = 8
MAX_SOURCES = 10
MAX_BUTTONS = 10
BUTTONS_WITHIN = 30  # days, including today
DAYS = 14  # with new users, including today
WEEKS = 6  # whole weeks before this one


@dataclass(frozen=True, slots=True)
class Queue:
    """One bot's waiting updates and dead letters."""

    updates: int
    dead_letters: int


@dataclass(frozen=True, slots=True)
class Numbers:
    now: datetime
    counts: Counts
    languages: Ranking
    sources: Ranking
    buttons: Ranking
    new_per_day: Sequence[tuple[date, int]]
    cohorts: Sequence[Cohort]
    queue: Queue | None = None  # None if the bot isn't known
    of_features: Sequence[Statistic] = ()


async def numbers(work: Work, registry: Registry, bot_id: int | None = None) -> Numbers:
    """All numbers, taken at one moment. Queues are counted only for a known bot."""
    return Numbers(
        now=await work.now(),
        counts=await work.of(Stats).counts(),
        languages=await work.of(Stats).languages(MAX_LANGUAGES),
        sources=await work.of(Stats).sources(MAX_SOURCES),
        buttons=await work.of(Stats).buttons(BUTTONS_WITHIN, MAX_BUTTONS),
        new_per_day=await work.of(Stats).new_per_day(DAYS),
        cohorts=await work.of(Stats).cohorts(WEEKS),
        queue=None if bot_id is None else await _queue(work, bot_id),
        of_features=[statistic for make in registry.statistics for statistic in await make(work)],
    )


async def _queue(work: Work, bot_id: int) -> Queue:
    return Queue(await work.of(Inbox).pending(bot_id), await work.of(DeadLetters).count(bot_id))


def return_rates(cohort: Cohort, now: datetime) -> list[int]:
    """The percentage of a cohort that came back one, two, … weeks later, up to this week."""
    today = now.date()
    weeks = (today - timedelta(days=today.weekday()) - cohort.week).days // 7
    return [round(100 * cohort.back.get(later, 0) / cohort.joined) for later in range(1, weeks + 1)]
