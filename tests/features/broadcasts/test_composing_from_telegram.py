"""Broadcasts are composed from python-telegram-bot's messages without losing anything."""

from typing import Any

import pytest
from telegram import Message

from bot.features.broadcasts.composing import NotBroadcastableError, added, composed
from bot.features.broadcasts.models import Content

BOLD = [{"type": "bold", "offset": 0, "length": 2}]
SIZES = [{"file_id": size, "file_unique_id": size, "width": 1, "height": 1} for size in ("small", "large")]
FILE = {"file_id": "file", "file_unique_id": "f"}
LOCATION = {"latitude": 53.9, "longitude": 27.5667}
OPTIONS = [{"text": text, "voter_count": 0, "persistent_id": text} for text in "ab"]
POLL = {
    "id": "1", "question": "Q", "options": OPTIONS, "total_voter_count": 0, "is_closed": False, "is_anonymous": False,
    "type": "regular", "allows_multiple_answers": True, "allows_revoting": True, "members_only": False,
}  # fmt: skip
QUIZ = POLL | {"type": "quiz", "allows_multiple_answers": False, "open_period": 60}


def sent(**content: Any) -> dict[str, Any]:
    """The method and parameters that a message with this content becomes."""
    common = {"message_id": 5, "date": 1_790_000_000, "chat": {"id": 7, "type": "private"}}
    message = Message.de_json(common | content, None)
    draft, _ = added({}, message.to_dict())
    (one,) = composed(draft, 9)
    return one.parameters()


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ({"text": "Hi", "entities": BOLD}, {"method": "sendMessage", "text": "Hi", "entities": BOLD}),
        (
            {"text": "Hi", "link_preview_options": {"is_disabled": True}},
            {"method": "sendMessage", "text": "Hi", "link_preview_options": {"is_disabled": True}},
        ),
        (
            {"photo": SIZES, "caption": "Hi", "caption_entities": BOLD, "has_media_spoiler": True,
             "show_caption_above_media": True},
            {"method": "sendPhoto", "photo": "large", "caption": "Hi", "caption_entities": BOLD, "has_spoiler": True,
             "show_caption_above_media": True},
        ),
        (
            {"animation": FILE | {"width": 1, "height": 1, "duration": 3}, "document": FILE},
            {"method": "sendAnimation", "animation": "file"},
        ),
        ({"voice": FILE | {"duration": 3}}, {"method": "sendVoice", "voice": "file"}),
        ({"video_note": FILE | {"duration": 3, "length": 1}}, {"method": "sendVideoNote", "video_note": "file"}),
        ({"location": LOCATION}, {"method": "sendLocation", **LOCATION}),
        (
            {"venue": {"location": LOCATION, "title": "T", "address": "A"}, "location": LOCATION},
            {"method": "sendVenue", "title": "T", "address": "A", **LOCATION},
        ),
        (
            {"contact": {"phone_number": "+1", "first_name": "Ann", "user_id": 1}},
            {"method": "sendContact", "phone_number": "+1", "first_name": "Ann"},
        ),
        ({"dice": {"emoji": "🎲", "value": 3}}, {"method": "sendDice", "emoji": "🎲"}),
        (
            {"poll": POLL},
            {"method": "sendPoll", "question": "Q", "options": [{"text": "a"}, {"text": "b"}], "type": "regular",
             "is_anonymous": False, "allows_multiple_answers": True},
        ),
        (
            {"poll": QUIZ | {"correct_option_ids": [0]}},
            {"method": "sendPoll", "question": "Q", "options": [{"text": "a"}, {"text": "b"}], "type": "quiz",
             "is_anonymous": False, "correct_option_ids": [0], "open_period": 60},
        ),
        (
            {"text": "Hi", "forward_origin": {"type": "hidden_user", "sender_user_name": "A", "date": 1_790_000_000},
             "reply_markup": {"inline_keyboard": [[{"text": "L", "url": "https://example.com/"}]]}},
            {"method": "sendMessage", "text": "Hi",
             "reply_markup": {"inline_keyboard": [[{"text": "L", "url": "https://example.com/"}]]}},
        ),
        (
            {"checklist": {"title": "T", "tasks": [{"id": 1, "text": "x"}]}},
            {"method": "copyMessage", "from_chat_id": 7, "message_id": 5},
        ),
    ],
)  # fmt: skip
def test_a_message_is_sent_as_it_was(content: dict[str, Any], expected: dict[str, Any]) -> None:
    assert sent(**content) == expected | {"chat_id": 9}


def test_an_album_keeps_its_items_in_order() -> None:
    draft: Content = {}
    for number in range(3):
        photo = {"photo": [SIZES[0] | {"file_id": f"p{number}"}], "media_group_id": "77", "has_media_spoiler": True}
        common = {"message_id": number + 1, "date": 1_790_000_000, "chat": {"id": 7, "type": "private"}}
        draft, _ = added(draft, Message.de_json(common | photo, None).to_dict())
    (one,) = composed(draft, 9)
    media = one.parameters()["media"]
    assert isinstance(media, list)
    assert [item["media"] for item in media] == ["p0", "p1", "p2"]
    assert all(item["has_spoiler"] for item in media)


def test_a_quiz_without_its_answer_is_refused() -> None:
    with pytest.raises(NotBroadcastableError, match="quiz"):
        sent(poll=QUIZ)
