"""Bans of and by a person who is exported or erased."""

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.db.unit_of_work import UnitOfWork
from bot.features.privacy.service import ErasureOutcome
from tests.support.personal_data import ANN, BOB, OLGA, erased, everything, exported
from tests.support.system import execute

pytestmark = pytest.mark.usefixtures("personal_rows")


async def test_the_export_has_their_bans_and_hides_whom_they_banned(unit_of_work: UnitOfWork) -> None:
    sanctions = (await exported(unit_of_work))["tables"]["sanctions"]
    assert [row["reason"] for row in sanctions] == ["spam", "somebody else"]


async def test_a_ban_of_somebody_else_stays_without_its_actor(unit_of_work: UnitOfWork, engine: AsyncEngine) -> None:
    await erased(unit_of_work)
    left = (await everything(engine))["sanctions"]
    assert [(row["telegram_id"], row["actor_id"], row["lifted_by"]) for row in left] == [(BOB, 0, OLGA)]


@pytest.mark.parametrize("until", ["NULL", "now() + interval '1 day'"])
async def test_a_running_ban_is_kept_without_its_reason(
    unit_of_work: UnitOfWork, engine: AsyncEngine, until: str
) -> None:
    await execute(
        engine,
        f"UPDATE users SET banned_at = now(), banned_until = {until} WHERE telegram_id = {ANN}",
        "INSERT INTO sanctions (telegram_id, kind, reason, actor_id, told_at, expires_at)"
        f" VALUES ({ANN}, 'ban', 'Ann spams', {OLGA}, now(), {until})",
    )
    assert await erased(unit_of_work) is ErasureOutcome.EXCEPT_BAN
    (ban,) = (ban for ban in (await everything(engine))["sanctions"] if ban["telegram_id"] == ANN)
    assert (ban["reason"], ban["lifted_at"], ban["told_at"] is None) == ("", None, False)
