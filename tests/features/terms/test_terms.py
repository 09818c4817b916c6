"""With TERMS_VERSION nothing is done for anybody in private before they have agreed."""

import signal

import pytest

from tests.support.shared_worker import Administrator, SharedWorker

pytestmark = pytest.mark.settings(TERMS_VERSION="2026-11")


async def test_one_is_asked_first_and_then_goes_on(shared_worker: SharedWorker) -> None:
    ann = Administrator(shared_worker, shared_worker.telegram.private_chat())  # anybody
    ann.chat.says("/start from-1")
    terms = await ann.chat.receives("The terms (version 2026-11)")
    assert ann.labels(terms) == ["✅ I agree", "🔒 Privacy"]
    ann.chat.says("hm")
    await ann.chat.receives("The terms", times=2)
    await ann.presses(terms, "✅ I agree", shows="send it again")
    await ann.presses(terms, "▶️ Begin", shows="Hello")
    ann.chat.says("/start")
    await ann.chat.receives("Hello", times=2)
    (row,) = await shared_worker.rows(
        "SELECT consent_version, consent_at > now() - interval '1 minute' AS now, source FROM users"
    )
    assert dict(row) == {"consent_version": "2026-11", "now": True, "source": "from-1"}


async def test_what_everybody_is_owed_works_before(shared_worker: SharedWorker) -> None:
    ann = Administrator(shared_worker, shared_worker.telegram.private_chat())
    for command, answer in (("/help", "What I can do"), ("/cancel", "nothing to cancel")):
        ann.chat.says(command)
        await ann.chat.receives(answer)
    ann.chat.says("/privacy")
    shown = await ann.chat.receives("What I keep")
    await ann.presses(shown, "🗑 Erase me", shows="Shall I erase")
    await ann.presses(shown, "Yes", shows="is erased")
    assert await shared_worker.rows("SELECT * FROM users") == []
    assert not [message for message in ann.chat.received if "The terms" in message.text]


async def test_a_button_from_before_is_answered_with_the_terms(shared_worker: SharedWorker) -> None:
    ann = shared_worker.telegram.private_chat()
    ann.says("/help")
    press = ann.press_forged(await ann.receives("What I can do"), "settings:news:off")
    await ann.receives("The terms")
    await shared_worker.telegram.until(lambda: press.answer is not None)
    assert press.answer is not None
    assert "agree" in press.answer.text
    assert (await shared_worker.rows("SELECT opted_out FROM users"))[0]["opted_out"] == []


async def test_another_version_has_to_be_agreed_to_again(shared_worker: SharedWorker) -> None:
    ann = Administrator(shared_worker, shared_worker.telegram.private_chat())
    ann.chat.says("/start")
    old = await ann.chat.receives("The terms")
    await ann.presses(old, "✅ I agree", shows="Thank you")
    await shared_worker.process.stop()
    await shared_worker.process.start(TERMS_VERSION="2026-12")
    ann.chat.says("/start")
    new = await ann.chat.receives("The terms (version 2026-12)", within=30)
    assert "have changed" in await ann.forges(old, "agree:2026-11", shows="2026-12")
    await ann.presses(new, "✅ I agree", shows="Thank you")
    ann.chat.says("/start")
    await ann.chat.receives("Hello")
    (row,) = await shared_worker.rows("SELECT consent_version FROM users")
    assert row["consent_version"] == "2026-12"
    shared_worker.process.send(signal.SIGTERM)
    await shared_worker.process.ended()
    await shared_worker.process.start()
    await shared_worker.process.health_becomes("ok")


async def test_administrators_groups_and_who_blocks_the_bot_are_not_asked(shared_worker: SharedWorker) -> None:
    olga, ann = shared_worker.administrator(), shared_worker.telegram.private_chat()
    olga.chat.says("/start")
    await olga.chat.receives("Hello")
    group = shared_worker.telegram.group("Friends", [ann.person])
    group.says("/start@test_bot", by=ann.person)
    await group.receives("Hello")
    ann.blocks()
    ann.unblocks()
    await shared_worker.settles()
    assert ann.received == []
    assert await shared_worker.rows("SELECT * FROM dead_letters") == []


async def test_there_is_nothing_to_agree_to_in_a_group(shared_worker: SharedWorker) -> None:
    ann = shared_worker.telegram.person("Ann")
    group = shared_worker.telegram.group("Friends", [ann])
    group.says("/help@test_bot", by=ann)
    press = group.press_forged(await group.receives("What I can do"), "agree:2026-11", by=ann)
    await shared_worker.telegram.until(lambda: press.answer is not None)
    assert (await shared_worker.rows("SELECT consent_at FROM users"))[0]["consent_at"] is None


async def test_a_banned_person_is_not_asked_but_told_of_the_ban_once_or_nothing(shared_worker: SharedWorker) -> None:
    [silent] = await shared_worker.people(1, banned_at="now()", silenced="true")
    [notified] = await shared_worker.people(1, banned_at="now()")
    await shared_worker.execute(f"INSERT INTO sanctions (telegram_id, kind, reason) VALUES ({notified.id}, 'ban', '')")
    for chat in (silent, notified):
        chat.says("/start")
        chat.says("hm")
    await shared_worker.settles()
    assert silent.received == []
    assert [message.text[:22] for message in notified.received] == ["🚫 You have been banned"]
