"""Language, time zone, /cancel, and where somebody comes from."""

import json

import pytest
from sqlalchemy import RowMapping

from tests.support.joined import needs
from tests.support.people import Person
from tests.support.shared_worker import SharedWorker
from tests.support.telegram import Telegram


async def test_the_language_changes_at_once_in_the_menu_too_and_back(telegram: Telegram) -> None:
    ann = telegram.person()
    await _opens_settings(ann)
    menu = await ann.presses("🌐 Language: English", shows="Which language shall I speak?")
    assert menu.buttons == ["English", "Русский", "✅ As in Telegram", "‹ Back"]
    assert "🌐 Язык: Русский" in (await ann.presses("Русский", shows="Настройки")).buttons
    await ann.says("/help")
    await ann.hears("Что я умею")
    assert (await _user(telegram))["language"] == "ru"
    commands = telegram.emulator.state.profile.commands
    listed = commands(("chat", ann.id, 0))
    assert ("settings", "Язык") in [(one["command"], one["description"][:4]) for one in listed]
    await ann.presses("🌐 Язык: Русский", shows="На каком языке")
    await ann.presses("Как в Telegram", shows="Settings")
    await ann.says("/help")
    await ann.hears("What I can do")
    assert (await _user(telegram))["language"] is None
    assert commands(("chat", ann.id, 0)) == []


async def test_a_time_zone_is_chosen_by_region_and_taken_back(telegram: Telegram) -> None:
    ann = telegram.person()
    await _opens_settings(ann)
    await ann.presses("🕰 Time zone: not chosen", shows="Where are you?")
    await ann.presses("Europe", shows="Where are you?")
    await ann.sees("Minsk (+3)", "Kaliningrad (+2)")
    assert "🕰 Time zone: Minsk (+3)" in (await ann.presses("Minsk (+3)", shows="Settings")).buttons
    assert (await _user(telegram))["time_zone"] == "Europe/Minsk"
    await ann.presses("🕰 Time zone: Minsk (+3)", shows="Where are you?")
    await ann.presses("Asia", shows="Where are you?")
    await ann.presses("Kolkata (+5:30)", shows="Settings")
    await ann.presses("🕰 Time zone: Kolkata (+5:30)", shows="Where are you?")
    await ann.presses("not chosen", shows="Settings")
    assert (await _user(telegram))["time_zone"] is None
    assert len(ann.history()) == 1


@pytest.mark.parametrize("data", ["settings:zone:set:Europe/Nowhere", "settings:zone:mars", "settings:language:xx"])
async def test_a_forged_choice_changes_nothing(telegram: Telegram, data: str) -> None:
    ann = telegram.person()
    await _opens_settings(ann)
    assert "earlier menu" in await ann.forges(data)
    user = await _user(telegram)
    assert user["time_zone"] is user["language"] is None


async def test_in_a_group_nothing_is_chosen(telegram: Telegram) -> None:
    ann = telegram.person("Ann")
    group = telegram.group("Friends", [ann])
    await ann.says("/help@test_bot", group=group)
    await ann.hears("What I can do", group=group)
    await ann.forges("settings:language:ru", group=group)
    assert (await _user(telegram))["language"] is None


async def test_cancel_ends_what_is_being_asked_and_says_so(telegram: Telegram) -> None:
    ann = telegram.person()
    await ann.says("/cancel")
    await ann.hears("nothing to cancel")
    await _is_asked(telegram, ann)
    await ann.says("/cancel")
    await ann.hears("I don't ask any more")
    assert await telegram.rows("SELECT * FROM asked") == []


async def test_a_command_ends_it_too_and_a_mistyped_one_does_not(telegram: Telegram) -> None:
    ann = telegram.person()
    await _is_asked(telegram, ann)
    await ann.says("/hepl")
    await ann.hears("don't know this command")
    assert len(await telegram.rows("SELECT * FROM asked")) == 1
    await ann.says("/help")
    await ann.hears("What I can do")
    assert await telegram.rows("SELECT * FROM asked") == []


@needs("broadcasts")
async def test_cancel_closes_an_administrators_draft(shared_worker: SharedWorker) -> None:
    olga = shared_worker.administrator()
    await olga.composes("Hello")
    olga.chat.says("/cancel")
    await olga.chat.receives("collects nothing any more")
    olga.chat.says("hm")
    await olga.chat.receives("don't understand")
    assert (await shared_worker.broadcast())["state"] == "previewed"


async def test_where_somebody_comes_from_is_kept_unless_it_is_a_link_of_their_own(telegram: Telegram) -> None:
    ann = telegram.person()
    for parameter in (str(ann.id), f"ref_{ann.id}", f"REF{ann.id}"):
        await ann.says(f"/start {parameter}")
        await ann.hears("Hello")
    assert (await _user(telegram))["source"] is None
    await ann.says(f"/start ref_{ann.id + 1}")
    await ann.hears("Hello")
    assert (await _user(telegram))["source"] == f"ref_{ann.id + 1}"


async def test_the_list_of_commands_names_them(telegram: Telegram) -> None:
    await telegram.emulator.until(lambda: bool(telegram.calls.of("setMyCommands")))
    listed = json.dumps(telegram.calls.of("setMyCommands")[0].parameters)
    assert all(command in listed for command in ("privacy", "cancel", "settings"))


async def _opens_settings(ann: Person) -> None:
    await ann.says("/settings")
    await ann.hears("Settings")


async def _is_asked(telegram: Telegram, ann: Person) -> None:
    """As a feature that asks would leave it."""
    await telegram.execute(
        "INSERT INTO asked (chat_id, telegram_id, what, details, until)"
        f" VALUES ({ann.id}, {ann.id}, 'name', '{{}}', now() + interval '1 hour')",
        f"INSERT INTO users (telegram_id) VALUES ({ann.id}) ON CONFLICT DO NOTHING",
    )


async def _user(telegram: Telegram) -> RowMapping:
    return (await telegram.rows("SELECT * FROM users"))[0]
