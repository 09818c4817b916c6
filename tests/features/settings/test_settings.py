"""Language, time zone, /cancel, and where somebody comes from."""

import json

import pytest
from sqlalchemy import RowMapping

from bot.sandbox.world.messages import Message
from tests.support.shared_worker import Administrator, SharedWorker


async def test_the_language_changes_at_once_in_the_menu_too_and_back(shared_worker: SharedWorker) -> None:
    ann = Administrator(shared_worker, shared_worker.telegram.private_chat())
    menu = await _settings(ann)
    await ann.presses(menu, "🌐 Language: English", shows="Which language shall I speak?")
    assert ann.labels(menu) == ["English", "Русский", "✅ As in Telegram", "‹ Back"]
    await ann.presses(menu, "Русский", shows="Настройки")
    assert "🌐 Язык: Русский" in ann.labels(menu)
    ann.chat.says("/help")
    await ann.chat.receives("Что я умею")
    assert (await _person(shared_worker))["language"] == "ru"
    listed = shared_worker.telegram.state.profile.commands(("chat", ann.chat.id, 0))
    assert ("settings", "Язык") in [(one["command"], one["description"][:4]) for one in listed]
    await ann.presses(menu, "🌐 Язык: Русский", shows="На каком языке")
    await ann.presses(menu, "Как в Telegram", shows="Settings")
    ann.chat.says("/help")
    await ann.chat.receives("What I can do")
    assert (await _person(shared_worker))["language"] is None
    assert shared_worker.telegram.state.profile.commands(("chat", ann.chat.id, 0)) == []


async def test_a_time_zone_is_chosen_by_region_and_taken_back(shared_worker: SharedWorker) -> None:
    ann = Administrator(shared_worker, shared_worker.telegram.private_chat())
    menu = await _settings(ann)
    await ann.presses(menu, "🕰 Time zone: not chosen", shows="Where are you?")
    await ann.presses(menu, "Europe", shows="Where are you?")
    await ann.shows(menu, "Minsk (+3)", "Kaliningrad (+2)")
    await ann.presses(menu, "Minsk (+3)", shows="Settings")
    assert "🕰 Time zone: Minsk (+3)" in ann.labels(menu)
    assert (await _person(shared_worker))["time_zone"] == "Europe/Minsk"
    await ann.presses(menu, "🕰 Time zone: Minsk (+3)", shows="Where are you?")
    await ann.presses(menu, "Asia", shows="Where are you?")
    await ann.presses(menu, "Kolkata (+5:30)", shows="Settings")
    await ann.presses(menu, "🕰 Time zone: Kolkata (+5:30)", shows="Where are you?")
    await ann.presses(menu, "not chosen", shows="Settings")
    assert (await _person(shared_worker))["time_zone"] is None
    assert len(ann.chat.received) == 1


@pytest.mark.parametrize("data", ["settings:zone:set:Europe/Nowhere", "settings:zone:mars", "settings:language:xx"])
async def test_a_forged_choice_changes_nothing(shared_worker: SharedWorker, data: str) -> None:
    ann = Administrator(shared_worker, shared_worker.telegram.private_chat())
    assert "earlier menu" in await ann.forges(await _settings(ann), data)
    person = await _person(shared_worker)
    assert person["time_zone"] is person["language"] is None


async def test_in_a_group_nothing_is_chosen(shared_worker: SharedWorker) -> None:
    ann = shared_worker.telegram.person("Ann")
    group = shared_worker.telegram.group("Friends", [ann])
    group.says("/help@test_bot", by=ann)
    press = group.press_forged(await group.receives("What I can do"), "settings:language:ru", by=ann)
    await shared_worker.telegram.until(lambda: press.answer is not None)
    assert (await _person(shared_worker))["language"] is None


async def test_cancel_ends_what_is_being_asked_and_says_so(shared_worker: SharedWorker) -> None:
    ann = Administrator(shared_worker, shared_worker.telegram.private_chat())
    ann.chat.says("/cancel")
    await ann.chat.receives("nothing to cancel")
    await _is_asked(shared_worker, ann)
    ann.chat.says("/cancel")
    await ann.chat.receives("I don't ask any more")
    assert await shared_worker.rows("SELECT * FROM asked") == []


async def test_a_command_ends_it_too_and_a_mistyped_one_does_not(shared_worker: SharedWorker) -> None:
    ann = Administrator(shared_worker, shared_worker.telegram.private_chat())
    await _is_asked(shared_worker, ann)
    ann.chat.says("/hepl")
    await ann.chat.receives("don't know this command")
    assert len(await shared_worker.rows("SELECT * FROM asked")) == 1
    ann.chat.says("/help")
    await ann.chat.receives("What I can do")
    await shared_worker.settles()
    assert await shared_worker.rows("SELECT * FROM asked") == []


async def test_cancel_closes_an_administrators_draft(shared_worker: SharedWorker) -> None:
    olga = shared_worker.administrator()
    await olga.composes("Hello")
    olga.chat.says("/cancel")
    await olga.chat.receives("collects nothing any more")
    olga.chat.says("hm")
    await olga.chat.receives("don't understand")
    assert (await shared_worker.broadcast())["state"] == "previewed"


async def test_where_somebody_comes_from_is_kept_unless_it_is_a_link_of_their_own(shared_worker: SharedWorker) -> None:
    ann = shared_worker.telegram.private_chat()
    for number, parameter in enumerate((str(ann.id), f"ref_{ann.id}", f"REF{ann.id}"), start=1):
        ann.says(f"/start {parameter}")
        await ann.receives("Hello", times=number)
    assert (await _person(shared_worker))["source"] is None
    ann.says(f"/start ref_{ann.id + 1}")
    await ann.receives("Hello", times=4)
    assert (await _person(shared_worker))["source"] == f"ref_{ann.id + 1}"


async def test_the_list_of_commands_names_them(shared_worker: SharedWorker) -> None:
    await shared_worker.telegram.until(lambda: bool(shared_worker.telegram.calls.of("setMyCommands")))
    listed = json.dumps(shared_worker.telegram.calls.of("setMyCommands")[0].parameters)
    assert all(command in listed for command in ("privacy", "cancel", "settings"))


async def _settings(ann: Administrator) -> Message:
    ann.chat.says("/settings")
    return await ann.chat.receives("Settings")


async def _is_asked(shared_worker: SharedWorker, ann: Administrator) -> None:
    """As a feature that asks would leave it."""
    await shared_worker.execute(
        "INSERT INTO asked (chat_id, telegram_id, what, details, until)"
        f" VALUES ({ann.chat.id}, {ann.chat.id}, 'name', '{{}}', now() + interval '1 hour')",
        f"INSERT INTO users (telegram_id) VALUES ({ann.chat.id}) ON CONFLICT DO NOTHING",
    )


async def _person(shared_worker: SharedWorker) -> RowMapping:
    await shared_worker.settles()
    return (await shared_worker.rows("SELECT * FROM users"))[0]
