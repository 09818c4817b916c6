"""Which message, chat and topic a handler's replies and actions mean, and what is refused before it is queued."""

import io
from collections.abc import Callable
from pathlib import Path

import pytest
from telegram import Bot, ReactionTypePaid, Update

from bot.errors import InvalidCallError
from bot.framework.message_actions import MessageActions
from bot.framework.replies import Replies
from bot.framework.screen import Screen
from bot.framework.split import LONGEST, split_plain
from bot.messages import ApiCall, Button, Text

ANN = {"id": 1001, "first_name": "Ann", "is_bot": False}
PRIVATE = {"id": 1001, "type": "private", "first_name": "Ann"}
GROUP = {"id": -5, "type": "supergroup", "title": "Friends", "is_forum": True}
BOT = Bot("42:TEST")


class Handler(Replies, MessageActions):
    """What a context has for sending."""

    def __init__(self, **update: object) -> None:
        read = Update.de_json({"update_id": 1, **update}, BOT)
        assert read is not None
        self.incoming, self.outgoing = read, []

    @property
    def calls(self) -> list[tuple[str, dict[str, object]]]:
        return [(call.method, dict(call.call)) for call in self.outgoing if isinstance(call, ApiCall)]


def message(chat: dict[str, object] = PRIVATE, **more: object) -> dict[str, object]:
    return {"message_id": 7, "date": 1, "chat": chat, "from": ANN, "text": "hi", **more}


def press(**more: object) -> dict[str, object]:
    return {"id": "q", "from": ANN, "chat_instance": "1", "data": "go", **more}


def test_a_reply_in_a_topic_goes_there_as_a_reply() -> None:
    handler = Handler(message=message(GROUP, message_thread_id=3, is_topic_message=True))
    handler.reply_dice()
    to = {"message_id": 7, "allow_sending_without_reply": True}
    assert handler.calls == [
        ("sendDice", {"chat_id": -5, "message_thread_id": 3, "reply_parameters": to, "emoji": "🎲"})
    ]


def test_an_open_file_is_read_once_and_has_its_name_or_the_given_one(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes(b"1;2")
    handler = Handler(message=message())
    for filename in (None, "b.csv"):
        with (tmp_path / "a.csv").open("rb") as opened:
            handler.reply_document(opened, filename=filename, thumbnail=io.BytesIO(b"small"))
    files = [list(call.files.values()) for call in handler.outgoing if isinstance(call, ApiCall)]
    assert [{file.content: file.filename for file in one} for one in files] == [
        {b"1;2": name, b"small": "application.octet-stream"} for name in ("a.csv", "b.csv")
    ]


def test_options_replace_the_destinations_own() -> None:
    handler = Handler(message=message(GROUP))
    handler.reply_dice(reply_parameters=None, message_thread_id=4)
    assert handler.calls == [("sendDice", {"chat_id": -5, "message_thread_id": 4, "emoji": "🎲"})]


def test_an_update_without_a_chat_gets_no_reply_and_its_calls_wait_in_the_users_lane() -> None:
    handler = Handler(inline_query={"id": "q", "from": ANN, "query": "", "offset": ""})
    handler.reply("hi")
    handler.reply(Screen("hi"))
    handler.reply_dice()
    assert handler.outgoing == []
    handler.answer_inline_query([], is_personal=True)
    [call] = handler.outgoing
    assert call == ApiCall(1001, "answerInlineQuery", {"inline_query_id": "q", "results": [], "is_personal": True})


def test_a_screen_without_options_is_the_same_row_as_ever() -> None:
    handler = Handler(message=message(GROUP))
    handler.reply(Screen("<b>hi</b>", ((Button("Go", "go"),),)))
    assert handler.outgoing == [Text(-5, "<b>hi</b>", ((Button("Go", "go"),),), reply_to=7)]


def test_a_long_text_becomes_several_and_the_last_has_the_buttons() -> None:
    handler = Handler(message=message())
    handler.reply(Screen("<b>" + "word " * 1500 + "</b>", ((Button("Go", "go"),),)), disable_notification=True)
    handler.reply("&lt; <" * 1500)
    screens, plain = handler.calls[:2], handler.calls[2:]
    assert ["reply_markup" in parameters for _, parameters in screens] == [False, True]
    assert all(str(parameters["text"]).endswith("</b>") for _, parameters in screens)
    assert "".join(str(parameters["text"]) for _, parameters in plain).replace(" ", "") == "&lt;<" * 1500
    assert all("parse_mode" not in parameters for _, parameters in plain)


@pytest.mark.parametrize("text", ['a < b & c &amp; &nbsp; "d"', "<b>" * LONGEST, "😀\n" * LONGEST])
def test_a_plain_text_is_split_without_a_change(text: str) -> None:
    pieces = split_plain(text)
    assert "".join("".join(pieces).split()) == "".join(text.split())
    assert max(len(piece.encode("utf-16-le")) // 2 for piece in pieces) <= LONGEST


def test_actions_mean_the_updates_message() -> None:
    handler = Handler(message=message())
    handler.delete()
    handler.react("👍", ReactionTypePaid())
    handler.pin(disable_notification=True)
    handler.copy("@news")
    here = {"chat_id": 1001, "message_id": 7}
    reactions = [{"type": "emoji", "emoji": "👍"}, {"type": "paid"}]
    assert handler.calls == [
        ("deleteMessage", here),
        ("setMessageReaction", here | {"reaction": reactions}),
        ("pinChatMessage", here | {"disable_notification": True}),
        ("copyMessage", {"chat_id": "@news", "from_chat_id": 1001, "message_id": 7}),
    ]


def test_actions_mean_the_message_whose_button_was_pressed() -> None:
    handler = Handler(callback_query=press(message=message(GROUP, message_id=8)))
    handler.edit_caption("new")
    handler.edit_markup()
    handler.delete()
    here = {"chat_id": -5, "message_id": 8}
    assert handler.calls == [
        ("editMessageCaption", here | {"caption": "new"}),
        ("editMessageReplyMarkup", here),
        ("deleteMessage", here),
    ]


def test_a_message_can_be_named() -> None:
    handler = Handler(message=message())
    handler.edit("new", message_id=9)
    handler.delete(message_id=9, chat_id=-5)
    assert handler.calls == [
        ("editMessageText", {"chat_id": 1001, "message_id": 9, "text": "new"}),
        ("deleteMessage", {"chat_id": -5, "message_id": 9}),
    ]


def test_a_press_under_an_inline_result_edits_it() -> None:
    handler = Handler(callback_query=press(inline_message_id="i"))
    handler.edit(Screen("<b>new</b>"))
    text = {"inline_message_id": "i", "text": "<b>new</b>", "parse_mode": "HTML"}
    assert handler.outgoing == [ApiCall(1001, "editMessageText", text)]


@pytest.mark.parametrize(
    ("update", "act", "remedy"),
    [
        ({"message": message()}, lambda handler: handler.edit("new"), "give message_id"),
        ({"message": message()}, lambda handler: handler.answer_inline_query([]), "no inline query"),
        ({"callback_query": press(inline_message_id="i")}, lambda handler: handler.delete(), "message_id and chat_id"),
        ({"message": message()}, lambda handler: handler.delete(chat_id=-6), "message_id together with chat_id"),
        ({"message": message()}, lambda handler: handler.pin(chat_id=-6), "message_id together with chat_id"),
        (
            {"callback_query": press(message=message())},
            lambda handler: handler.edit("x", chat_id=-6),
            "message_id together with chat_id",
        ),
    ],
)
def test_what_means_no_message_is_rejected(
    update: dict[str, object], act: Callable[[Handler], None], remedy: str
) -> None:
    with pytest.raises(InvalidCallError, match=remedy):
        act(Handler(**update))
