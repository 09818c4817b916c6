"""Data of python-telegram-bot's handlers come back unchanged, or are refused with a sentence."""

import json
import math
from collections import defaultdict
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from enum import Enum, IntEnum, StrEnum
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as some
from telegram import Bot, Chat, Message, User

from bot.errors import UnstorableError
from bot.framework.ptb_values import decode, encode

BOT = Bot("42:T")
PLAIN = some.none() | some.booleans() | some.integers() | some.floats(allow_nan=False, allow_infinity=False)
LEAVES = (
    PLAIN | some.text() | some.binary() | some.dates() | some.datetimes() | some.times() | some.timedeltas()
    | some.decimals(allow_nan=False) | some.uuids()
)  # fmt: skip
HASHABLE = some.integers() | some.text() | some.dates()
VALUES = some.recursive(
    LEAVES,
    lambda inner: some.lists(inner) | some.tuples(inner, inner) | some.dictionaries(HASHABLE, inner)
    | some.sets(HASHABLE) | some.frozensets(HASHABLE),
    max_leaves=10,
)  # fmt: skip


class Step(IntEnum):
    ASKED = 1


class Crust(StrEnum):
    THIN = "thin"


class Colour(Enum):
    RED = "red"


@dataclass
class Order:
    pizza: str


def stored(value: object) -> object:
    return decode(json.loads(json.dumps(encode(value, "user_data"))), BOT)


@given(VALUES)
def test_a_value_comes_back(value: object) -> None:
    back = stored(value)
    assert back == value
    assert type(back) is type(value)


@pytest.mark.parametrize(
    "value",
    [
        {1: "a", "1": "b"},
        {"$type": "set", "value": [1]},
        {"$type": "nothing"},
        {(1, 2): [datetime(2026, 1, 2, 3, 4, 5, 6, UTC)]},
        [date(2026, 1, 2), time(3, 4), timedelta(days=-1), Decimal("1.10"), UUID(int=1), b"\0"],
    ],
)
def test_types_that_look_alike_stay_apart(value: object) -> None:
    assert stored(value) == value


def test_equal_sets_are_stored_alike() -> None:
    """Otherwise data that nobody has changed would be written again."""
    one, other = {0, 8}, {8, 0}
    assert list(one) != list(other)
    assert encode(one, "") == encode(other, "")


def test_enumerations_of_numbers_and_texts_become_these() -> None:
    assert stored([Step.ASKED, Crust.THIN]) == [1, "thin"]


def test_objects_of_telegram_come_back_with_the_bot() -> None:
    user = User(1001, "Ann", is_bot=False)
    message = Message(7, datetime(2026, 1, 2, tzinfo=UTC), Chat(1001, "private"), from_user=user, text="hi")
    back = stored({"message": message})
    assert isinstance(back, dict)
    assert back["message"] == message
    assert back["message"].from_user == user
    assert back["message"].get_bot() is BOT


@pytest.mark.parametrize(
    "value", [Order("Funghi"), Colour.RED, object(), defaultdict(int), math.nan, math.inf, len, BOT]
)
def test_anything_else_is_refused_with_its_place(value: object) -> None:
    with pytest.raises(UnstorableError, match=r"user_data\['orders'\]\[1\] holds a "):
        encode({"orders": [1, value]}, "user_data")
