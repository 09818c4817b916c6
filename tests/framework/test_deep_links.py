"""The parameter of a deep link, as `/start` brings it."""

import pytest
from telegram import Message

from bot.framework.deep_links import start_parameter


def message(text: str | None) -> Message:
    found = Message.de_json({"message_id": 1, "date": 1, "chat": {"id": 1, "type": "private"}, "text": text}, bot=None)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("text", "parameter"),
    [
        ("/start ref_1", "ref_1"), ("/start@some_bot  ref_1", "ref_1"), ("/START ref_1", "ref_1"), ("/start", None),
        ("/start ref_1 more", "ref_1"), ("/started ref_1", None), ("start ref_1", None), ("", None), (None, None),
    ],
)  # fmt: skip
def test_start_brings_its_first_word(text: str | None, parameter: str | None) -> None:
    assert start_parameter(message(text)) == parameter


def test_no_message_brings_nothing() -> None:
    assert start_parameter(None) is None
