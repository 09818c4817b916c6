"""With LEAVE_GROUPS the bot stays in groups only where an administrator has put it."""

import pytest

from tests.support.shared_worker import SharedWorker

pytestmark = pytest.mark.settings(LEAVE_GROUPS="true")


async def test_it_says_a_sentence_and_leaves_a_group_into_which_anybody_puts_it(shared_worker: SharedWorker) -> None:
    ann = shared_worker.telegram.person("Аня", language_code="ru")
    group = shared_worker.telegram.group("Friends", [ann], with_bot=False)
    group.adds_bot(by=ann)
    await group.receives("поэтому ухожу")
    await shared_worker.telegram.until(lambda: len(shared_worker.telegram.calls.of("leaveChat")) == 1)
    await shared_worker.settles()
    (call,) = shared_worker.telegram.calls.of("leaveChat")
    assert int(call.parameters["chat_id"]) == group.id
    assert len(group.received) == 1


async def test_it_stays_where_an_administrator_puts_it_and_wherever_it_is(shared_worker: SharedWorker) -> None:
    before = len(shared_worker.telegram.calls.of("leaveChat"))
    olga, ann = shared_worker.administrator(), shared_worker.telegram.person("Ann")
    group = shared_worker.telegram.group("Friends", [olga.chat.person, ann], with_bot=False)
    group.adds_bot(by=olga.chat.person)
    group.says("/help@test_bot", by=ann)
    await group.receives("What I can do")
    group.removes_bot(by=ann)
    await shared_worker.settles()
    assert len(shared_worker.telegram.calls.of("leaveChat")) == before
    assert await shared_worker.rows("SELECT * FROM dead_letters") == []


async def test_who_was_made_an_administrator_counts(shared_worker: SharedWorker) -> None:
    before = len(shared_worker.telegram.calls.of("leaveChat"))
    (chat,) = await shared_worker.people(1, role="'administrator'")
    group = shared_worker.telegram.group("Friends", [chat.person], with_bot=False)
    group.adds_bot(by=chat.person)
    group.says("/help@test_bot", by=chat.person)
    await group.receives("What I can do")
    assert len(shared_worker.telegram.calls.of("leaveChat")) == before
