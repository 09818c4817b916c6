"""Which numbers administrators see, and how far back they go."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from bot.db.tables.dead_letters import DeadLetters
from bot.db.tables.updates import Inbox
from bot.db.unit_of_work import Work
from bot.features.statistics import repository as stats
from bot.features.statistics.repository import Stats

Counts = stats.Counts  # for views, which know services and not the database
Cohort = stats.Cohort
Ranking = stats.Ranking

MAX_LANGUAGES = 8
MAX_SOURCES = 10
MAX_BUTTONS = 10
BUTTONS_WITHIN = 30  # days, today included
DAYS = 14  # of new people, today included
WEEKS = 6  # whole ones before this one


@dataclass(frozen=True, slots=True)
class Queue:
    """What waits of one bot's."""

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
    queue: Queue | None = None  # None where it isn't known whose


async def numbers(work: Work, bot_id: int | None = None) -> Numbers:
    """All of them, from one moment; what waits only where a bot is named."""
    return Numbers(
        now=await work.now(),
        counts=await work.of(Stats).counts(),
        languages=await work.of(Stats).languages(MAX_LANGUAGES),
        sources=await work.of(Stats).sources(MAX_SOURCES),
        buttons=await work.of(Stats).buttons(BUTTONS_WITHIN, MAX_BUTTONS),
        new_per_day=await work.of(Stats).new_per_day(DAYS),
        cohorts=await work.of(Stats).cohorts(WEEKS),
        queue=None if bot_id is None else await queue(work, bot_id),
    )


async def queue(work: Work, bot_id: int) -> Queue:
    return Queue(await work.of(Inbox).pending(bot_id), await work.of(DeadLetters).count(bot_id))


def return_rates(cohort: Cohort, now: datetime) -> list[int]:
    """Per cent of those who joined that were back one, two, … weeks later, this week the last."""
    today = now.date()
    weeks = (today - timedelta(days=today.weekday()) - cohort.week).days // 7
    return [round(100 * cohort.back.get(later, 0) / cohort.joined) for later in range(1, weeks + 1)]
