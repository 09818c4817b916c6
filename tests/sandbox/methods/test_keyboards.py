"""Inline keyboards are accepted or rejected as at Telegram."""

import json
from typing import Any

import pytest

from bot.sandbox.methods.keyboards import inline_keyboard
from bot.sandbox.methods.parameters import Parameters
from bot.sandbox.world.bot_api import ApiError


def read(markup: Any) -> Any:
    return inline_keyboard(Parameters({"reply_markup": json.dumps(markup)}))


def rows(*buttons: dict[str, Any]) -> dict[str, Any]:
    return {"inline_keyboard": [list(buttons)]}


@pytest.mark.parametrize(
    "button",
    [
        {"text": "Go", "callback_data": "d" * 64},
        {"text": "Go", "url": "https://x.org/"},
        {"text": "Go", "switch_inline_query": ""},
        {"text": "Go", "copy_text": {"text": "x"}},
        {"text": "Go", "callback_data": "x", "style": "danger"},
    ],
)
def test_a_good_button_stays_as_it_is(button: dict[str, Any]) -> None:
    assert read(rows(button)) == rows(button)


@pytest.mark.parametrize(
    ("markup", "complaint"),
    [
        (rows({"text": "Go", "callback_data": "ж" * 33}), "BUTTON_DATA_INVALID"),
        (
            rows({"text": "Go"}),
            "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard",
        ),
        (
            rows({"text": "Go", "callback_data": ""}),
            "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard",
        ),
        (rows({"text": "", "callback_data": "x"}), "inline keyboard button text must be non-empty"),
        (rows({"text": "Go", "url": "a b"}), "inline keyboard button URL 'a b' is invalid: Wrong HTTP URL"),
        ({"inline_keyboard": [{}]}, 'field "inline_keyboard" of the InlineKeyboardMarkup must be an Array of Arrays'),
        ([], "object expected as reply markup"),
    ],
)
def test_a_bad_keyboard_is_refused(markup: Any, complaint: str) -> None:
    with pytest.raises(ApiError) as caught:
        read(markup)
    assert caught.value.description == f"Bad Request: {complaint}"


def test_what_is_no_json_is_refused() -> None:
    with pytest.raises(ApiError, match="can't parse reply keyboard markup JSON object"):
        inline_keyboard(Parameters({"reply_markup": "{"}))


@pytest.mark.parametrize("markup", [{"force_reply": True}, {"remove_keyboard": True}, {"inline_keyboard": []}, None])
def test_what_shows_no_buttons_is_none(markup: Any) -> None:
    assert read(markup) is None
