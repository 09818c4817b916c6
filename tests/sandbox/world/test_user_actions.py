"""Messages, forwards and formatting of users reach the bot as Telegram would send them."""

import json
from typing import Any

import pytest
import telegram

from bot.sandbox.server.emulator import Emulator
from bot.sandbox.world import message_origins
from bot.sandbox.world.conversations import PrivateChat
from bot.sandbox.world.entities import make_entity
from bot.sandbox.world.user_actions import PIXEL, AlbumItem
from tests.sandbox.emulator_clients import Client

LINK = {"inline_keyboard": [[{"text": "Site", "url": "https://x.org/"}]]}
PRESS = {"inline_keyboard": [[{"text": "Go", "callback_data": "go"}]]}


def messages(emulator: Emulator) -> list[dict[str, Any]]:
    return [json.loads(body)["message"] for body in emulator.state.updates.fetch(0, 100)]


def test_marks_lie_where_the_person_put_them(emulator: Emulator, chat: PrivateChat) -> None:
    text = "👍 bold and link, @ann"
    entities = [make_entity(text, "link", "text_link", url="https://x.org/"), make_entity(text, "bold", "bold")]
    chat.says(text, entities=entities)
    (message,) = messages(emulator)
    read = telegram.Message.de_json(message, None).parse_entities()
    assert {str(entity.type): part for entity, part in read.items()} == {
        "bold": "bold",
        "text_link": "link",
        "mention": "@ann",
    }


def test_an_album_is_several_updates_of_one_number(emulator: Emulator, chat: PrivateChat) -> None:
    chat.sends_album([AlbumItem(caption="1"), AlbumItem("video", b"v", "v.mp4")])
    chat.sends_album()
    albums = [message["media_group_id"] for message in messages(emulator)]
    assert albums[0] == albums[1] != albums[2] == albums[3]
    assert [next(kind for kind in ("photo", "video") if kind in message) for message in messages(emulator)] == [
        "photo",
        "video",
        "photo",
        "photo",
    ]


def test_there_are_no_stickers_in_albums(chat: PrivateChat) -> None:
    with pytest.raises(ValueError, match="an album is made of"):
        chat.sends_album([AlbumItem("sticker")])


def test_a_shared_contact_is_by_default_ones_own(emulator: Emulator, chat: PrivateChat) -> None:
    other = emulator.person("Ivan")
    chat.sends_contact("+1")
    chat.sends_contact("+2", of=other)
    contacts = [message["contact"] for message in messages(emulator)]
    assert [(contact["phone_number"], contact["user_id"]) for contact in contacts] == [
        ("+1", chat.person.id),
        ("+2", other.id),
    ]


def test_places_polls_and_stickers_say_what_they_are(emulator: Emulator, chat: PrivateChat) -> None:
    chat.sends_location(1.5, 2.5)
    chat.sends_poll("Tea?", ["Yes", "No", "Milk"])
    chat.sends_sticker("🔥")
    place, poll, sticker = messages(emulator)
    assert place["location"] == {"latitude": 1.5, "longitude": 2.5}
    assert [option["text"] for option in poll["poll"]["options"]] == ["Yes", "No", "Milk"]
    assert sticker["sticker"]["emoji"] == "🔥"


def test_a_forwarded_message_comes_from_where_it_was_written(emulator: Emulator, chat: PrivateChat) -> None:
    other = emulator.private_chat(emulator.person("Ivan"))
    written = other.says("hello")
    emulator.state.updates.clear()
    chat.forwards(written)
    other.person.forbids_links = True
    chat.forwards(written)
    chat.forwards("News", message_origins.from_channel("Daily", -100_5, 7, "editor"))
    chat.forwards("Rules", message_origins.from_chat("Friends"))
    known, hidden, channel, group = (message["forward_origin"] for message in messages(emulator))
    assert (known["type"], known["sender_user"]["first_name"]) == ("user", "Ivan")
    assert (hidden["type"], hidden["sender_user_name"]) == ("hidden_user", "Ivan")
    assert (channel["chat"]["title"], channel["message_id"], channel["author_signature"]) == ("Daily", 7, "editor")
    assert (group["type"], group["sender_chat"]["title"]) == ("chat", "Friends")


@pytest.mark.parametrize(("keyboard", "kept"), [(LINK, LINK), (PRESS, None)])
def test_under_a_forward_only_links_stay(
    emulator: Emulator, chat: PrivateChat, keyboard: dict[str, Any], kept: dict[str, Any] | None
) -> None:
    chat.forwards("News", message_origins.from_channel(), keyboard=keyboard)
    (message,) = messages(emulator)
    assert message.get("reply_markup") == kept


def test_a_text_from_elsewhere_needs_an_origin(chat: PrivateChat) -> None:
    with pytest.raises(ValueError, match="say its origin"):
        chat.forwards("News")


async def test_what_is_protected_is_not_forwarded(chat: PrivateChat, api: Client) -> None:
    await api.result("sendMessage", chat_id=chat.id, text="secret", protect_content=True)
    with pytest.raises(ValueError, match="protected"):
        chat.forwards(chat.received[0])


@pytest.mark.parametrize("action", ["photo", "video", "voice", "sticker", "album"])
async def test_what_a_person_sent_can_be_fetched(
    emulator: Emulator, chat: PrivateChat, api: Client, ptb: telegram.Bot, action: str
) -> None:
    getattr(chat, f"sends_{action}")()
    for message in messages(emulator):
        read = telegram.Message.de_json(message, ptb)
        assert read.effective_attachment
        attachment: Any = read.effective_attachment
        file = await (attachment[-1] if isinstance(attachment, tuple) else attachment).get_file()
        expected = PIXEL if action in ("photo", "album") else action.encode()
        assert bytes(await file.download_as_bytearray()) == expected
        assert (
            (file.file_path or "")
            .rpartition("/")[0]
            .endswith({"album": "photos", "voice": "voice"}.get(action, f"{action}s"))
        )


def test_people_have_opened_their_chats_and_nothing_waits(emulator: Emulator) -> None:
    chats = emulator.people(3, "Guest", "ru")
    assert [(chat.person.first_name, chat.person.language_code) for chat in chats] == [
        ("Guest 1", "ru"),
        ("Guest 2", "ru"),
        ("Guest 3", "ru"),
    ]
    assert (len({chat.id for chat in chats}), emulator.pending_updates) == (3, 0)
    assert [chat.chat.access_error() for chat in chats] == [None] * 3
