"""The audience of a broadcast, and its numbers shown to authors."""

from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.event import listen, remove
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.db.tables.users import User
from bot.db.unit_of_work import UnitOfWork, Work
from bot.features.broadcasts import audience as audiences
from bot.features.broadcasts import service as broadcasts
from bot.features.broadcasts.audience import DAYS, Counts, Offered
from bot.features.broadcasts.repository.audience import Audience, Audiences, conditions
from bot.features.broadcasts.repository.broadcasts import Broadcast, Broadcasts
from bot.features.broadcasts.repository.recipients import Recipients
from bot.features.settings import Category

BOT, AUTHOR = 42, 900
PEOPLE = """
INSERT INTO users (telegram_id, language_code, source, private_since, last_seen_at, created_at, blocked_at,
                   unreachable_at, banned_at, opted_out) VALUES
(1, 'en',    'shop', now(), now() - interval '1 hour',   now() - interval '400 days', NULL, NULL, NULL, '{}'),
(2, 'en-GB', NULL,   now(), now() - interval '2 days',   now() - interval '2 days',   NULL, NULL, NULL, '{offers}'),
(3, 'ru',    'shop', now(), now() - interval '40 days',  now() - interval '40 days',  NULL, NULL, NULL, '{news}'),
(4, NULL,    NULL,   now(), NULL,                        now() - interval '10 days', NULL, NULL, NULL, '{news,offers}'),
(5, 'en',    NULL,   NULL,  now(),                       now(),                       NULL, NULL, NULL, '{}'),
(6, 'en',    NULL,   now(), now(),                       now(),                       now(), NULL, NULL, '{}'),
(7, 'en',    NULL,   now(), now(),                       now(),                       NULL, now(), NULL, '{}'),
(8, 'en',    NULL,   now(), now(),                       now(),                       NULL, NULL, now(), '{}')
"""
"""1 to 4 can be reached; 5 never opened a chat, 6 blocked the bot, 7 is unreachable, 8 is banned."""


@pytest.fixture
async def work(engine: AsyncEngine, unit_of_work: UnitOfWork) -> AsyncIterator[Work]:
    async with engine.begin() as connection:
        await connection.execute(text(PEOPLE))
        await connection.execute(text("UPDATE users SET active_on = (last_seen_at AT TIME ZONE 'UTC')::date"))
    async with unit_of_work.open() as work:
        yield work


async def ids(work: Work, audience: Audience, category: Category) -> set[int]:
    people = conditions(audience, category, {3, 6})
    draft = await work.of(Broadcasts).add(BOT, AUTHOR, "en", {})
    await work.of(Recipients).list_people(draft.number, people, 0, 10**9)
    found = {recipient.chat_id for recipient in await work.of(Recipients).take(draft.number, 0, 100)}
    assert await work.of(Audiences).counts(people) == [len(found)]
    assert await work.of(Audiences).any(people) == bool(found)
    return found


@pytest.mark.parametrize(
    ("category", "people"), [(Category.SYSTEM, {1, 2, 3, 4}), (Category.NEWS, {1, 2}), (Category.OFFERS, {1, 3})]
)
async def test_everyone_is_who_can_be_written_to_and_has_not_opted_out(
    work: Work, category: Category, people: set[int]
) -> None:
    assert await ids(work, Audience(), category) == people


@pytest.mark.parametrize(
    ("audience", "people"),
    [
        (Audience(language="en"), {1, 2}),
        (Audience(language="ru"), {3}),
        (Audience(active_within=1), {1}),
        (Audience(active_within=7), {1, 2}),
        (Audience(silent_for=7), {3}),
        (Audience(joined_within=14), {2, 4}),
        (Audience(source="shop"), {1, 3}),
        (Audience(source="shop", language="en"), {1}),
        (Audience(administrators_only=True), {3}),
    ],
)
async def test_it_is_narrowed_down(work: Work, audience: Audience, people: set[int]) -> None:
    assert await ids(work, audience, Category.SYSTEM) == people
    assert Audience.from_json(audience.as_json()) == audience


@pytest.mark.parametrize("part", ["active_within", "silent_for", "joined_within"])
async def test_the_count_of_each_choice_of_days_is_that_of_the_audience_chosen(work: Work, part: str) -> None:
    draft = await _draft(work)
    offered = await audiences.days(work, draft, part, ())
    for days, people in offered.values:
        chosen: dict[str, Any] = {part: days}
        assert people == await audiences.people(work, replace(draft, audience=Audience(**chosen)), ()), days
    assert [days for days, _ in offered.values] == list(DAYS)
    assert offered.any_ == 4


async def test_languages_and_sources_come_with_their_counts_the_most_frequent_first(work: Work) -> None:
    draft = await _draft(work)
    assert await audiences.languages(work, draft, ()) == Offered([("en", 2), ("ru", 1)], 4)
    assert await audiences.sources(work, draft, ()) == Offered([("shop", 2)], 4)
    english = replace(draft, audience=Audience(language="en"))
    assert await audiences.languages(work, english, ()) == Offered([("en", 2), ("ru", 1)], 4), "without its own choice"
    assert await audiences.sources(work, english, ()) == Offered([("shop", 1)], 2)
    nobody = replace(draft, audience=Audience(source="nowhere"))
    assert await audiences.languages(work, nobody, ()) == Offered([], 0)


async def test_more_values_than_are_offered_count_for_all_of_them(work: Work, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(audiences, "CHOICES", 1)
    assert await audiences.languages(work, await _draft(work), ()) == Offered([("en", 2)], 4)


async def test_the_three_counts_of_whom_it_goes_to_are_made_in_one_statement(work: Work, engine: AsyncEngine) -> None:
    draft = replace(await _draft(work), audience=Audience(language="en"))
    statements: list[str] = []

    def note(*event: Any) -> None:
        statements.append(event[2])

    listen(engine.sync_engine, "before_cursor_execute", note)
    try:
        assert await audiences.whom(work, draft, {3, 6}) == Counts(now=2, everyone=4, administrators=0)
    finally:
        remove(engine.sync_engine, "before_cursor_execute", note)
    assert len(statements) == 1


@pytest.mark.parametrize("category", list(Category))
async def test_they_can_be_counted_by_an_index_alone(engine: AsyncEngine, category: Category) -> None:
    """The fastest plan depends on the number of people; `benchmarks/views.py` measures a million."""
    people = conditions(Audience(), category, ())
    for counted in (
        select(func.count()).select_from(User).where(*people),
        select(func.count()).select_from(User).where(*conditions(Audience(language="en"), category, ())),
        select(User.source, func.count()).where(*people).group_by(User.source),
    ):
        statement = counted.compile(engine.sync_engine, compile_kwargs={"literal_binds": True})
        async with engine.connect() as connection:
            await connection.exec_driver_sql("SET LOCAL enable_seqscan = off")
            await connection.exec_driver_sql("SET LOCAL enable_bitmapscan = off")
            plan = "\n".join((await connection.exec_driver_sql(f"EXPLAIN {statement}")).scalars())
        assert f"Index Only Scan using ix_users_audience_{category}" in plan, plan


async def _draft(work: Work) -> Broadcast:
    draft = await broadcasts.begin_draft(work, BOT, AUTHOR, "en")
    return await broadcasts.choose_category(work, BOT, draft.number, Category.SYSTEM)
