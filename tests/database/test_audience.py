"""Whom a broadcast goes to, and what those who choose are told about it."""

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.db.repositories.audience import Audience, Category, conditions
from bot.db.uow import UnitOfWork, Work
from bot.services import broadcasts
from bot.services.broadcasts import DAYS, Broadcast

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
"""1 to 4 can be written to unasked; 5 never opened a chat, 6 blocked the bot, 7 can't be reached, 8 is banned."""


@pytest.fixture
async def work(engine: AsyncEngine, unit_of_work: UnitOfWork) -> AsyncIterator[Work]:
    async with engine.begin() as connection:
        await connection.execute(text(PEOPLE))
    async with unit_of_work.open() as work:
        yield work


async def ids(work: Work, audience: Audience, category: Category) -> set[int]:
    who = conditions(audience, category, {3, 6})
    draft = await work.broadcasts.add(BOT, AUTHOR, "en", {})
    await work.ledger.list_people(draft.number, who, 0, 10**9)
    found = {recipient.chat_id for recipient in await work.ledger.take(draft.number, 0, 100)}
    assert await work.audiences.count(who) == len(found)
    return found


@pytest.mark.parametrize(
    ("category", "who"), [(Category.SYSTEM, {1, 2, 3, 4}), (Category.NEWS, {1, 2}), (Category.OFFERS, {1, 3})]
)
async def test_everyone_is_who_can_be_written_to_and_has_not_opted_out(
    work: Work, category: Category, who: set[int]
) -> None:
    assert await ids(work, Audience(), category) == who


@pytest.mark.parametrize(
    ("audience", "who"),
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
async def test_it_is_narrowed_down(work: Work, audience: Audience, who: set[int]) -> None:
    assert await ids(work, audience, Category.SYSTEM) == who
    assert Audience.from_json(audience.as_json()) == audience


@pytest.mark.parametrize("part", ["active_within", "silent_for", "joined_within"])
async def test_the_count_of_each_choice_of_days_is_that_of_the_audience_chosen(work: Work, part: str) -> None:
    draft = await _draft(work)
    for days, people in await broadcasts.people_by_days(work, draft, part, ()):
        chosen: dict[str, int] = {part: days}
        assert people == await broadcasts.people(work, draft, (), **chosen), days
    assert [days for days, _ in await broadcasts.people_by_days(work, draft, part, ())] == list(DAYS)


async def test_languages_and_sources_come_with_their_counts_the_most_frequent_first(work: Work) -> None:
    draft = await _draft(work)
    assert await broadcasts.languages(work, draft, ()) == [("en", 2), ("ru", 1)]
    assert await broadcasts.sources(work, draft, ()) == [("shop", 2)]
    english = replace(draft, audience=Audience(language="en"))
    assert await broadcasts.languages(work, english, ()) == [("en", 2), ("ru", 1)], "without its own choice"
    assert await broadcasts.sources(work, english, ()) == [("shop", 1)]


async def _draft(work: Work) -> Broadcast:
    draft = await broadcasts.begin_draft(work, BOT, AUTHOR, "en")
    return await broadcasts.choose_category(work, BOT, draft.number, Category.SYSTEM)
