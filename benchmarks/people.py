"""A million people: how long each of the administrators' views takes. `python -m benchmarks.people [PEOPLE]`.

The people are made up, with names in three scripts; the database is the embedded one.
"""

import asyncio
import random
import statistics
import sys
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta

import asyncpg

from benchmarks.stage import Stage, stage
from bot.db.grams import grams
from bot.db.uow import Work
from bot.services import audit, broadcasts, profiles, stats
from tests.broadcast_desk import FIRST_ID, Desk, desk

PEOPLE = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
AT_ONCE = 50_000  # rows copied
TIMES = 3
AUTHOR = 1
FIRST = ("Anna", "Иван", "Мария", "John", "小明", "Olga", "Пётр", "Maximilian", "Zoë", "Şükrü", "Лев", "Emma")
LAST = ("Smith", "Кузнецов", "Müller", "王", "Иванова", "García", "O'Neil", "Петров", "Yılmaz", "Lee", None)
LANGUAGES = ("en", "ru", "de", "tr", "zh", "es", None)
SOURCES = (None, None, None, "shop", "friend", "spring")
COLUMNS = (
    "telegram_id", "first_name", "last_name", "username", "language_code", "source", "message_count", "private_since",
    "created_at", "last_seen_at", "active_on", "grams",
)  # fmt: skip


async def main() -> None:
    async with stage() as on, desk(on.worker.variables["DATABASE_URL"], on.telegram.bot.id, AUTHOR) as administrator:
        began = time.monotonic()
        await make_people(on)
        print(f"{PEOPLE:,} people made in {time.monotonic() - began:.0f} s")
        async with administrator.unit_of_work.open() as work:
            draft = await broadcasts.begin_draft(work, on.telegram.bot.id, AUTHOR, "en")
        actor = profiles.Actor(AUTHOR, frozenset({AUTHOR}))
        middle = FIRST_ID + PEOPLE // 2
        views: dict[str, Callable[[Work], Awaitable[object]]] = {
            "people: counts": lambda work: work.profiles.counts(),
            "people: the newest": lambda work: profiles.search(work, ""),
            "people: by number": lambda work: profiles.search(work, str(middle)),
            "people: by username": lambda work: profiles.search(work, f"@user{PEOPLE // 2}"),
            "people: by a part of a name, кузн": lambda work: profiles.search(work, "кузн"),
            "people: by a name that nobody has": lambda work: profiles.search(work, "nobodyhasthis"),
            "people: a card": lambda work: profiles.card(work, actor, middle),
            "audit: the newest": lambda work: audit.page(work, audit.Of.ALL, 0, None),
            "statistics": stats.numbers,
            "broadcast: how many": lambda work: broadcasts.people(work, draft, {AUTHOR}),
            "broadcast: by days": lambda work: broadcasts.people_by_days(work, draft, "active_within", {AUTHOR}),
            "broadcast: by languages": lambda work: broadcasts.languages(work, draft, {AUTHOR}),
            "broadcast: by sources": lambda work: broadcasts.sources(work, draft, {AUTHOR}),
        }
        for name, view in views.items():
            print(f"{await took(administrator, view) * 1000:7.0f} ms  {name}")


async def took(administrator: Desk, view: Callable[[Work], Awaitable[object]]) -> float:
    """The median of a few times, in seconds, with the transaction."""
    times = []
    for _ in range(TIMES):
        began = time.monotonic()
        async with administrator.unit_of_work.open() as work:
            await view(work)
        times.append(time.monotonic() - began)
    return statistics.median(times)


async def make_people(on: Stage) -> None:
    chance, now = random.Random(1), datetime.now(UTC)  # noqa: S311 -- no secret
    connection = await asyncpg.connect(on.worker.variables["DATABASE_URL"])
    try:
        index = await connection.fetchval("SELECT indexdef FROM pg_indexes WHERE indexname = 'ix_users_grams'")
        await connection.execute("DROP INDEX ix_users_grams")  # made at once afterwards, which is quicker
        for first in range(0, PEOPLE, AT_ONCE):
            rows = [person(chance, now, number) for number in range(first, min(PEOPLE, first + AT_ONCE))]
            await connection.copy_records_to_table("users", records=rows, columns=COLUMNS)
        await connection.execute(index)
        await connection.execute("VACUUM ANALYZE users")
    finally:
        await connection.close()


def person(chance: random.Random, now: datetime, number: int) -> tuple[object, ...]:
    first, last, username = chance.choice(FIRST), chance.choice(LAST), f"user{number}" if number % 3 else None
    joined = now - timedelta(days=chance.expovariate(1 / 90))
    seen = joined + (now - joined) * chance.random()
    facts = (FIRST_ID + number, first, last, username, chance.choice(LANGUAGES), chance.choice(SOURCES))
    return (*facts, chance.randrange(200), joined, joined, seen, seen.date(), grams([first, last, username]))


asyncio.run(main())
