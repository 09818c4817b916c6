"""Statistics of people of whom the facts are known, who comes back in which week, and which index each query uses."""

import asyncio
import json
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.db.engine import AsyncSessionLocal
from bot.db.tables.seen_users import SeenUser, SeenUsers
from bot.db.unit_of_work import DONE_WITHIN, LockTimeouts, UnitOfWork, Work
from bot.features.statistics import jobs as presses
from bot.features.statistics import jobs as reports
from bot.features.statistics import repository
from bot.features.statistics import service as stats
from bot.features.statistics.repository import Cohort, Stats
from bot.features.statistics.service import Numbers
from bot.framework.feature import Job
from bot.worker import scheduler as timetable
from tests.support.joined import REGISTRY

MONDAY = datetime(2026, 3, 2, 12, tzinfo=UTC)
WEEK = timedelta(days=7)
ALL_VISIBLE = text("SELECT relallvisible = relpages FROM pg_class WHERE oid = 'users'::regclass")
MANY_PEOPLE = """
    INSERT INTO users (telegram_id, language_code, source, created_at, active_on, blocked_at)
    SELECT i, (ARRAY['en', 'en-GB', 'ru', NULL])[1 + i % 4], CASE WHEN i % 3 = 0 THEN 'link' || i % 2 END,
           now() - (i % 60) * interval '1 day', (now() AT TIME ZONE 'UTC')::date - (i % 40),
           CASE WHEN i % 10 = 0 THEN now() END
    FROM generate_series(1, 600) AS i
"""


def seen(telegram_id: int, at: datetime) -> SeenUser:
    facts: dict[str, Any] = {"username": None, "first_name": "Ann", "last_name": None, "language_code": None}
    return SeenUser(telegram_id=telegram_id, messages=1, seen_at=at, private_since=None, reachable=None, **facts)


async def run(engine: AsyncEngine, *statements: str) -> None:
    async with engine.begin() as connection:
        for statement in statements:
            await connection.execute(text(statement))


async def rows(engine: AsyncEngine, query: str) -> list[tuple[Any, ...]]:
    async with engine.connect() as connection:
        return [tuple(row) for row in await connection.execute(text(query))]


async def numbers(unit_of_work: UnitOfWork) -> Numbers:
    async with unit_of_work.open() as work:
        return await stats.numbers(work, REGISTRY)


async def test_of_nobody(unit_of_work: UnitOfWork) -> None:
    found = await numbers(unit_of_work)
    assert found.counts.people == 0
    assert [people for _, people in found.new_per_day] == [0] * stats.DAYS
    assert (found.languages, found.sources, found.buttons, found.cohorts) == ([], [], [], [])


async def test_of_people_whose_facts_are_known(unit_of_work: UnitOfWork, engine: AsyncEngine) -> None:
    await run(engine, MANY_PEOPLE)
    found = await numbers(unit_of_work)
    counts = found.counts
    assert counts.people == 600
    assert (counts.new_day, counts.new_week, counts.new_month) == (10, 70, 300)
    assert (counts.active_day, counts.active_week, counts.active_month) == (15, 105, 450)
    assert (counts.blocked, counts.unreachable, counts.banned) == (60, 0, 0)
    assert found.languages == [("en", 300), ("ru", 150)]
    assert found.sources == [("link0", 100), ("link1", 100)]
    assert [people for _, people in found.new_per_day] == [10] * stats.DAYS
    assert sum(cohort.joined for cohort in found.cohorts) == 10 * ((stats.WEEKS * 7) + found.now.weekday() + 1)


async def test_who_comes_back_in_a_later_week_is_counted_once(unit_of_work: UnitOfWork, engine: AsyncEngine) -> None:
    for day in (0, 1, 8, 9, 9, 22):
        async with unit_of_work.open() as work:
            await work.of(SeenUsers).upsert([seen(1, MONDAY + timedelta(days=day)), seen(2, MONDAY)])
        if day == 0:
            await run(engine, f"UPDATE users SET created_at = '{MONDAY.isoformat()}'")
    weeks = await rows(engine, "SELECT week FROM active_weeks ORDER BY week")
    assert weeks == [(date(2026, 3, 9),), (date(2026, 3, 23),)]
    counted = await rows(engine, "SELECT joined, week, people FROM cohort_returns ORDER BY week")
    assert counted == [(MONDAY.date(), date(2026, 3, 9), 1), (MONDAY.date(), date(2026, 3, 23), 1)]
    assert await rows(engine, "SELECT active_on FROM users ORDER BY id") == [(date(2026, 3, 24),), (MONDAY.date(),)]


async def test_what_is_written_down_late_counts_no_week_twice(unit_of_work: UnitOfWork, engine: AsyncEngine) -> None:
    for at, late in ((MONDAY, False), (MONDAY + WEEK, False), (MONDAY + WEEK, True), (MONDAY, True)):
        async with unit_of_work.open() as work:
            await work.of(SeenUsers).upsert([seen(1, at)], late=late)
            await run_in(work, f"UPDATE users SET created_at = '{MONDAY.isoformat()}'")
    assert await rows(engine, "SELECT people FROM cohort_returns") == [(1,)]


async def run_in(work: Any, statement: str) -> None:
    await work.of(Stats)._session.execute(text(statement))


def test_a_share_for_each_week_since_they_joined() -> None:
    cohort = Cohort(MONDAY.date(), 8, {1: 4, 3: 1})
    assert stats.return_rates(cohort, MONDAY + 3 * WEEK) == [50, 0, 12]
    assert stats.return_rates(cohort, MONDAY + timedelta(days=6)) == []


async def test_presses_are_added_up_and_kept_while_the_database_is_away(
    unit_of_work: UnitOfWork, engine: AsyncEngine
) -> None:
    today = datetime.now(UTC).date()
    counted: presses.Presses = Counter({("start", today): 2, ("help", today): 1, ("start", today - WEEK): 1})
    await presses.store_presses(unit_of_work, counted)
    assert not counted
    counted["start", today] += 3
    await presses.store_presses(unit_of_work, counted)
    assert (await numbers(unit_of_work)).buttons == [("start", 6), ("help", 1)]
    await run(engine, "ALTER TABLE button_counts RENAME TO elsewhere")
    counted["start", today] += 1
    await presses.store_presses(unit_of_work, counted)
    assert counted == {("start", today): 1}


@pytest.fixture
def patient_end(monkeypatch: pytest.MonkeyPatch) -> None:
    """Give the last storing of presses a time that a busy machine keeps, too."""
    monkeypatch.setattr(presses, "LAST_TIMEOUT", 30.0)


@pytest.mark.usefixtures("patient_end")
async def test_presses_are_written_down_at_the_end(unit_of_work: UnitOfWork, engine: AsyncEngine) -> None:
    counted: presses.Presses = Counter({("start", date(2026, 3, 2)): 1})
    task = asyncio.ensure_future(presses.keep_storing_presses(unit_of_work, counted))
    await asyncio.sleep(0)
    task.cancel()
    await asyncio.wait({task})
    assert await rows(engine, "SELECT button, presses FROM button_counts") == [("start", 1)]


async def test_the_last_storing_of_presses_gives_up_when_the_database_keeps_it_waiting(
    unit_of_work: UnitOfWork, engine: AsyncEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(presses, "LAST_TIMEOUT", 0.1)
    counted: presses.Presses = Counter({("start", date(2026, 3, 2)): 1})
    async with engine.begin() as connection:
        await connection.execute(text("LOCK TABLE button_counts IN ACCESS EXCLUSIVE MODE"))
        task = asyncio.ensure_future(presses.keep_storing_presses(unit_of_work, counted))
        await asyncio.sleep(0)
        task.cancel()
        async with asyncio.timeout(30):
            await asyncio.wait({task})
    assert task.cancelled()
    assert counted == {("start", date(2026, 3, 2)): 1}
    assert await rows(engine, "SELECT button, presses FROM button_counts") == []


class Cancelling(UnitOfWork):
    """A database in which a task's cancellation meets a statement (0) or a COMMIT (1), once."""

    meets: int | None = None

    @asynccontextmanager
    async def open(
        self, patience: LockTimeouts | None = None, *, within: float | None = DONE_WITHIN
    ) -> AsyncIterator[Work]:
        async with super().open(patience, within=within) as work:
            await self._cancel_at(0)
            yield work
        await self._cancel_at(1)

    async def _cancel_at(self, moment: int) -> None:
        if self.meets == moment:
            self.meets = None
            task = asyncio.current_task()
            assert task is not None
            task.cancel()
            await asyncio.sleep(0)


@pytest.mark.usefixtures("patient_end")
@pytest.mark.parametrize("moment", [0, 1], ids=["a statement", "a commit"])
async def test_presses_are_counted_once_whatever_a_cancellation_meets(engine: AsyncEngine, moment: int) -> None:
    unit_of_work = Cancelling(AsyncSessionLocal)
    unit_of_work.meets = moment
    counted: presses.Presses = Counter({("start", date(2026, 3, 2)): 1})
    task = asyncio.ensure_future(presses.keep_storing_presses(unit_of_work, counted, every=0.01))
    await asyncio.wait({task})
    assert await rows(engine, "SELECT button, presses FROM button_counts") == [("start", 1)]
    assert not counted


async def test_what_is_due_is_done_once_and_put_off(unit_of_work: UnitOfWork, engine: AsyncEngine) -> None:
    fired: list[datetime] = []

    async def fire(work: Any, due_at: datetime) -> datetime:
        fired.append(due_at)
        return due_at + WEEK

    job = Job(lambda now: now - timedelta(seconds=1), fire)
    task = asyncio.ensure_future(timetable.run_jobs(unit_of_work, 42, {"it": job}, every=0.01))
    async with asyncio.timeout(10):
        while not fired:
            await asyncio.sleep(0.01)
    await asyncio.sleep(0.1)
    task.cancel()
    await asyncio.wait({task})
    assert len(fired) == 1
    assert await rows(engine, "SELECT bot_id, what, due_at > now() FROM timetable") == [(42, "it", True)]


@pytest.mark.parametrize(("now", "due"), [((2, 8, 59), (2, 9, 0)), ((2, 9, 0), (3, 9, 0)), ((31, 23, 0), (32, 9, 0))])
def test_the_report_is_due_at_nine(now: tuple[int, int, int], due: tuple[int, int, int]) -> None:
    first = datetime(2026, 3, 1, tzinfo=UTC)
    at, then = (first + timedelta(days=d - 1, hours=h, minutes=m) for d, h, m in (now, due))
    assert reports.next_time(at) == then


@pytest.mark.parametrize(
    ("query", "facts", "indexes"),
    [
        (
            repository._COUNTS,
            {},
            {"created_at", "active_on", "blocked_at", "unreachable_at", "banned_at"},
        ),
        (repository._LANGUAGES, {"most": 8}, {"language_code"}),
        (repository._SOURCES, {"most": 8}, {"source"}),
        (repository._NEW_PER_DAY, {"days": 14}, {"created_at"}),
        (repository._JOINED, {"weeks": 6}, {"created_at"}),
    ],
    ids=["counts", "languages", "sources", "new-per-day", "joined"],
)
async def test_no_query_walks_over_the_people(
    engine: AsyncEngine, query: Any, facts: dict[str, int], indexes: set[str]
) -> None:
    """Seen in the plan: each number comes from an index of its own."""
    many = MANY_PEOPLE.replace("1, 600", "1, 50000").replace("i % 60", "i % 400").replace("i % 40)", "i % 400)")
    wide = many.replace("(telegram_id, ", "(first_name, telegram_id, ").replace(
        "SELECT i", "SELECT repeat('w', 200), i"
    )
    await run(engine, wide)
    async with engine.connect() as connection:
        free = await connection.execution_options(isolation_level="AUTOCOMMIT")
        async with asyncio.timeout(60):
            all_visible = False
            while not all_visible:  # not while the server's own ANALYZE looks at the rows: VACUUM believes none then
                await free.execute(text("CHECKPOINT"))  # commits are asynchronous here: it believes those in the log
                await free.execute(text("VACUUM ANALYZE users"))
                all_visible = (await free.execute(ALL_VISIBLE)).scalar_one()
        explained = text(f"EXPLAIN (FORMAT JSON) {query.text}")
        plan = json.dumps((await free.execute(explained, facts)).scalar_one())
    assert "Seq Scan" not in plan
    for index in indexes:
        assert f"ix_users_{index}" in plan
