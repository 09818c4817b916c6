"""Broadcasts by and to a person who is exported or erased."""

import asyncio

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.db.unit_of_work import UnitOfWork
from bot.features.broadcasts.repository.broadcasts import Broadcasts
from bot.features.privacy.service import ErasureOutcome
from tests.support.personal_data import ANN, BOB, BOT, OLGA, erased, everything, exported
from tests.support.system import execute

pytestmark = pytest.mark.usefixtures("personal_rows")


async def test_the_export_has_their_broadcasts_and_what_they_were_sent(unit_of_work: UnitOfWork) -> None:
    tables = (await exported(unit_of_work))["tables"]
    assert {name: len(tables[name]) for name in ("broadcasts", "broadcast_recipients")} == {
        "broadcasts": 2, "broadcast_recipients": 3,
    }  # fmt: skip


async def test_what_others_have_and_the_sums_stay(unit_of_work: UnitOfWork, engine: AsyncEngine) -> None:
    await erased(unit_of_work)
    left = await everything(engine)
    assert [(row["author_id"], row["state"], row["blocked"]) for row in left["broadcasts"]] == [
        (0, "done", 0), (OLGA, "running", 1), (OLGA, "running", 0),
    ]  # fmt: skip
    recipients = [(row["broadcast_id"], row["telegram_id"]) for row in left["broadcast_recipients"]]
    assert sorted(recipients) == [(1, BOB), (3, BOB), (4, 0), (4, BOB)]


@pytest.mark.parametrize("until", ["NULL", "now() + interval '1 day'"])
async def test_who_stays_because_of_a_ban_is_sent_nothing_more(
    unit_of_work: UnitOfWork, engine: AsyncEngine, until: str
) -> None:
    await execute(engine, f"UPDATE users SET banned_at = now(), banned_until = {until} WHERE telegram_id = {ANN}")
    assert await erased(unit_of_work) is ErasureOutcome.EXCEPT_BAN
    recipients = (await everything(engine))["broadcast_recipients"]
    assert [(one["state"], one["telegram_id"]) for one in recipients if one["broadcast_id"] == 3] == [("waiting", BOB)]


@pytest.mark.parametrize("state", ["running", "paused", "deleting"])
async def test_a_broadcast_under_way_has_to_end_before(
    unit_of_work: UnitOfWork, engine: AsyncEngine, state: str
) -> None:
    await execute(engine, f"UPDATE broadcasts SET state = '{state}' WHERE id = 1")
    before = await everything(engine)
    assert await erased(unit_of_work) is ErasureOutcome.POSTPONED
    assert await everything(engine) == before


async def test_a_broadcast_that_is_due_at_that_moment_has_to_end_before(
    unit_of_work: UnitOfWork, engine: AsyncEngine
) -> None:
    await execute(engine, "UPDATE broadcasts SET state = 'scheduled', due_at = now() WHERE id = 2")
    async with asyncio.TaskGroup() as tasks:
        async with unit_of_work.open() as work:
            await work.of(Broadcasts).begin_due(BOT)
            erasing = tasks.create_task(erased(unit_of_work))
            await somebody_waits(engine)
        assert await erasing is ErasureOutcome.POSTPONED
    (begun,) = (row for row in (await everything(engine))["broadcasts"] if row["id"] == 2)
    assert (begun["state"], begun["author_id"]) == ("running", ANN)


async def somebody_waits(engine: AsyncEngine) -> None:
    """Until a transaction waits for another's lock."""
    waiting = text(
        "SELECT count(*) FROM pg_locks JOIN pg_stat_activity USING (pid) "
        "WHERE NOT granted AND datname = current_database()"
    )
    async with asyncio.timeout(10), engine.connect() as connection:
        while not await connection.scalar(waiting):
            await asyncio.sleep(0.01)
