"""The use of the limits is stored, and the next term continues from it."""

import asyncio
import json
from dataclasses import dataclass
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.db.tables.pollers import Pollers, Term
from bot.db.unit_of_work import UnitOfWork
from bot.worker.limit_store import EXPIRES_AFTER, LimitStore, restore_limits
from bot.worker.outgoing.limiter import Limiter
from bot.worker.outgoing.send_scheduler import SendScheduler

BOT, URL = 42, "https://api.telegram.org"
ANN, BOB, GROUP = 1001, 1002, -1001


@dataclass
class Terms:
    """Successive terms, each with its own limits."""

    unit_of_work: UnitOfWork
    engine: AsyncEngine
    per_second: float = 30

    async def begin(self) -> tuple[SendScheduler, Term]:
        async with self.unit_of_work.open() as work:
            term = await work.of(Pollers).begin_term(BOT, URL)
        scheduler = SendScheduler(Limiter(self.per_second))
        restore_limits(scheduler, term)
        return scheduler, term

    async def keep(self, scheduler: SendScheduler, term: Term, *, ended: bool) -> None:
        assert await LimitStore(scheduler, self.unit_of_work, term).keep(ended=ended)

    async def pass_by(self, seconds: float) -> None:
        """Shift all moments in the database into the past."""
        back = f"interval '{seconds} seconds'"
        sql = f"UPDATE pollers SET limits_at = limits_at - {back}, last_update_at = last_update_at - {back}"
        async with self.engine.begin() as connection:
            await connection.execute(text(sql))

    async def put(self, limits: str) -> None:
        async with self.engine.begin() as connection:
            await connection.execute(
                text("UPDATE pollers SET limits = CAST(:it AS json), limits_at = now()"), {"it": limits}
            )

    async def kept(self) -> dict[str, Any] | None:
        async with self.engine.connect() as connection:
            kept: dict[str, Any] | None = (await connection.execute(text("SELECT limits FROM pollers"))).scalar_one()
        return kept


@pytest.fixture
def terms(unit_of_work: UnitOfWork, engine: AsyncEngine) -> Terms:
    return Terms(unit_of_work, engine)


async def send(scheduler: SendScheduler, chat_id: int, times: int) -> None:
    for _ in range(times):
        async with scheduler.permit(chat_id):
            pass


async def test_the_very_first_term_waits_for_nothing(terms: Terms) -> None:
    scheduler, term = await terms.begin()
    assert term.previous is None
    assert scheduler.chat_wait(ANN) == scheduler.chat_wait(GROUP) == 0


async def test_after_an_orderly_end_all_goes_on_where_it_was(terms: Terms) -> None:
    scheduler, term = await terms.begin()
    await send(scheduler, ANN, 3)
    await send(scheduler, GROUP, 20)
    await terms.keep(scheduler, term, ended=True)
    await terms.pass_by(0.4)
    scheduler, _ = await terms.begin()
    assert 0.3 < scheduler.chat_wait(ANN) <= 0.65
    assert scheduler.chat_wait(BOB) == 0
    assert 50 < scheduler.chat_wait(GROUP) <= 60


async def test_after_a_crash_every_limit_counts_as_used_up(terms: Terms) -> None:
    scheduler, term = await terms.begin()
    await terms.keep(scheduler, term, ended=False)
    scheduler, _ = await terms.begin()
    assert 0.5 < scheduler.chat_wait(ANN) <= 1, "a reply comes a second late at the most"
    assert 50 < scheduler.chat_wait(GROUP) <= 60


async def test_a_term_that_crashed_before_it_kept_anything_counts_as_crashed(terms: Terms) -> None:
    scheduler, term = await terms.begin()
    await terms.keep(scheduler, term, ended=True)
    await terms.begin()
    scheduler, _ = await terms.begin()
    assert scheduler.chat_wait(ANN) > 0.5


async def test_after_a_crash_of_long_ago_nothing_is_waited_for(terms: Terms) -> None:
    scheduler, term = await terms.begin()
    await send(scheduler, GROUP, 20)
    await terms.keep(scheduler, term, ended=False)
    await terms.pass_by(EXPIRES_AFTER)
    scheduler, _ = await terms.begin()
    assert scheduler.chat_wait(ANN) == scheduler.chat_wait(GROUP) == 0


async def test_an_update_taken_over_is_a_sign_of_the_term_before(terms: Terms) -> None:
    """Such as from a version that stored no limits."""
    _, term = await terms.begin()
    async with terms.unit_of_work.open() as work:
        await work.of(Pollers).advance(term, 5)
    scheduler, _ = await terms.begin()
    assert scheduler.chat_wait(ANN) > 0.5


@pytest.mark.parametrize("ended", [True, False])
@pytest.mark.parametrize("per_second", [30, 0])
async def test_a_flood_wait_ends_when_it_would_have(terms: Terms, *, ended: bool, per_second: float) -> None:
    terms.per_second = per_second
    scheduler, term = await terms.begin()
    scheduler.halt(ANN, 300)
    await terms.keep(scheduler, term, ended=ended)
    await terms.pass_by(200)
    await terms.begin()
    scheduler, _ = await terms.begin()
    assert 90 < scheduler.chat_wait(BOB) <= 100


@pytest.mark.parametrize(
    "limits",
    [
        "null", "5", "[]", "{}", '{"epoch": 1, "ended": true}', '{"epoch": 1, "ended": true, "limits": 5}',
        '{"epoch": 1, "ended": true, "limits": {"version": 99}}',
        '{"epoch": 1, "ended": true, "limits": {"version": 1, "overall": [0, "x"]}}',
        '{"epoch": 1, "ended": true, "limits": {"version": 1, "overall": [0, []], "chats": {"x": 5}}}',
        f'{{"epoch": {"9" * 5000}}}', "[" * 5000 + "]" * 5000,
    ],
)  # fmt: skip
async def test_what_can_not_be_read_is_ignored_and_keeps_nobody_from_leading(terms: Terms, limits: str) -> None:
    await terms.begin()
    await terms.put(limits)
    scheduler, term = await terms.begin()
    assert term.epoch == 2
    assert 0.5 < scheduler.chat_wait(ANN) <= 1


async def test_a_term_that_is_over_keeps_nothing(terms: Terms) -> None:
    scheduler, term = await terms.begin()
    newer, newest = await terms.begin()
    await terms.keep(newer, newest, ended=False)
    await terms.keep(scheduler, term, ended=True)
    kept = await terms.kept()
    assert kept is not None
    assert (kept["epoch"], kept["ended"]) == (2, False)


async def test_limits_are_kept_at_the_start_at_each_flood_wait_and_while_something_is_sent(
    terms: Terms, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.worker.limit_store.STORE_EVERY", 0.05)
    scheduler, term = await terms.begin()

    async def becomes(what: str) -> None:
        async with asyncio.timeout(10):
            while what not in json.dumps(await terms.kept()):
                await asyncio.sleep(0.01)

    async with asyncio.TaskGroup() as tasks:
        keeping = tasks.create_task(LimitStore(scheduler, terms.unit_of_work, term).keep_limits())
        await becomes('"ended": false')
        await send(scheduler, GROUP, 1)
        await becomes(f'"{GROUP}"')
        await terms.put("{}")
        await asyncio.sleep(0.3)
        assert await terms.kept() == {}, "nothing was sent, so nothing is written"
        monkeypatch.setattr("bot.worker.limit_store.STORE_EVERY", 60.0)
        await send(scheduler, ANN, 1)
        await becomes(f'"{ANN}"')
        assert scheduler.halt(BOB, 300)
        await becomes('"everyone_halted": 299.')
        keeping.cancel()
