"""The update queue keeps, returns and drops updates like Telegram's."""

import json
from collections.abc import Iterable
from typing import Any

import pytest

from bot.sandbox.world.updates import (
    ANSWER_BYTES,
    MAX_OFFSET_AHEAD,
    QUERY_LIFETIME,
    QUEUE_LENGTH,
    UPDATE_BYTES,
    UPDATE_LIFETIME,
    Updates,
)
from tests.support.manual_clock import ManualClock

FIRST = 100


@pytest.fixture
def time() -> ManualClock:
    return ManualClock(1_000_000.0)


@pytest.fixture
def updates(time: ManualClock) -> Updates:
    return Updates(time, FIRST)


def pushed(updates: Updates, count: int, kind: str = "message") -> Updates:
    for number in range(count):
        updates.push(kind, {"n": number})
    return updates


def ids(bodies: Iterable[bytes]) -> list[int]:
    return [json.loads(body)["update_id"] for body in bodies]


def test_gives_what_came_in_order_and_keeps_it_until_confirmed(updates: Updates) -> None:
    pushed(updates, 3)
    assert ids(updates.fetch(0, 100)) == ids(updates.fetch(0, 100)) == [100, 101, 102]


def test_an_offset_confirms_what_lies_below_it_for_good(updates: Updates) -> None:
    pushed(updates, 3)
    assert ids(updates.fetch(102, 100)) == [102]
    assert ids(updates.fetch(0, 100)) == [102]
    assert len(updates) == 1


def test_an_offset_behind_the_last_update_confirms_all(updates: Updates) -> None:
    assert pushed(updates, 2).fetch(102, 100) == []
    assert len(updates) == 0


@pytest.mark.parametrize("offset", [FIRST + 2 + MAX_OFFSET_AHEAD + 1, FIRST - QUEUE_LENGTH - 1], ids=["future", "past"])
def test_an_offset_far_off_confirms_nothing_and_gives_all(updates: Updates, offset: int) -> None:
    assert ids(pushed(updates, 2).fetch(offset, 100)) == [100, 101]
    assert len(updates) == 2


def test_a_negative_offset_forgets_all_but_the_last_few(updates: Updates) -> None:
    assert ids(pushed(updates, 5).fetch(-2, 100)) == [103, 104]
    assert len(updates) == 2


def test_a_limit_gives_the_oldest(updates: Updates) -> None:
    assert ids(pushed(updates, 5).fetch(0, 2)) == [100, 101]


def test_an_answer_ends_near_four_mebibytes(updates: Updates) -> None:
    big = 500_000
    for _ in range(20):
        updates.push_raw(b" " * big)
    assert len(updates.fetch(0, 100)) == ANSWER_BYTES // (big + 50)


def test_a_message_is_kept_a_day_and_a_button_press_two_and_a_half_minutes(updates: Updates, time: ManualClock) -> None:
    updates.push("message", {})
    updates.push("callback_query", {})
    updates.push("message", {})
    time.seconds += QUERY_LIFETIME + 1
    assert ids(updates.fetch(0, 100)) == [100, 102]
    time.seconds += UPDATE_LIFETIME - QUERY_LIFETIME
    assert updates.fetch(0, 100) == []
    assert len(updates) == 0


def test_numbers_go_on_after_what_expired(updates: Updates, time: ManualClock) -> None:
    pushed(updates, 2)
    time.seconds += UPDATE_LIFETIME + 1
    assert ids(pushed(updates, 1).fetch(0, 100)) == [102]


def test_numbers_begin_at_random_unless_given(time: ManualClock) -> None:
    assert len({Updates(time).next_id for _ in range(5)}) > 1


def test_numbering_can_begin_anew_lower(updates: Updates) -> None:
    pushed(updates, 2).restart_at(7)
    assert ids(pushed(updates, 1).fetch(0, 100)) == [7]


@pytest.mark.parametrize(
    ("allowed", "kinds"),
    [
        ([], ["message", "my_chat_member"]),
        (["message", "CHAT_MEMBER"], ["message", "chat_member"]),
        (["callback_query"], []),
    ],
)
def test_only_allowed_kinds_are_queued_and_some_only_on_request(
    updates: Updates, allowed: list[str], kinds: list[str]
) -> None:
    updates.allow(allowed)
    for kind in ("message", "my_chat_member", "chat_member", "message_reaction"):
        updates.push(kind, {})
    assert [list(json.loads(body))[1] for body in updates.fetch(0, 100)] == kinds


def test_raw_bytes_are_given_verbatim_under_the_next_number(updates: Updates) -> None:
    poison = b'{"update_id": 5, "message": {"text": "\\ud800", '
    updates.push_raw(poison)
    assert updates.next_id == FIRST + 1
    assert updates.fetch(0, 1) == [poison]
    assert updates.fetch(FIRST + 1, 1) == []


def test_an_update_of_a_size_telegram_never_has_is_a_mistake_of_the_test(updates: Updates) -> None:
    with pytest.raises(ValueError, match="no updates over"):
        updates.push_raw(b" " * (UPDATE_BYTES + 1))


def test_a_full_queue_takes_no_more(updates: Updates) -> None:
    content: dict[str, Any] = {}
    for _ in range(QUEUE_LENGTH):
        updates.push_raw(b"{}")
    assert updates.push("message", content) is None
    assert len(updates) == QUEUE_LENGTH
