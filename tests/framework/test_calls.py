"""A queued call has the parameters and files that python-telegram-bot's own method sends."""

import io
import json
import re
from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from telegram import (
    Bot,
    BotCommand,
    BotCommandScopeChat,
    ForceReply,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InlineQueryResultArticle,
    InlineQueryResultPhoto,
    InlineQueryResultsButton,
    InputFile,
    InputMediaDocument,
    InputMediaPhoto,
    InputMediaVideo,
    InputPollOption,
    InputSticker,
    InputTextMessageContent,
    KeyboardButton,
    LinkPreviewOptions,
    MessageEntity,
    PhotoSize,
    ReactionTypeCustomEmoji,
    ReactionTypeEmoji,
    ReplyKeyboardMarkup,
    ReplyKeyboardRemove,
    ReplyParameters,
)
from telegram.constants import ChatAction, ParseMode, PollType
from telegram.error import TelegramError

from bot.errors import InvalidCallError
from bot.framework.calls import LARGEST_CALL, LARGEST_PHOTO, api_call, method_name
from bot.sandbox.methods.parameters import Upload
from bot.sandbox.server.emulator import Emulator
from bot.worker.outgoing.payloads import call_of
from bot.worker.outgoing.transport import AiohttpRequest, Api
from tests.support.worker_process import PROJECT

ANN = 1001
PNG = b"\x89PNG content"
BUTTONS = InlineKeyboardMarkup(
    [[InlineKeyboardButton("Page", url="https://example.com"), InlineKeyboardButton("Go", callback_data="go")]]
)
BOLD = [MessageEntity(MessageEntity.BOLD, 0, 4), MessageEntity("date_time", 0, 1)]
IN_MINSK = datetime(2026, 5, 1, 12, 30, tzinfo=timezone(timedelta(hours=3)))

Parameters = dict[str, object]


def calls() -> Mapping[str, tuple[str, Parameters]]:
    """A method of python-telegram-bot and its parameters, by what is special about them. New at each call."""
    text: Parameters = {"chat_id": ANN, "text": "Hello"}
    reply_keyboard = ReplyKeyboardMarkup([[KeyboardButton("Me", request_contact=True), "No"]], resize_keyboard=True)
    force_reply = ForceReply(input_field_placeholder="Name")
    answered: Parameters = {"reply_parameters": ReplyParameters(7, quote="Hi"), "parse_mode": ParseMode.HTML}
    photo = InputMediaPhoto(PNG, caption="*One*", parse_mode=ParseMode.MARKDOWN_V2)
    video = InputMediaVideo(b"moving", thumbnail=b"small", duration=timedelta(seconds=3))
    message: Parameters = {"chat_id": ANN, "message_id": 7}
    article = InlineQueryResultArticle(
        "1", "Title", InputTextMessageContent("<b>Text</b>", "HTML"), reply_markup=BUTTONS
    )
    picture = InlineQueryResultPhoto("2", "https://example.com/a.jpg", "https://example.com/s.jpg", caption="One")
    more = InlineQueryResultsButton("More", start_parameter="x")
    options = [InputPollOption("Yes"), InputPollOption("No", text_entities=[MessageEntity("bold", 0, 2)])]
    quiz: Parameters = {"type": PollType.QUIZ, "correct_option_ids": [1], "is_anonymous": False}
    until: Parameters = {"close_date": IN_MINSK, "open_period": timedelta(minutes=5)}
    moving: Parameters = {"thumbnail": io.BytesIO(PNG), "cover": b"cover", "duration": timedelta(seconds=2.5)}
    return {
        "inline keyboard and entities": ("send_message", text | {"entities": BOLD, "reply_markup": BUTTONS}),
        "reply keyboard": ("send_message", text | {"reply_markup": reply_keyboard}),
        "keyboard removed": ("send_message", text | {"reply_markup": ReplyKeyboardRemove()}),
        "forced reply": ("send_message", text | {"reply_markup": force_reply}),
        "reply": ("send_message", text | answered),
        "link preview": ("send_message", text | {"link_preview_options": LinkPreviewOptions(is_disabled=True)}),
        "file id": ("send_photo", {"chat_id": ANN, "photo": "file-id"}),
        "file of Telegram": ("send_photo", {"chat_id": ANN, "photo": PhotoSize("id", "unique", 1, 1)}),
        "bytes": ("send_photo", {"chat_id": ANN, "photo": PNG, "caption": "A cat", "has_spoiler": True}),
        "open file": ("send_document", {"chat_id": ANN, "document": io.BytesIO(b"csv")}),
        "path": ("send_document", {"chat_id": ANN, "document": PROJECT / "LICENSE"}),
        "named file": ("send_document", {"chat_id": ANN, "document": InputFile(b"csv", "отчёт.csv")}),
        "attached file": ("send_document", {"chat_id": ANN, "document": InputFile(b"csv", "a.csv", attach=True)}),
        "thumbnail and cover": ("send_video", {"chat_id": ANN, "video": b"moving", **moving}),
        "album": ("send_media_group", {"chat_id": ANN, "media": [photo, video]}),
        "new media": ("edit_message_media", message | {"media": InputMediaDocument(b"csv", filename="a.csv")}),
        "poll": ("send_poll", {"chat_id": ANN, "question": "Tea?", "options": options, **quiz, **until}),
        "reactions": (
            "set_message_reaction", message | {"reaction": [ReactionTypeEmoji("👍"), ReactionTypeCustomEmoji("5")]},
        ),
        "inline results": (
            "answer_inline_query",
            {"inline_query_id": "q", "results": [article, picture], "cache_time": timedelta(minutes=1), "button": more},
        ),
        "commands": (
            "set_my_commands", {"commands": [BotCommand("idea", "An idea")], "scope": BotCommandScopeChat(ANN)},
        ),
        "sticker": (
            "add_sticker_to_set", {"user_id": ANN, "name": "cats", "sticker": InputSticker(PNG, ["👍"], "static")},
        ),
        "enumeration": ("send_chat_action", {"chat_id": ANN, "action": ChatAction.TYPING}),
        "moment": ("create_chat_invite_link", {"chat_id": ANN, "expire_date": IN_MINSK, "member_limit": 3}),
    }  # fmt: skip


def comparable(parameters: Mapping[str, Any]) -> Parameters:
    """Parameters as the server reads them. An attached file has the name of its content, since its own is random."""
    uploads = {name: value for name, value in parameters.items() if isinstance(value, Upload)}
    attached = {name: repr(uploads[name].content) for name in re.findall(r"attach://(\w+)", repr(parameters))}
    read: Parameters = {attached.get(name, name): upload for name, upload in uploads.items()}
    for name in parameters.keys() - uploads.keys():
        value = parameters[name]
        for file, content in attached.items():
            value = value.replace(f"attach://{file}", content.replace("\\", ""))
        with suppress(ValueError):
            value = json.loads(value)
        read[name] = value
    return read


@pytest.mark.parametrize("name", calls())
async def test_a_queued_call_sends_what_python_telegram_bots_method_sends(
    emulator: Emulator, telegram_url: str, name: str
) -> None:
    method, parameters = calls()[name]
    queued = api_call(ANN, method, parameters)
    stored = json.loads(json.dumps(queued.parameters()))
    async with AiohttpRequest(connections=1) as request:
        bot = Bot(emulator.bot.token, base_url=f"{telegram_url}/bot", request=request)
        # The emulator has no such files and messages, and not all methods.
        with suppress(TelegramError):
            await Api(request, telegram_url, emulator.bot.token).perform(*call_of(queued.kind, stored))
        with suppress(TelegramError):
            await getattr(bot, method)(**calls()[name][1])
    ours, theirs = emulator.calls.of(queued.method)
    assert comparable(ours.parameters) == comparable(theirs.parameters)


def test_an_album_of_raw_dicts_with_files_is_attached() -> None:
    media = [{"type": "photo", "media": b"one"}, {"type": "photo", "media": "attach://two"}]
    call = api_call(ANN, "sendMediaGroup", {"chat_id": ANN, "media": media, "two": b"two"})
    assert call.call["media"] == [
        {"type": "photo", "media": "attach://attached0"},
        {"type": "photo", "media": "attach://two"},
    ]
    assert {name: file.content for name, file in call.files.items()} == {"attached0": b"one", "two": b"two"}


def test_a_text_is_no_path() -> None:
    call = api_call(ANN, "sendDocument", {"chat_id": ANN, "document": __file__})
    assert (call.call["document"], call.files) == (__file__, {})


def test_a_message_may_be_a_file_uri() -> None:
    call = api_call(ANN, "sendPhoto", {"chat_id": ANN, "photo": "file-id", "caption": "file:///etc/hostname"})
    assert call.call["caption"] == "file:///etc/hostname"


def test_a_moment_without_a_zone_is_utc() -> None:
    utc = datetime(2026, 5, 1, tzinfo=UTC)
    assert api_call(ANN, "x", {"at": utc.replace(tzinfo=None)}).call == {"at": int(utc.timestamp())}


@pytest.mark.parametrize(("chat_id", "lane"), [(-5, -5), ("-5", -5), ("@channel", ANN), (None, ANN)])
def test_a_call_waits_in_the_lane_of_its_chat_or_else_of_the_update(chat_id: object, lane: int) -> None:
    assert api_call(ANN, "sendMessage", {"chat_id": chat_id, "text": "x"}).chat_id == lane


@pytest.mark.parametrize(
    ("given", "name"),
    [
        ("send_photo", "sendPhoto"),
        ("sendPhoto", "sendPhoto"),
        ("close", "close"),
        ("set_my_commands", "setMyCommands"),
        ("newMethod2", "newMethod2"),
    ],
)
def test_a_method_has_either_name(given: str, name: str) -> None:
    assert method_name(given) == name


@pytest.mark.parametrize("name", ["", "send photo", "send/photo", "../getMe", "send_", "sendPhoto\n", "сендФото"])
def test_what_is_no_plain_name_is_rejected(name: str) -> None:
    with pytest.raises(InvalidCallError, match="no method of the Bot API"):
        method_name(name)


@pytest.mark.parametrize("name", ["getChat", "get_chat"])
def test_a_method_that_only_returns_something_is_rejected_with_the_remedy(name: str) -> None:
    with pytest.raises(InvalidCallError, match=r"context\.bot .* before context\.work\(\)"):
        method_name(name)


TOO_LARGE_A_PHOTO: Parameters = {"type": "photo", "media": bytes(LARGEST_PHOTO + 1)}
LARGE_VIDEO: Parameters = {"type": "video", "media": bytes(LARGEST_CALL)}
UNSENDABLE = InlineKeyboardMarkup([[InlineKeyboardButton("Go", callback_data=object())]])


@pytest.mark.parametrize(
    ("method", "parameters", "remedy"),
    [
        ("sendPhoto", {"photo": bytes(LARGEST_PHOTO + 1)}, "more than 10 MB .* document"),
        ("sendMediaGroup", {"media": [TOO_LARGE_A_PHOTO]}, "more than 10 MB .* document"),
        ("sendVideo", {"video": io.BytesIO(bytes(LARGEST_CALL + 1))}, "more than 50 MB .* compress or split"),
        ("sendMediaGroup", {"media": [LARGE_VIDEO, LARGE_VIDEO]}, "together: more than 50 MB .* several"),
        ("sendMediaGroup", {"media": [InputMediaPhoto(__file__)]}, "path of a file.* give the file's content"),
        ("editMessageMedia", {"media": InputMediaPhoto(Path(__file__))}, "path of a file.* give the file's content"),
        ("editMessageMedia", {"media": InputMediaVideo(b"x", thumbnail=__file__)}, "path of a file"),
        ("addStickerToSet", {"sticker": InputSticker(__file__, ["👍"], "static")}, "path of a file"),
        ("sendPhoto", {"photo": " FILE:/etc/hostname"}, "path of a file.* give the file's content"),
        ("sendDocument", {"document": io.StringIO("x")}, "mode 'rb'"),
        ("sendMessage", {"text": object()}, "sendMessage: text is of type object"),
        ("sendMessage", {"reply_markup": UNSENDABLE}, r"inline_keyboard\.callback_data is of type object"),
    ],
)
def test_what_can_not_be_sent_is_rejected_with_a_remedy(method: str, parameters: Parameters, remedy: str) -> None:
    with pytest.raises(InvalidCallError, match=re.compile(remedy, re.DOTALL | re.IGNORECASE)):
        api_call(ANN, method, parameters)


@pytest.mark.parametrize(
    ("name", "size"), [("photo", LARGEST_PHOTO), ("video", LARGEST_CALL), ("document", LARGEST_PHOTO + 1)]
)
def test_a_file_of_the_largest_size_is_queued(name: str, size: int) -> None:
    assert len(api_call(ANN, "send", {name: bytes(size)}).files[name].content) == size
