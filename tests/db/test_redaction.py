"""Redaction of a person's data in JSON: only values that stand for the person are removed."""

import json
from typing import Any

import pytest

from bot.db.redaction import comes_from, named, read, without

ANN, BOB = 1001, 1002
WHO: dict[str, Any] = {"id": ANN, "is_bot": False, "first_name": "Ann", "username": "ann"}
NOBODY: dict[str, Any] = {"id": 0, "is_bot": False, "first_name": ""}


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ({"from": WHO, "message_id": ANN, "date": ANN}, {"from": NOBODY, "message_id": ANN, "date": ANN}),
        ({"chat": {"id": ANN, "type": "private"}}, {"chat": {"id": 0, "type": "private", "first_name": ""}}),
        ([{"entities": [{"length": 3, "user": WHO}]}], [{"entities": [{"length": 3, "user": NOBODY}]}]),
        ({"chat_id": ANN, "user_id": BOB}, {"chat_id": 0, "user_id": BOB}),
        ({"data": f"ban:{ANN}", "text": f"{ANN}0 {ANN}"}, {"data": "ban:0", "text": f"{ANN}0 0"}),
        ({"id": f"{ANN}", "file_size": ANN}, {"id": "0", "file_size": ANN}),
        ({"id": True, "ids": [BOB, ANN]}, {"id": True, "ids": [BOB, ANN]}),
        (None, None),
    ],
)  # fmt: skip
def test_nobody_is_put_in_their_place(value: Any, expected: Any) -> None:
    assert without(ANN, value) == expected


@pytest.mark.parametrize(
    ("update", "theirs"),
    [
        ({"update_id": 1, "message": {"from": WHO}}, True),
        ({"update_id": 1, "callback_query": {"from": WHO, "message": {"from": {"id": BOB}}}}, True),
        ({"update_id": 1, "poll_answer": {"user": WHO}}, True),
        ({"update_id": 1, "message": {"from": {"id": BOB}, "reply_to_message": {"from": WHO}}}, False),
        ({"update_id": ANN, "message": {"from": {"id": BOB}, "text": f"{ANN}"}}, False),
        ({"update_id": 1, "message": {"from": None, "user": ANN}}, False),
    ],
)
def test_who_did_an_update(update: dict[str, Any], theirs: bool) -> None:
    assert comes_from(json.dumps(update).encode(), ANN) is theirs


@pytest.mark.parametrize(("payload", "theirs"), [(b"{broken 1001", True), (b"\xff 11001", False), (b"[1001]", True)])
def test_what_cant_be_read_is_taken_for_theirs_if_it_names_them(payload: bytes, theirs: bool) -> None:
    assert comes_from(payload, ANN) is theirs


def test_a_number_is_named_only_where_it_stands_alone() -> None:
    assert all(named(text, ANN) for text in ("1001", "ref_1001", "id=1001&x", "a1001b"))
    assert not any(named(text, ANN) for text in ("11001", "10012", "1 001", ""))


def test_what_is_no_json_is_read_as_text() -> None:
    assert read(b"\xff{") == "\ufffd{"
    assert isinstance(read(b"[" * 100_000), str)
