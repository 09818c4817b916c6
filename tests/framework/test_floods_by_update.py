"""Whose bucket an update is counted in."""

from datetime import UTC, datetime
from typing import Any

from telegram import Update

from bot.framework.floods import BURST, Floods, Verdict

NOON = int(datetime(2026, 3, 1, 12, tzinfo=UTC).timestamp())
ANONYMOUS = {"id": 1087968824, "is_bot": True, "first_name": "Group"}


def message(number: int, chat_id: int, writer: dict[str, Any], **fields: Any) -> Update:
    chat = {"id": chat_id, "type": "supergroup", "title": "Friends"}
    body = {"message_id": number, "date": NOON, "from": writer, "chat": chat, "text": "hi"}
    update = Update.de_json({"update_id": number, "message": body | fields}, None)
    assert update is not None
    return update


def by_the_group(number: int, chat_id: int) -> Update:
    return message(number, chat_id, ANONYMOUS, sender_chat={"id": chat_id, "type": "supergroup", "title": "Friends"})


def test_anonymous_administrators_of_one_group_leave_those_of_another_alone() -> None:
    floods = Floods(lambda: 60)
    first = [floods.judge_update(by_the_group(number, -1001)) for number in range(BURST + 1)]
    assert first == [Verdict.FINE] * BURST + [Verdict.FIRST_TOO_MUCH]
    assert floods.judge_update(by_the_group(1_000, -1002)) is Verdict.FINE


def test_one_person_is_one_in_all_groups() -> None:
    floods, ann = Floods(lambda: 60), {"id": 1001, "is_bot": False, "first_name": "Ann"}
    for number in range(BURST):
        floods.judge_update(message(number, -1001, ann))
    assert floods.judge_update(message(1_000, -1002, ann)) is Verdict.FIRST_TOO_MUCH
