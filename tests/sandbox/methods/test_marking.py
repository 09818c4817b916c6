"""Reactions, pinned messages and inline queries are kept, and refused as Telegram refuses them."""

from typing import Any

import pytest
import telegram

from bot.sandbox.methods.sending import TOO_OLD
from bot.sandbox.server.emulator import Emulator
from bot.sandbox.world.conversations import PrivateChat
from bot.sandbox.world.inline_queries import ANSWERABLE
from tests.sandbox.emulator_clients import Client, aiogram, check

THUMB = {"type": "emoji", "emoji": "👍"}
BAD_REACTION = "can't parse reaction types JSON object"
BAD_RESULTS = "can't parse inline query results: expected an Array of InlineQueryResult"
ARTICLE = {"type": "article", "id": "1", "title": "Cat", "input_message_content": {"message_text": "Meow"}}


async def test_a_reaction_is_set_and_removed(chat: PrivateChat, api: Client) -> None:
    message = chat.says("hi")
    target = {"chat_id": chat.id, "message_id": message.message_id}
    assert await api.result("setMessageReaction", **target, reaction=[THUMB]) is True
    assert message.reactions == [THUMB]
    await api.result("setMessageReaction", **target)
    assert message.reactions == []


async def test_messages_are_pinned_and_the_newest_is_unpinned_by_default(chat: PrivateChat, api: Client) -> None:
    first, second = chat.says("one"), chat.says("two")
    for message in (first, second):
        await api.result("pinChatMessage", chat_id=chat.id, message_id=message.message_id)
    await api.result("unpinChatMessage", chat_id=chat.id)
    assert (first.pinned, second.pinned) == (True, False)
    await api.result("unpinChatMessage", chat_id=chat.id, message_id=first.message_id)
    assert not first.pinned


@pytest.mark.parametrize(
    ("method", "parameters", "complaint"),
    [
        ("setMessageReaction", {"message_id": 99, "reaction": [THUMB]}, "message to react not found"),
        ("setMessageReaction", {"message_id": 1, "reaction": "👍"}, BAD_REACTION),
        (
            "setMessageReaction",
            {"message_id": 1, "reaction": [{"type": "x"}]},
            BAD_REACTION,
        ),
        ("pinChatMessage", {"message_id": 99}, "message to pin not found"),
        ("unpinChatMessage", {"message_id": 99}, "message to unpin not found"),
        ("unpinChatMessage", {}, "message to unpin not found"),
        (
            "answerInlineQuery",
            {"inline_query_id": "7", "results": []},
            TOO_OLD,
        ),
        (
            "answerInlineQuery",
            {"inline_query_id": "7"},
            BAD_RESULTS,
        ),
        ("answerInlineQuery", {"inline_query_id": "7", "results": [ARTICLE] * 51}, "RESULTS_TOO_MUCH"),
    ],
)
async def test_what_telegram_refuses(
    chat: PrivateChat, api: Client, method: str, parameters: dict[str, Any], complaint: str
) -> None:
    chat.says("hi")
    assert await api.refused(method, chat_id=chat.id, **parameters) == (400, f"Bad Request: {complaint}")


async def test_a_bot_without_rights_pins_nothing_in_a_group(emulator: Emulator, chat: PrivateChat, api: Client) -> None:
    group = emulator.group("Friends", [chat.person])
    message = group.says("/hi", by=chat.person)
    complaint = "Bad Request: not enough rights to manage pinned messages in the chat"
    refused = await api.refused("pinChatMessage", chat_id=group.id, message_id=message.message_id)
    assert refused == (400, complaint)


async def test_an_inline_query_is_an_update_and_is_answered_once(chat: PrivateChat, api: Client) -> None:
    query = chat.types_inline("cats")
    [update] = await api.result("getUpdates")
    check(aiogram("InlineQuery"), telegram.InlineQuery, update["inline_query"])
    answer = {"inline_query_id": update["inline_query"]["id"], "results": [ARTICLE]}
    assert await api.result("answerInlineQuery", **answer) is True
    assert query.results == [ARTICLE]
    assert (await api.refused("answerInlineQuery", **answer))[0] == 400


async def test_an_old_inline_query_is_refused(emulator: Emulator, chat: PrivateChat, api: Client) -> None:
    query = chat.types_inline("cats")
    emulator.clock.forward(ANSWERABLE + 1)
    assert (await api.refused("answerInlineQuery", inline_query_id=query.id, results=[ARTICLE]))[0] == 400
    assert query.results is None
