"""The audience of a broadcast in one language."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import insert
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.db.tables.users import User
from bot.db.unit_of_work import UnitOfWork
from bot.features.broadcasts.repository.audience import Audience, Audiences, conditions
from bot.features.settings import Category

NOW = datetime(2026, 11, 25, tzinfo=UTC)


@pytest.fixture(autouse=True)
async def people(engine: AsyncEngine) -> None:
    facts = (("en", None), ("en-GB", "ru"), ("ru", None), ("de", "en"), (None, None))
    async with engine.begin() as connection:
        for number, (telegrams, chosen) in enumerate(facts, start=1001):
            row = {"telegram_id": number, "language_code": telegrams, "language": chosen, "private_since": NOW}
            await connection.execute(insert(User).values(**row))


async def test_the_language_chosen_counts_before_telegrams(unit_of_work: UnitOfWork) -> None:
    everyone = conditions(Audience(), Category.NEWS, [])
    async with unit_of_work.open() as work:
        assert await work.of(Audiences).languages(everyone, 5) == ([("en", 2), ("ru", 2)], 5)
        for language, number in (("en", 2), ("ru", 2), ("de", 0)):
            people = conditions(Audience(language=language), Category.NEWS, [])
            assert await work.of(Audiences).counts(people) == [number]
