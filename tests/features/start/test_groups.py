"""With LEAVE_GROUPS the bot stays in groups only where an administrator has put it."""

import pytest

from tests.support.telegram import Telegram

pytestmark = pytest.mark.settings(LEAVE_GROUPS="true")


async def test_it_says_a_sentence_and_leaves_a_group_into_which_anybody_puts_it(telegram: Telegram) -> None:
    ann = telegram.person("Аня", language="ru")
    group = telegram.group("Friends", [ann], with_bot=False)
    await ann.adds_bot(group)
    await ann.hears("поэтому ухожу", group=group)
    await telegram.emulator.until(lambda: len(telegram.calls.of("leaveChat")) == 1)
    await telegram.settles()
    (call,) = telegram.calls.of("leaveChat")
    assert int(call.parameters["chat_id"]) == group.id
    assert len(group.received) == 1


async def test_it_stays_where_an_administrator_puts_it_and_wherever_it_is(telegram: Telegram) -> None:
    before = len(telegram.calls.of("leaveChat"))
    olga, ann = telegram.person(administrator=True), telegram.person("Ann")
    group = telegram.group("Friends", [olga, ann], with_bot=False)
    await olga.adds_bot(group)
    await ann.says("/help@test_bot", group=group)
    await ann.hears("What I can do", group=group)
    await ann.removes_bot(group)
    assert await telegram.rows("SELECT * FROM dead_letters") == []
    assert len(telegram.calls.of("leaveChat")) == before


async def test_who_was_made_an_administrator_counts(telegram: Telegram) -> None:
    before = len(telegram.calls.of("leaveChat"))
    (olga,) = await telegram.people(1, role="'administrator'")
    group = telegram.group("Friends", [olga], with_bot=False)
    await olga.adds_bot(group)
    await olga.says("/help@test_bot", group=group)
    await olga.hears("What I can do", group=group)
    assert len(telegram.calls.of("leaveChat")) == before
