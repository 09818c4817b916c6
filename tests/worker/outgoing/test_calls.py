"""Queued calls of any method are sent whole, follow their chat, and have the error handling of all messages."""

import json

import pytest
from structlog.testing import capture_logs
from telegram import InputMediaDocument, InputMediaPhoto

from bot.db.tables.outbox import StoredMessage
from bot.framework.calls import api_call
from bot.messages import ApiCall, Text
from bot.sandbox.methods.parameters import Upload
from bot.sandbox.server.emulator import Emulator
from bot.sandbox.server.faults import Drop, Reply
from bot.sandbox.world.conversations import PrivateChat
from bot.sandbox.world.user_actions import PIXEL
from bot.worker.outgoing.limiter import weight
from bot.worker.outgoing.payloads import call_of
from tests.support.delivery import DeliveryHarness, OpenDelivery, private_chat, texts

PNG = PIXEL + bytes(range(256)) * 300
CSV = "ж,1\n".encode()


@pytest.fixture
def chat(emulator: Emulator) -> PrivateChat:
    emulator.limits.enabled = False
    return private_chat(emulator, "Ann")


def photo(chat_id: object, **more: object) -> ApiCall:
    return api_call(1, "sendPhoto", {"chat_id": chat_id, "photo": PNG, **more})


def album(chat: PrivateChat) -> ApiCall:
    media = [InputMediaDocument(PNG, filename="a.png"), InputMediaDocument(CSV, "Table", filename="b.csv")]
    return api_call(1, "sendMediaGroup", {"chat_id": chat.id, "media": media})


def contents(emulator: Emulator, method: str) -> list[set[bytes]]:
    """The contents of the files of each call."""
    return [
        {value.content for value in call.parameters.values() if isinstance(value, Upload)}
        for call in emulator.calls.of(method)
    ]


async def test_a_photo_arrives_whole_and_again_by_its_file_id(
    open_delivery: OpenDelivery, chat: PrivateChat, emulator: Emulator
) -> None:
    async with open_delivery() as harness:
        await harness.say(photo(chat.id, caption="<b>Cat</b>", parse_mode="HTML"))
        sent = await chat.receives("Cat")
        assert sent.content.media is not None
        file_id = sent.content.media["photo"][-1]["file_id"]
        await harness.say(api_call(1, "sendPhoto", {"chat_id": chat.id, "photo": file_id, "caption": "Again"}))
        await harness.all_sent()
    assert contents(emulator, "sendPhoto") == [{PNG}, set()]
    assert texts(chat) == ["Cat", "Again"]


async def test_an_album_has_all_its_uploads_and_counts_by_its_items(
    open_delivery: OpenDelivery, chat: PrivateChat, emulator: Emulator
) -> None:
    async with open_delivery() as harness:
        await harness.say(album(chat))
        await harness.all_sent()
    assert contents(emulator, "sendMediaGroup") == [{PNG, CSV}]
    assert [message.kind for message in chat.received] == ["document", "document"]
    assert weight(*call_of(ApiCall.kind, album(chat).parameters())) == 2


@pytest.mark.usefixtures("no_backoff")
async def test_a_network_error_is_followed_by_the_same_files(
    open_delivery: OpenDelivery, chat: PrivateChat, emulator: Emulator
) -> None:
    emulator.faults.next(Drop(), "sendMediaGroup")
    async with open_delivery() as harness:
        await harness.say(album(chat), Text(chat.id, "behind"))
        await harness.all_sent()
    assert contents(emulator, "sendMediaGroup") == [{PNG, CSV}] * 2
    assert texts(chat) == ["", "Table", "behind"]


async def test_a_call_without_a_chat_gets_none(
    open_delivery: OpenDelivery, chat: PrivateChat, emulator: Emulator
) -> None:
    query = chat.types_inline("cats")
    article = {"type": "article", "id": "1", "title": "Cat", "input_message_content": {"message_text": "Meow"}}
    async with open_delivery() as harness:
        await harness.say(
            api_call(chat.id, "answerInlineQuery", {"inline_query_id": query.id, "results": [article]}),
            api_call(chat.id, "setMyCommands", {"commands": [{"command": "idea", "description": "An idea"}]}),
        )
        await harness.all_sent()
    assert query.results == [article]
    [answer], [commands] = emulator.calls.of("answerInlineQuery"), emulator.calls.of("setMyCommands")
    assert (set(answer.parameters), set(commands.parameters)) == ({"inline_query_id", "results"}, {"commands"})


async def test_a_call_follows_a_group_that_became_a_supergroup(open_delivery: OpenDelivery, emulator: Emulator) -> None:
    emulator.limits.enabled = False
    group = emulator.group("Friends", [emulator.person("Ann")], basic=True)
    supergroup = group.becomes_supergroup()
    async with open_delivery() as harness:
        await harness.say(photo(group.id))
        await harness.all_sent()
    assert [message.kind for message in supergroup.received] == ["photo"]


async def test_a_call_to_a_channel_by_its_name_keeps_it_and_its_errors_mark_nobody(
    open_delivery: OpenDelivery, chat: PrivateChat, emulator: Emulator
) -> None:
    async with open_delivery() as harness:
        await harness.knows(chat.person)
        await harness.say(api_call(chat.id, "sendMessage", {"chat_id": "@news", "text": "News"}))
        await harness.until_rows(1, "dead_letters")
        await harness.delivery.close()
        [user] = await harness.rows("users")
    assert emulator.calls.of("sendMessage")[0].parameters["chat_id"] == "@news"
    assert user["unreachable_at"] is user["blocked_at"] is None


async def test_a_call_to_a_person_who_blocked_the_bot_marks_them(
    open_delivery: OpenDelivery, chat: PrivateChat
) -> None:
    chat.blocks()
    async with open_delivery() as harness:
        await harness.knows(chat.person)
        await harness.say(photo(chat.id))
        await harness.until_rows(1, "dead_letters")
        await harness.delivery.close()
        [user] = await harness.rows("users")
    assert user["blocked_at"] is not None


async def test_a_refused_file_is_a_dead_letter_that_can_be_sent_again(
    open_delivery: OpenDelivery, chat: PrivateChat, emulator: Emulator
) -> None:
    emulator.faults.next(Reply.refusal(400, "Bad Request: not enough rights to send photos to the chat"), "sendPhoto")
    async with open_delivery() as harness:
        await harness.say(photo(chat.id))
        [letter] = await harness.until_rows(1, "dead_letters")
        assert letter["reason"] == "Not enough rights to send photos to the chat"
        await harness.say(StoredMessage(letter["chat_id"], letter["kind"], json.loads(letter["payload"])))
        await harness.until_rows(0)
    assert contents(emulator, "sendPhoto") == [{PNG}, {PNG}]
    assert [message.kind for message in chat.received] == ["photo"]


NOTHING_LOST: dict[str, dict[str, object]] = {
    "answerInlineQuery": {"inline_query_id": "7", "results": []},
    "deleteMessage": {"message_id": 99},
    "setMessageReaction": {"message_id": 99, "reaction": [{"type": "emoji", "emoji": "👍"}]},
    "editMessageText": {"message_id": 99, "text": "x"},
}


@pytest.mark.parametrize("method", NOTHING_LOST)
async def test_what_comes_too_late_to_matter_is_dropped_and_logged(
    open_delivery: OpenDelivery, chat: PrivateChat, emulator: Emulator, method: str
) -> None:
    to: dict[str, object] = {} if method == "answerInlineQuery" else {"chat_id": chat.id}
    async with open_delivery() as harness:
        with capture_logs() as logs:
            await harness.say(api_call(chat.id, method, to | NOTHING_LOST[method]))
            await harness.all_sent()
    assert len(emulator.calls.of(method)) == 1
    assert [line["event"] for line in logs] == ["message dropped"]


async def refused(harness: DeliveryHarness, call: ApiCall) -> str:
    await harness.say(call)
    [letter] = await harness.until_rows(1, "dead_letters")
    return str(letter["reason"])


async def test_an_unknown_method_is_a_dead_letter_at_once(open_delivery: OpenDelivery, chat: PrivateChat) -> None:
    async with open_delivery() as harness:
        assert (
            await refused(harness, api_call(chat.id, "sendFoto", {"chat_id": chat.id})) == "Not Found: method not found"
        )


async def test_a_call_that_a_newer_version_wrote_otherwise_is_a_dead_letter(
    open_delivery: OpenDelivery, chat: PrivateChat
) -> None:
    async with open_delivery() as harness:
        await harness.say(StoredMessage(chat.id, ApiCall.kind, {"method": "sendPhoto", "parts": []}))
        [letter] = await harness.until_rows(1, "dead_letters")
    assert "this version can't read" in letter["reason"]


async def test_broken_formatting_goes_as_plain_text(open_delivery: OpenDelivery, chat: PrivateChat) -> None:
    async with open_delivery() as harness:
        await harness.say(
            photo(chat.id, caption="<b>One", parse_mode="HTML"),
            api_call(1, "sendMediaGroup", {"chat_id": chat.id, "media": [InputMediaPhoto(PNG, "<b>Two", "HTML")]}),
        )
        await harness.all_sent()
    assert texts(chat) == ["One", "Two"]
