"""Rows about Ann in every table that can hold some, and her export and erasure.

A feature's rows are in `tests/features/<feature>/personal_rows.py`: `ROWS`, by table, with the ids below.
"""

import json
from typing import Any

import pytest
from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.db.base import Base
from bot.db.unit_of_work import UnitOfWork
from bot.features.privacy import service as privacy
from bot.features.privacy.service import ErasureOutcome
from tests.support.feature_folders import modules
from tests.support.joined import REGISTRY

BOT = 4_242  # another bot than that of running workers, which would go on with some of the rows
ANN, BOB, OLGA = 7_654_321, 1002, 5001

Rows = dict[str, list[dict[str, object]]]
"""Rows to insert, by table."""


def rows_of_features() -> Rows:
    """The rows that features bring. Those in the folder of `privacy` are the core's."""
    rows: Rows = {}
    for module in modules("personal_rows"):
        of_feature: Rows = module.ROWS
        assert not rows.keys() & of_feature.keys(), f"{module.__name__} has rows of another feature's table"
        rows |= of_feature
    return rows


async def insert_rows(engine: AsyncEngine, tables: Rows) -> None:
    async with engine.begin() as connection:
        for name, rows in tables.items():
            for row in rows:
                await connection.execute(insert(Base.metadata.tables[name]).values(**row))


@pytest.fixture
async def personal_rows(engine: AsyncEngine) -> None:
    """A row about Ann in every table that can have one, and others beside it."""
    await insert_rows(engine, rows_of_features())


async def everything(engine: AsyncEngine) -> dict[str, list[dict[str, Any]]]:
    """All rows of all tables."""
    async with engine.connect() as connection:
        return {
            name: [
                dict(row) for row in (await connection.execute(select(table).order_by(*table.primary_key))).mappings()
            ]
            for name, table in Base.metadata.tables.items()
        }


async def erased(unit_of_work: UnitOfWork) -> ErasureOutcome:
    """Erase Ann."""
    async with unit_of_work.open() as work:
        outcome = await privacy.erase(work, REGISTRY, BOT, ANN)
        assert ANN in work.changed_people or outcome is ErasureOutcome.POSTPONED
    return outcome


async def exported(unit_of_work: UnitOfWork, person: int = ANN) -> dict[str, Any]:
    """The export of somebody's data."""
    async with unit_of_work.open() as work:
        return dict(json.loads(await privacy.export(work, REGISTRY, person)))
