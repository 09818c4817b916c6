"""Every kind of message that the bot can send, with its options."""

from typing import Any

import aiohttp
import pytest
import telegram

from bot.sandbox.server.emulator import Emulator
from bot.sandbox.world import message_origins
from bot.sandbox.world.conversations import PrivateChat
from bot.sandbox.world.limits import Limits, Rate, Rules
from bot.sandbox.world.user_actions import PIXEL, AlbumItem
from tests.sandbox.emulator_clients import TOKEN, Client, aiogram, check

VIDEO = {"type": "video", "media": "https://x.org/a.mp4"}
PHOTO = {"type": "photo", "media": "https://x.org/a.jpg"}
FILE = {"type": "document", "media": "https://x.org/a.pdf"}
MUSIC = {"type": "audio", "media": "https://x.org/a.mp3"}


class TestFiles:
    @pytest.mark.parametrize(
        ("method", "kind", "more"),
        [
            ("sendVideo", "video", {"duration": 5, "width": 64, "height": 48}),
            ("sendAnimation", "animation", {"duration": 5, "width": 64, "height": 48}),
            ("sendAudio", "audio", {"duration": 5, "title": "Song", "performer": "Ann"}),
            ("sendVoice", "voice", {"duration": 5}),
            ("sendVideoNote", "video_note", {"duration": 5, "length": 240}),
            ("sendSticker", "sticker", {"emoji": "👍"}),
        ],
    )
    async def test_each_kind_arrives_and_its_upload_can_be_fetched(
        self, chat: PrivateChat, api: Client, method: str, kind: str, more: dict[str, Any]
    ) -> None:
        form = aiohttp.FormData({"chat_id": str(chat.id)} | {name: str(value) for name, value in more.items()})
        form.add_field(kind, b"content", filename="a.dat")
        async with api.http.post(f"{api.url}/bot{TOKEN}/{method}", data=form) as response:
            message = (await response.json())["result"]
        check(aiogram("Message"), telegram.Message, message)
        assert more.items() <= message[kind].items()
        assert [received.kind for received in chat.received] == [kind]
        path = (await api.result("getFile", file_id=message[kind]["file_id"]))["file_path"]
        async with api.http.get(f"{api.url}/file/bot{TOKEN}/{path}") as response:
            assert await response.read() == b"content"

    @pytest.mark.parametrize(
        ("method", "what"), [("sendVideo", "video"), ("sendVideoNote", "video note"), ("sendSticker", "sticker")]
    )
    async def test_a_missing_file_is_named(self, chat: PrivateChat, api: Client, method: str, what: str) -> None:
        refused = await api.refused(method, chat_id=chat.id)
        assert refused == (400, f"Bad Request: there is no {what} in the request")

    async def test_a_photo_is_no_video(self, chat: PrivateChat, api: Client) -> None:
        photo = await api.result("sendPhoto", chat_id=chat.id, photo="https://x.org/a.jpg")
        refused = await api.refused("sendVideo", chat_id=chat.id, video=photo["photo"][0]["file_id"])
        assert refused == (400, "Bad Request: can't use file of type Photo as Video")

    async def test_a_video_sent_as_a_document_stays_a_video(self, chat: PrivateChat, api: Client) -> None:
        video = await api.result("sendVideo", chat_id=chat.id, video="https://x.org/a.mp4")
        again = await api.result("sendDocument", chat_id=chat.id, document=video["video"]["file_id"])
        assert again["video"]["file_id"] == video["video"]["file_id"]


class TestPlacesPollsDice:
    @pytest.mark.parametrize(
        ("method", "parameters", "kind"),
        [
            ("sendLocation", {"latitude": 53.9, "longitude": "27.56", "horizontal_accuracy": 1.5}, "location"),
            ("sendVenue", {"latitude": 1, "longitude": 2, "title": "Shop", "address": "Street 1"}, "venue"),
            ("sendContact", {"phone_number": "+375", "first_name": "Ann", "last_name": "B"}, "contact"),
            ("sendDice", {"emoji": "🎯"}, "dice"),
            ("sendPoll", {"question": "<b>Tea</b>?", "question_parse_mode": "HTML", "options": ["Yes", "No"]}, "poll"),
        ],
    )
    async def test_each_arrives(
        self, chat: PrivateChat, api: Client, method: str, parameters: dict[str, Any], kind: str
    ) -> None:
        message = await api.result(method, chat_id=chat.id, **parameters)
        check(aiogram("Message"), telegram.Message, message)
        assert chat.received[0].kind == kind

    async def test_a_location_is_where_it_was_put(self, chat: PrivateChat, api: Client) -> None:
        sent = await api.result("sendVenue", chat_id=chat.id, latitude="-1.5", longitude=2, title="T", address="A")
        assert sent["location"] == sent["venue"]["location"] == {"latitude": -1.5, "longitude": 2.0}

    async def test_a_poll_has_its_question_and_options(self, chat: PrivateChat, api: Client) -> None:
        sent = await api.result(
            "sendPoll",
            chat_id=chat.id,
            question="Tea?",
            options=["Yes", {"text": "No"}],
            type="quiz",
            correct_option_id=1,
            is_anonymous=False,
        )
        poll = sent["poll"]
        assert (poll["question"], [option["text"] for option in poll["options"]]) == ("Tea?", ["Yes", "No"])
        assert (poll["type"], poll["correct_option_id"], poll["is_anonymous"]) == ("quiz", 1, False)

    @pytest.mark.parametrize(
        ("method", "parameters", "complaint"),
        [
            ("sendPoll", {"question": "Q", "options": []}, "poll must have at least one answer option"),
            ("sendPoll", {"question": "Q", "options": ["x"] * 13}, "poll can't have more than 12 options"),
            ("sendPoll", {"question": "Q", "options": ["x" * 101]}, "poll options length must not exceed 100"),
            ("sendPoll", {"question": "Q" * 301, "options": ["x"]}, "poll question length must not exceed 300"),
            ("sendPoll", {"question": "Q"}, "can't parse options JSON object"),
            ("sendPoll", {"question": "Q", "options": [5]}, "expected an option to be of type String"),
            (
                "sendPoll",
                {"question": "Q", "options": ["x"], "type": "quiz"},
                "correct quiz option list must be non-empty",
            ),
            ("sendLocation", {"latitude": 5}, "longitude is empty"),
            ("sendLocation", {"latitude": 95, "longitude": 1}, "invalid location specified"),
            ("sendContact", {"phone_number": "1"}, 'parameter "first_name" is required'),
        ],
    )
    async def test_what_telegram_refuses(
        self, chat: PrivateChat, api: Client, method: str, parameters: dict[str, Any], complaint: str
    ) -> None:
        refused = await api.refused(method, chat_id=chat.id, **parameters)
        assert refused == (400, f"Bad Request: {complaint}")
        assert chat.received == []


class TestAlbums:
    async def test_its_messages_share_their_number(self, chat: PrivateChat, api: Client) -> None:
        sent = await api.result(
            "sendMediaGroup", chat_id=chat.id, media=[PHOTO | {"caption": "look", "has_spoiler": True}, VIDEO]
        )
        for message in sent:
            check(aiogram("Message"), telegram.Message, message)
        assert [message.kind for message in chat.received] == ["photo", "video"]
        assert len({message["media_group_id"] for message in sent}) == 1
        assert (sent[0]["caption"], sent[0]["has_media_spoiler"]) == ("look", True)

    async def test_its_files_can_be_uploaded_with_it(self, chat: PrivateChat, ptb: telegram.Bot) -> None:
        sent = await ptb.send_media_group(
            chat.id, [telegram.InputMediaPhoto(PIXEL), telegram.InputMediaVideo(b"video", caption="x")]
        )
        assert sent[1].video
        assert bytes(await (await sent[1].video.get_file()).download_as_bytearray()) == b"video"

    async def test_two_albums_have_two_numbers_and_a_single_item_has_none(
        self, emulator: Emulator, chat: PrivateChat, api: Client
    ) -> None:
        emulator.limits.enabled = False
        for count in (2, 2, 1):
            await api.result("sendMediaGroup", chat_id=chat.id, media=[PHOTO] * count)
        albums = [message.album for message in chat.received]
        assert (len(set(albums[:4])), albums[4]) == (2, "")

    @pytest.mark.parametrize(
        ("media", "complaint"),
        [
            ([PHOTO] * 11, "too many messages to send as an album"),
            ([], "there are no messages to send"),
            ({}, "expected an Array of InputMedia"),
            (
                [PHOTO, {"type": "animation", "media": "https://x.org/a.mp4"}],
                "can't parse InputMedia: type \"animation\" can't be used in sendMediaGroup",
            ),
            ([PHOTO, {"type": "photo"}], "can't parse InputMedia: media not found"),
            ([PHOTO, {"media": "https://x.org"}], "can't parse InputMedia: Can't find field \"type\""),
            ([PHOTO, FILE], "document can't be mixed with other media types"),
            ([MUSIC, PHOTO], "audio can't be mixed with other media types"),
            (
                [PHOTO | {"show_caption_above_media": True}, PHOTO],
                "parameter show_caption_above_media must be the same for all messages",
            ),
            ([PHOTO, PHOTO | {"caption": "x" * 1025}], "message caption is too long"),
        ],
    )
    async def test_what_telegram_refuses(self, chat: PrivateChat, api: Client, media: Any, complaint: str) -> None:
        refused = await api.refused("sendMediaGroup", chat_id=chat.id, media=media)
        assert refused == (400, f"Bad Request: {complaint}")
        assert chat.received == []

    async def test_it_counts_as_so_many_messages(self, emulator: Emulator, chat: PrivateChat, api: Client) -> None:
        await api.result("sendMediaGroup", chat_id=chat.id, media=[PHOTO] * 5)
        status, _ = await api.refused("sendMessage", chat_id=chat.id, text="x")
        emulator.clock.forward(3)
        assert status == 429
        await api.result("sendMessage", chat_id=chat.id, text="x")


class TestForwardsAndCopies:
    async def test_a_forward_tells_whose_it_was_and_so_does_its_forward(self, chat: PrivateChat, api: Client) -> None:
        original = chat.says("hello")
        number = original.message_id
        for _ in range(2):
            sent = await api.result("forwardMessage", chat_id=chat.id, from_chat_id=chat.id, message_id=number)
            check(aiogram("Message"), telegram.Message, sent)
            assert (sent["text"], sent["from"]["is_bot"]) == ("hello", True)
            assert sent["forward_origin"] == {
                "type": "user",
                "sender_user": chat.person.to_json(),
                "date": original.date,
            }
            number = sent["message_id"]

    async def test_who_forbids_links_is_named_without_their_account(self, chat: PrivateChat, api: Client) -> None:
        chat.person.forbids_links = True
        number = chat.says("hello").message_id
        sent = await api.result("forwardMessage", chat_id=chat.id, from_chat_id=chat.id, message_id=number)
        assert sent["forward_origin"]["sender_user_name"] == "Ann"
        assert (await api.result("getChat", chat_id=chat.id))["has_private_forwards"] is True

    async def test_what_is_protected_is_copied_but_not_forwarded(self, chat: PrivateChat, api: Client) -> None:
        sent = await api.result("sendMessage", chat_id=chat.id, text="x", protect_content=True)
        asked = {"chat_id": chat.id, "from_chat_id": chat.id, "message_id": sent["message_id"]}
        assert sent["has_protected_content"] is True
        assert await api.refused("forwardMessage", **asked) == (400, "Bad Request: the message can't be forwarded")
        await api.result("copyMessage", **asked)
        assert [message.options for message in chat.received] == [{"protect_content": True}, {}]

    async def test_a_forward_cannot_be_edited(self, chat: PrivateChat, api: Client) -> None:
        number = chat.says("hello").message_id
        sent = await api.result("forwardMessage", chat_id=chat.id, from_chat_id=chat.id, message_id=number)
        refused = await api.refused("editMessageText", chat_id=chat.id, message_id=sent["message_id"], text="x")
        assert refused == (400, "Bad Request: message can't be edited")

    @pytest.mark.parametrize("method", ["copyMessages", "forwardMessages"])
    async def test_several_go_at_once_and_albums_stay_together(
        self, chat: PrivateChat, api: Client, method: str
    ) -> None:
        album = chat.sends_album([AlbumItem("photo", caption="1"), AlbumItem("photo", caption="2")])
        ids = [chat.says("a").message_id - 1, 900, chat.says("b").message_id]
        ids = [album[0].message_id, *ids]
        answer = await api.result(method, chat_id=chat.id, from_chat_id=chat.id, message_ids=ids)
        assert answer == [{"message_id": message.message_id} for message in chat.received]
        assert [message.text for message in chat.received] == ["1", "2", "b"]
        first, second, last = (message.album for message in chat.received)
        assert first == second
        assert first not in ("", album[0].album)
        assert last == ""
        assert [bool(message.origin) for message in chat.received] == [method == "forwardMessages"] * 3

    @pytest.mark.parametrize(
        ("ids", "complaint"),
        [
            ([900], "there are no messages to forward"),
            ([2, 1], "message identifiers must be in a strictly increasing order"),
            ([], "message identifiers are not specified"),
            (list(range(1, 102)), "too many message identifiers specified"),
            (["x"], "can't parse message identifier as a Number"),
            ([0], "invalid message identifier specified"),
        ],
    )
    async def test_what_telegram_refuses(self, chat: PrivateChat, api: Client, ids: list[Any], complaint: str) -> None:
        chat.says("second")
        refused = await api.refused("copyMessages", chat_id=chat.id, from_chat_id=chat.id, message_ids=ids)
        assert refused == (400, f"Bad Request: {complaint}")

    async def test_a_copy_may_get_another_caption_or_none(self, chat: PrivateChat, api: Client) -> None:
        number = chat.sends_photo(caption="old").message_id
        asked = {"chat_id": chat.id, "from_chat_id": chat.id}
        await api.result("copyMessage", **asked, message_id=number, caption="new")
        await api.result("copyMessages", **asked, message_ids=[number], remove_caption=True)
        assert [message.text for message in chat.received] == ["new", ""]


class TestOptions:
    async def test_how_it_was_sent_can_be_seen_on_the_message(self, chat: PrivateChat, api: Client) -> None:
        options = {
            "disable_notification": True,
            "protect_content": True,
            "allow_paid_broadcast": True,
            "message_effect_id": "5",
            "link_preview_options": {"is_disabled": True},
        }
        sent = await api.result("sendMessage", chat_id=chat.id, text="x", **options)
        check(aiogram("Message"), telegram.Message, sent)
        assert chat.received[0].options == options
        assert sent["link_preview_options"] == {"is_disabled": True}

    async def test_a_covered_picture_says_so(self, chat: PrivateChat, api: Client) -> None:
        options = {"has_spoiler": True, "show_caption_above_media": True, "caption": "c"}
        sent = await api.result("sendPhoto", chat_id=chat.id, photo="https://x.org/a.jpg", **options)
        check(aiogram("Message"), telegram.Message, sent)
        assert (sent["has_media_spoiler"], sent["show_caption_above_media"]) == (True, True)

    async def test_link_previews_have_to_be_an_object(self, chat: PrivateChat, api: Client) -> None:
        refused = await api.refused("sendMessage", chat_id=chat.id, text="x", link_preview_options="[]")
        assert refused == (400, "Bad Request: object expected as link preview options")

    async def test_caption_entities_are_taken(self, chat: PrivateChat, api: Client) -> None:
        bold = {"type": "bold", "offset": 0, "length": 1}
        sent = await api.result(
            "sendVideo", chat_id=chat.id, video="https://x.org/a.mp4", caption="x", caption_entities=[bold]
        )
        assert sent["caption_entities"] == [bold]

    async def test_paid_messages_pass_by_the_overall_limit(self, emulator: Emulator, api: Client) -> None:
        emulator.limits = Limits(emulator.clock.monotonic, Rules(overall=Rate(1, 3600)))
        answers = [
            await api.answer("sendMessage", chat_id=chat.id, text="x", allow_paid_broadcast=paid)
            for chat, paid in zip(emulator.people(4), [False, False, True, True], strict=True)
        ]
        assert [status for status, _ in answers] == [200, 429, 200, 200]


class TestEditingMedia:
    async def test_one_file_takes_the_place_of_another(self, chat: PrivateChat, api: Client) -> None:
        sent = await api.result("sendPhoto", chat_id=chat.id, photo="https://x.org/a.jpg", caption="old")
        edited = await api.result(
            "editMessageMedia", chat_id=chat.id, message_id=sent["message_id"], media=VIDEO | {"caption": "new"}
        )
        check(aiogram("Message"), telegram.Message, edited)
        assert [(message.kind, message.text) for message in chat.received] == [("video", "new")]

    async def test_an_album_keeps_its_kind(self, chat: PrivateChat, api: Client) -> None:
        first, _ = await api.result("sendMediaGroup", chat_id=chat.id, media=[PHOTO, PHOTO])
        refused = await api.refused("editMessageMedia", chat_id=chat.id, message_id=first["message_id"], media=FILE)
        assert refused == (400, "Bad Request: can't change media type in the album")

    async def test_a_poll_has_no_media_and_no_caption_to_edit(self, chat: PrivateChat, api: Client) -> None:
        sent = await api.result("sendPoll", chat_id=chat.id, question="Q", options=["x"])
        asked = {"chat_id": chat.id, "message_id": sent["message_id"]}
        assert await api.refused("editMessageMedia", **asked, media=VIDEO) == (
            400,
            "Bad Request: message media can't be edited",
        )
        assert await api.refused("editMessageCaption", **asked, caption="x") == (
            400,
            "Bad Request: there is no caption in the message to edit",
        )


async def test_a_forward_from_a_channel_keeps_its_origin_when_it_is_passed_on(chat: PrivateChat, api: Client) -> None:
    number = chat.forwards("News", message_origins.from_channel("Daily", message_id=7)).message_id
    sent = await api.result("forwardMessage", chat_id=chat.id, from_chat_id=chat.id, message_id=number)
    assert (sent["forward_origin"]["chat"]["title"], sent["forward_origin"]["message_id"]) == ("Daily", 7)
