"""People in tests: what they hear and see, and what the error says if they don't."""

import asyncio
import signal

import pytest

from tests.support.shared_worker import SharedWorker
from tests.support.telegram import Telegram


async def test_the_error_shows_what_came_instead(telegram: Telegram) -> None:
    alice = telegram.person("Alice")
    await alice.says("/help")
    await alice.sees("What I can do")
    await alice.says("/id")
    with pytest.raises(AssertionError, match=r"(?s)Alice did not hear 'Hello' within 0.5 s, but .*Telegram number"):
        await alice.hears("Hello", within=0.5)


async def test_the_error_shows_why_the_worker_did_not_answer(telegram: Telegram) -> None:
    alice = telegram.person("Alice")
    await telegram.execute("ALTER TABLE asked RENAME TO elsewhere")
    try:
        await alice.says("/cancel")
        with pytest.raises(AssertionError, match=r'(?s)update failed: .*relation "asked" does not exist'):
            await alice.hears("nothing to cancel", within=1)
    finally:
        await telegram.execute("ALTER TABLE elsewhere RENAME TO asked")


async def test_the_error_shows_that_the_worker_is_not_running(telegram: Telegram) -> None:
    alice = telegram.person("Alice")
    await telegram.worker.kill()
    await alice.says("/start")
    with pytest.raises(AssertionError, match=r"within 0.1 s, but \[\]\nthe worker is not running"):
        await alice.hears(within=0.1)
    with pytest.raises(AssertionError, match="the worker is not running"):
        await alice.hears_nothing()


async def test_an_unexpected_message_is_heard(telegram: Telegram) -> None:
    alice = telegram.person("Alice")
    await alice.says("/start")
    with pytest.raises(AssertionError, match=r"Alice heard .*Hello, Alice"):
        await alice.hears_nothing()


async def test_a_message_is_heard_once_and_the_skipped_ones_are_not_heard(telegram: Telegram) -> None:
    alice = telegram.person("Alice")
    for command in ("/help", "/id", "/start"):
        await alice.says(command)
    await alice.hears("Your Telegram number")
    assert "Hello, Alice" in await alice.hears()
    await alice.hears_nothing()
    assert len(alice.history()) == 3


async def test_what_was_heard_stays_as_it_was_and_what_is_seen_is_as_it_is(telegram: Telegram) -> None:
    alice = telegram.person("Alice")
    await alice.says("/start")
    welcome = await alice.hears()
    assert "What I can do" in await alice.presses("Help")
    assert "Hello, Alice" in welcome
    assert "What I can do" in await alice.sees(on=welcome)


async def test_each_in_a_group_hears_for_themselves(telegram: Telegram) -> None:
    alice, bob = telegram.person("Alice"), telegram.person("Bob")
    cats = telegram.group("Cats", [alice, bob])
    await alice.says("/start@test_bot", group=cats)
    for person in (alice, bob):
        assert "Hello" in await person.hears(group=cats)
        await person.hears_nothing(group=cats)


async def test_a_button_is_waited_for_and_a_missing_one_is_named(telegram: Telegram) -> None:
    alice = telegram.person("Alice")
    await asyncio.gather(alice.presses("Help", shows="What I can do"), alice.says("/start"))
    telegram.refuses("sendMessage", 400, "Bad Request: no")
    await alice.says("/start")
    with pytest.raises(AssertionError, match=r"sees no button 'No such button' .*What I can do"):
        await alice.presses("No such button", within=0.1)


async def test_a_press_that_nobody_answers_fails_in_time(telegram: Telegram) -> None:
    alice = telegram.person("Alice")
    await alice.says("/start")
    telegram.refuses("answerCallbackQuery", 400, "Bad Request: no")
    with pytest.raises(AssertionError, match="got no answer to a press"):
        await alice.presses("Help", within=0.5)


@pytest.mark.settings(ADMIN_NOTICES="true")
async def test_a_test_may_have_settings_of_its_own(telegram: Telegram) -> None:
    assert telegram.worker.variables["ADMIN_NOTICES"] == "true"


async def test_the_next_test_has_the_modules_settings(telegram: Telegram) -> None:
    assert telegram.worker.variables["ADMIN_NOTICES"] == "false"


@pytest.mark.parametrize("ends", ["kill", "stop", "changed settings"])
async def test_the_next_test_gets_a_running_worker_and_an_empty_database(
    telegram: Telegram, shared_worker: SharedWorker, ends: str
) -> None:
    if ends == "changed settings":
        await telegram.restarts(TERMS_VERSION="1")
    else:
        telegram.worker.send(signal.SIGKILL if ends == "kill" else signal.SIGTERM)
        await telegram.worker.ended()
    telegram.refuses("sendMessage", 400, "Bad Request: no", times=None)
    await telegram.execute("INSERT INTO notes (telegram_id, text) VALUES (1, 'noisy')")
    await shared_worker.clean()  # as the fixture does
    alice = telegram.person("Alice")
    await alice.says("/start")
    assert "Hello, Alice" in await alice.hears()
    assert await telegram.rows("SELECT * FROM notes") == []


async def test_time_passes_for_what_is_stored(telegram: Telegram) -> None:
    alice = telegram.person("Alice")
    await alice.says("/start")
    welcome = await alice.hears()
    date = welcome.message.date
    await telegram.time_passes(days=2, hours=1)
    older = "SELECT now() - created_at BETWEEN interval '49 hours' AND interval '50 hours' FROM users"
    assert await telegram.value(older)
    assert date - welcome.message.date == 49 * 3600
    assert "What I can do" in await alice.presses("Help")


async def test_passing_time_keeps_settings_and_starts_a_worker_that_was_ended(telegram: Telegram) -> None:
    await telegram.restarts(LEAVE_GROUPS="true")
    await telegram.worker.kill()
    await telegram.time_passes(hours=1)
    alice = telegram.person("Alice")
    owls = telegram.group("Owls", [alice], with_bot=False)
    await alice.adds_bot(owls)
    assert "so I leave" in await alice.hears(group=owls)


async def test_being_away_ends_with_the_block(telegram: Telegram) -> None:
    alice = telegram.person("Alice")
    await telegram.emulator.until(lambda: telegram.emulator.waiting_polls == 1)
    with telegram.is_away():
        await alice.says("/start")
        await telegram.until_rows("SELECT * FROM outbox")
        assert alice.history() == []
    assert "Hello" in await alice.hears(within=30)
