"""With LEAVE_GROUPS the bot stays in groups only where an administrator has put it."""

import pytest

from tests.support.stage import Stage

pytestmark = pytest.mark.asyncio(loop_scope="module")
VARIABLES = {"LEAVE_GROUPS": "true"}


async def test_it_says_a_sentence_and_leaves_a_group_into_which_anybody_puts_it(stage: Stage) -> None:
    ann = stage.telegram.person("Аня", language_code="ru")
    group = stage.telegram.group("Friends", [ann], with_bot=False)
    group.adds_bot(by=ann)
    await group.receives("поэтому ухожу")
    await stage.telegram.until(lambda: len(stage.telegram.calls.of("leaveChat")) == 1)
    await stage.settles()
    (call,) = stage.telegram.calls.of("leaveChat")
    assert int(call.parameters["chat_id"]) == group.id
    assert len(group.received) == 1


async def test_it_stays_where_an_administrator_puts_it_and_wherever_it_is(stage: Stage) -> None:
    before = len(stage.telegram.calls.of("leaveChat"))
    olga, ann = stage.administrator(), stage.telegram.person("Ann")
    group = stage.telegram.group("Friends", [olga.chat.person, ann], with_bot=False)
    group.adds_bot(by=olga.chat.person)
    group.says("/help@test_bot", by=ann)
    await group.receives("What I can do")
    group.removes_bot(by=ann)
    await stage.settles()
    assert len(stage.telegram.calls.of("leaveChat")) == before
    assert await stage.rows("SELECT * FROM dead_letters") == []


async def test_who_was_made_an_administrator_counts(stage: Stage) -> None:
    before = len(stage.telegram.calls.of("leaveChat"))
    (chat,) = await stage.people(1, role="'administrator'")
    group = stage.telegram.group("Friends", [chat.person], with_bot=False)
    group.adds_bot(by=chat.person)
    group.says("/help@test_bot", by=chat.person)
    await group.receives("What I can do")
    assert len(stage.telegram.calls.of("leaveChat")) == before
