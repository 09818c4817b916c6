"""The response time of each administrator's view with a million people. `python -m benchmarks.people [PEOPLE]`.

The people are generated, with names in three scripts; the database is the embedded one. An administrator presses each
button of a running worker; the time runs until the screen has reached the emulated Telegram.
"""

import asyncio
import random
import statistics
import sys
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

import asyncpg

from benchmarks.system import System, running_system
from bot.db.trigrams import trigrams
from bot.sandbox.world.conversations import PrivateChat
from bot.sandbox.world.messages import Message
from tests.compatibility.declared import route_of

PEOPLE = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
AT_ONCE = 50_000  # rows copied
TIMES = 5
LIMIT = 0.3  # seconds that each view may take
SHOWS = ("editMessageText", "sendMessage")
OLDEST = PEOPLE // 12  # the number of people who are called Oldtimer; nobody else is
FIRST_ID = 10_000_000  # Telegram ids of the people begin here
OWNER = 1
FIRST = ("Anna", "Иван", "Мария", "John", "小明", "Olga", "Пётр", "Maximilian", "Zoë", "Şükrü", "Лев", "Emma")
LAST = ("Smith", "Кузнецов", "Müller", "王", "Иванова", "García", "O'Neil", "Петров", "Yılmaz", "Lee", None)
LANGUAGES = ("en", "ru", "de", "tr", "zh", "es", None)
SOURCES = (None, None, None, "shop", "friend", "spring")
View = tuple[str, str, str]
"""Name, button, and the text to send if the button asks for one. Each view is an edit or a message."""
COLUMNS = (
    "telegram_id", "first_name", "last_name", "username", "language_code", "source", "message_count", "private_since",
    "created_at", "last_seen_at", "active_on", "grams",
)  # fmt: skip


@asynccontextmanager
async def crowded_system() -> AsyncIterator[System]:
    """A system with all the people in its database, whose worker isn't started yet."""
    async with running_system() as system:
        began = time.monotonic()
        await make_people(system)
        print(f"{PEOPLE:,} people made in {time.monotonic() - began:.0f} s")
        system.worker.variables["ADMIN_IDS"] = str(OWNER)
        yield system


async def measure(system: System, views: Sequence[View]) -> None:
    """Start the worker and print how long each view takes."""
    await system.worker.start()
    await system.polled()
    olga = system.telegram.private_chat(system.telegram.person("Olga", id=OWNER))
    olga.says("/admin")
    menu = await olga.receives("Administration", within=60)
    slow = 0
    for name, press, answer in views:
        seconds = await median_time(system, olga, menu, press, answer)
        slow += seconds > LIMIT
        print(f"{seconds * 1000:7.0f} ms  {name}", flush=True)
    print(f"{slow} views over {LIMIT * 1000:.0f} ms")


async def main() -> None:
    async with crowded_system() as system:
        await measure(system, [view for view in views() if route_of(view[1]) is not None])


def views() -> list[View]:
    """The views of all features but broadcasts, which has a benchmark of its own."""
    middle = FIRST_ID + PEOPLE // 2
    searches = ("кузн", "oldtimer", "an", "nobodyhasthis", f"@user{PEOPLE // 2}", str(middle))
    return [
        ("panel", "a:panel", ""),
        ("people", "a:people", ""),
        ("people: the newest", "a:found:0", ""),
        *((f"people: search for {wanted}", "a:search", wanted) for wanted in searches),
        ("people: a card", f"a:card:{middle}", ""),
        ("people: notes", f"a:notes:{middle}", ""),
        ("people: ban, and what was before", f"a:ban:{middle}", ""),
        ("people: what was done to somebody", f"a:audit:of:{middle}:0", ""),
        ("audit", "a:audit", ""),
        ("statistics", "s:stats", ""),
        ("dead letters", "s:dead", ""),
        ("maintenance", "s:maintenance", ""),
        ("settings of the bot", "s:settings", ""),
    ]


async def median_time(system: System, olga: PrivateChat, menu: Message, press: str, answer: str) -> float:
    """The median time in seconds from the press, or from the text sent after it, to the screen in Telegram."""
    times = []
    for _ in range(TIMES):
        began = await shown(system, lambda: olga.press_forged(menu, press))
        if answer:
            began = await shown(system, lambda: olga.says(answer))
        times.append(time.monotonic() - began)
    return statistics.median(times)


async def shown(system: System, action: Callable[[], object]) -> float:
    """Do `action` and wait until the bot has sent or edited a message. Returns when that began."""
    calls = system.telegram.calls
    before = sum(calls.count(method) for method in SHOWS)
    began = time.monotonic()
    action()
    await system.telegram.until(lambda: sum(calls.count(method) for method in SHOWS) > before, within=60)
    return began


async def make_people(system: System) -> None:
    chance, now = random.Random(1), datetime.now(UTC)  # noqa: S311 -- no secret
    connection = await asyncpg.connect(system.worker.variables["DATABASE_URL"])
    try:
        index = await connection.fetchval("SELECT indexdef FROM pg_indexes WHERE indexname = 'ix_users_grams'")
        await connection.execute("DROP INDEX ix_users_grams")  # building it afterwards is faster
        for first in range(0, PEOPLE, AT_ONCE):
            rows = [person(chance, now, number) for number in range(first, min(PEOPLE, first + AT_ONCE))]
            await connection.copy_records_to_table("users", records=rows, columns=COLUMNS)
        await connection.execute(index)
        await connection.execute("VACUUM ANALYZE users")
    finally:
        await connection.close()


def person(chance: random.Random, now: datetime, number: int) -> tuple[object, ...]:
    first = chance.choice(FIRST) if number >= OLDEST else "Oldtimer"
    last, username = chance.choice(LAST), f"user{number}" if number % 3 else None
    joined = now - timedelta(days=chance.expovariate(1 / 90))
    seen = joined + (now - joined) * chance.random()
    facts = (FIRST_ID + number, first, last, username, chance.choice(LANGUAGES), chance.choice(SOURCES))
    return (*facts, chance.randrange(200), joined, joined, seen, seen.date(), trigrams([first, last, username]))


if __name__ == "__main__":
    asyncio.run(main())
