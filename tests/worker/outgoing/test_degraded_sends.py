"""Degraded calls: what remains of a call that is rejected for one of its parts."""

import copy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.worker.outgoing.degraded_sends import DEGRADATIONS, degraded_call, plain_text

Call = dict[str, Any]

PERSON = {"text": "Ann", "url": "tg://user?id=1"}
PAGE = {"text": "Page", "url": "https://example.com/A"}
ODD = {"text": "Odd", "url": "happ://add"}
APP = {"text": "App", "web_app": {"url": "http://insecure"}}
LOGIN = {"text": "Log in", "login_url": {"url": "https://login"}}
PRESS = {"text": "Press", "callback_data": "x"}


def keyboard(*rows: list[Call]) -> Call:
    return {"inline_keyboard": [list(row) for row in rows]}


@pytest.mark.parametrize(
    ("description", "call", "left"),
    [
        ("Message to be replied not found", {"reply_parameters": {"message_id": 5}}, {}),
        ("Reply_message_id_invalid", {"reply_to_message_id": 5}, {}),
        ("chat with replied message not found", {"reply_parameters": {"message_id": 5}}, {}),
        (
            "Quote_text_invalid",
            {"reply_parameters": {"message_id": 5, "quote": "x", "quote_position": 3}},
            {"reply_parameters": {"message_id": 5}},
        ),
        ("Quote_text_invalid", {"reply_parameters": {"message_id": 5}}, {}),
        ("Message thread not found", {"message_thread_id": 7}, {}),
        ("Topic_closed", {"message_thread_id": 7}, {}),
        ("Topic_deleted", {"message_thread_id": 7}, {}),
        ("Topic_id_invalid", {"message_thread_id": 7}, {}),
        ("Effect_id_invalid", {"message_effect_id": "5"}, {}),
        ("Can't use message effects in the chat", {"message_effect_id": "5"}, {}),
        ("Wrong HTTP URL specified", {}, {"link_preview_options": {"is_disabled": True}}),
        (
            "Failed to get HTTP URL content",
            {"link_preview_options": {"url": "http://x"}},
            {"link_preview_options": {"is_disabled": True}},
        ),
        ("Webpage_not_found", {"disable_web_page_preview": False}, {"link_preview_options": {"is_disabled": True}}),
    ],
)
def test_each_part_goes_and_all_else_stays(description: str, call: Call, left: Call) -> None:
    common = {"chat_id": 1, "text": "hi", "disable_notification": True}
    assert degraded_call("sendMessage", common | call, description) == common | left


@pytest.mark.parametrize(
    ("description", "before", "after"),
    [
        ("Button_user_privacy_restricted", keyboard([PERSON, PAGE], [PRESS]), keyboard([PAGE], [PRESS])),
        ("Button_user_invalid", keyboard([PERSON], [PRESS]), keyboard([PRESS])),
        ("Button_user_invalid", keyboard([PERSON]), None),
        (
            "Inline keyboard button url 'happ://add' is invalid: unsupported url protocol",
            keyboard([ODD, PAGE]),
            keyboard([PAGE]),
        ),
        (
            "Inline keyboard button url 'https://example.com/a' is invalid: wrong http url",
            keyboard([ODD, PAGE]),
            keyboard([ODD]),
        ),
        (
            "Inline keyboard button web app url 'http://insecure' is invalid: only https links are allowed",
            keyboard([APP, PAGE]),
            keyboard([PAGE]),
        ),
        ("Inline keyboard button login url 'https://login' is invalid: x", keyboard([LOGIN, PAGE]), keyboard([PAGE])),
        ("Inline keyboard button url 'another' is invalid: x", keyboard([ODD, PRESS]), keyboard([PRESS])),
        ("Inline keyboard button url must be encoded in utf-8", keyboard([ODD, PRESS]), keyboard([PRESS])),
        ("Button_url_invalid", keyboard([ODD, PAGE], [APP, PRESS]), keyboard([PRESS])),
    ],
)
def test_only_the_buttons_meant_go(description: str, before: Call, after: Call | None) -> None:
    left = {"text": "hi"} | ({} if after is None else {"reply_markup": after})
    assert degraded_call("sendMessage", {"text": "hi", "reply_markup": before}, description) == left


def test_mentions_go_before_all_formatting() -> None:
    description = "Entity_mention_user_invalid"
    bold: Call = {"type": "bold", "offset": 0, "length": 2}
    call: Call = {"text": "hi Ann", "entities": [bold, {"type": "text_mention", "offset": 3, "length": 3, "user": {}}]}
    first = degraded_call("sendMessage", call, description)
    assert first == {"text": "hi Ann", "entities": [bold]}
    assert degraded_call("sendMessage", first, description) == {"text": "hi Ann"}
    formatted: Call = {"text": '<b>hi</b> <a href="tg://user?id=5">Ann</a>', "parse_mode": "HTML"}
    second = degraded_call("sendMessage", formatted, description)
    assert second == {"text": "<b>hi</b> Ann", "parse_mode": "HTML"}
    assert degraded_call("sendMessage", second, description) == {"text": "hi Ann"}


@pytest.mark.parametrize(
    ("formatted", "plain"),
    [
        ("<b>never closed", "never closed"),
        ("1 < 2 &amp; <i>3 > 2</i>", "1 < 2 & 3 > 2"),
        ('<a href="https://x/?a=1&amp;b=2">page</a>', "page"),
        ("<strong>x</strong><unknown>y</unknown>", "x<unknown>y</unknown>"),
        ('<blockquote expandable>long</blockquote><tg-emoji emoji-id="5">👍</tg-emoji>', "long👍"),
        ("a &lt;b&gt; c", "a <b> c"),
    ],
)
def test_html_is_sent_as_the_text_in_it(formatted: str, plain: str) -> None:
    assert plain_text(formatted) == plain
    description = "Can't parse entities: unsupported start tag at byte offset 0"
    call = {"text": formatted, "parse_mode": "HTML"}
    assert degraded_call("sendMessage", call, description) == {"text": plain}


def test_other_formats_lose_the_mode_and_keep_their_signs() -> None:
    call = {"caption": "*x", "parse_mode": "MarkdownV2", "photo": "id"}
    assert degraded_call("sendPhoto", call, "Can't parse entities: x") == {"caption": "*x", "photo": "id"}


def test_texts_inside_an_album_or_a_poll_are_found() -> None:
    description = "Can't parse entities: x"
    album = {"media": [{"media": "1", "caption": "<b>x", "parse_mode": "HTML"}, {"media": "2", "caption_entities": []}]}
    assert degraded_call("sendMediaGroup", album, description) == {
        "media": [{"media": "1", "caption": "x"}, {"media": "2"}]
    }
    poll = {"question": "<i>?", "question_parse_mode": "HTML", "options": [{"text": "<i>a", "text_parse_mode": "HTML"}]}
    assert degraded_call("sendPoll", poll, description) == {"question": "?", "options": [{"text": "a"}]}
    edit = {"media": {"media": "1", "caption": "<b>x", "parse_mode": "HTML"}}
    assert degraded_call("editMessageMedia", edit, description) == {"media": {"media": "1", "caption": "x"}}


@pytest.mark.parametrize(
    "description",
    [
        "Message text is empty", "Message is too long", "Chat not found", "Chat_write_forbidden",
        "Message thread not found", "Button_user_invalid", "Button_url_invalid", "Message to be replied not found",
        "Can't parse entities: x",
        "Entity_bounds_invalid", "Effect_id_invalid", "Request Entity Too Large",
        "Group chat was upgraded to a supergroup",
    ],
)  # fmt: skip
def test_what_has_no_such_part_can_not_be_degraded(description: str) -> None:
    call = {"text": "hi", "reply_markup": keyboard([PRESS]), "media": [5, "x"], "options": None}
    assert degraded_call("sendMessage", call, description) is None


def test_a_photo_by_its_address_is_nothing_without_it() -> None:
    call = {"photo": "https://x", "link_preview_options": {"url": "x"}}
    assert degraded_call("sendPhoto", call, "Wrong HTTP URL specified") is None


ANY = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)
NAMES = [
    "text", "caption", "parse_mode", "entities", "caption_entities", "reply_parameters", "message_thread_id",
    "message_effect_id", "reply_markup", "link_preview_options", "media", "options", "question_parse_mode", "question",
]  # fmt: skip
CALLS = st.dictionaries(st.sampled_from(NAMES), ANY | st.just(keyboard([PERSON, ODD], [APP])) | st.just("HTML"))
WORDS = [word for texts, _ in DEGRADATIONS for word in texts]


@given(CALLS, st.sampled_from(WORDS), st.sampled_from(["sendMessage", "sendPhoto", "sendMediaGroup"]))
def test_any_call_is_left_as_it_is_and_comes_to_an_end(call: Call, description: str, method: str) -> None:
    before = copy.deepcopy(call)
    left: Call | None = call
    for _ in range(5):
        left = degraded_call(method, left, description) if left is not None else None
    assert left is None
    assert call == before
