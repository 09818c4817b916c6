"""Actions of users become updates, and tests can wait for the bot's messages."""

import json
from typing import Any

import pytest

from bot.sandbox.server.emulator import Emulator
from bot.sandbox.world.conversations import PrivateChat
from tests.sandbox.emulator_clients import Client


def updates(emulator: Emulator) -> list[dict[str, Any]]:
    return [json.loads(body) for body in emulator.state.updates.fetch(0, 100)]


def kinds(emulator: Emulator) -> list[str]:
    return [list(update)[1] for update in updates(emulator)]


def test_a_message_names_its_writer_as_they_are_now(emulator: Emulator, chat: PrivateChat) -> None:
    chat.says("a")
    chat.person.username = "anna"
    chat.says("b")
    names = [update["message"]["from"]["username"] for update in updates(emulator)]
    assert names == ["ann", "anna"]
    assert updates(emulator)[0]["message"]["from"]["language_code"] == "ru"


def test_an_edit_keeps_the_number_and_tells_the_date(emulator: Emulator, chat: PrivateChat) -> None:
    message = chat.says("a")
    chat.edits(message, "b")
    first, second = updates(emulator)
    assert second["edited_message"]["message_id"] == first["message"]["message_id"]
    assert (second["edited_message"]["text"], "edit_date" in second["edited_message"]) == ("b", True)


def test_blocking_and_unblocking_tell_the_bot(emulator: Emulator, chat: PrivateChat) -> None:
    chat.blocks()
    chat.unblocks()
    statuses = [
        (change["old_chat_member"]["status"], change["new_chat_member"]["status"])
        for update in updates(emulator)
        for change in [update["my_chat_member"]]
    ]
    assert statuses == [("member", "kicked"), ("kicked", "member")]


def test_who_has_blocked_the_bot_cannot_write(emulator: Emulator, chat: PrivateChat) -> None:
    chat.blocks()
    with pytest.raises(ValueError, match="unblock it before writing"):
        chat.says("x")


def test_in_a_group_it_has_to_be_said_by_whom(emulator: Emulator) -> None:
    with pytest.raises(ValueError, match="by whom"):
        emulator.group().says("x")


def test_a_bot_with_privacy_on_sees_in_groups_what_is_meant_for_it(emulator: Emulator) -> None:
    emulator.bot.reads_all_group_messages = False
    ann = emulator.person()
    group = emulator.group("Friends", [ann])
    for text in ("hello", "/start", "/start@test_bot", "/start@other_bot", "say /start"):
        group.says(text, by=ann)
    from_bot = emulator.state.post(group.chat, emulator.bot, group.says("/x", by=ann).content)
    group.replies_to(from_bot, "thanks", by=ann)
    texts = [update["message"]["text"] for update in updates(emulator)]
    assert texts == ["/start", "/start@test_bot", "/x", "thanks"]


def test_a_group_without_the_bot_is_silent_until_it_is_added(emulator: Emulator) -> None:
    ann = emulator.person()
    group = emulator.group("Friends", [ann], with_bot=False)
    group.says("psst", by=ann)
    assert kinds(emulator) == []
    group.adds_bot(by=ann)
    group.says("hi", by=ann)
    assert kinds(emulator) == ["my_chat_member", "message", "message"]
    group.removes_bot(by=ann)
    group.says("gone", by=ann)
    assert kinds(emulator) == ["my_chat_member", "message", "message", "my_chat_member"]


async def test_waiting_returns_the_message_waited_for(chat: PrivateChat, api: Client) -> None:
    for text in ("Welcome 1", "other", "Welcome 2"):
        await api.result("sendMessage", chat_id=chat.id, text=text)
    assert (await chat.receives("Welcome", times=2)).text == "Welcome 2"


async def test_waiting_in_vain_tells_what_came_instead(chat: PrivateChat, api: Client) -> None:
    await api.result("sendMessage", chat_id=chat.id, text="Sorry")
    with pytest.raises(TimeoutError, match=r"'Welcome' within 0.01 s, but \['Sorry'\]"):
        await chat.receives("Welcome", within=0.01)
