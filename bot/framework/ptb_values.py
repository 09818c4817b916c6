"""Values of `user_data` and the like as JSON, and back.

Pickle, which PicklePersistence uses, could hold more, but nobody could read it, export it or remove a person from it
(see docs/decisions).
"""

import base64
import json
import math
from collections.abc import Callable, Iterable
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import cast
from uuid import UUID

import telegram
from telegram import Bot, TelegramObject

from bot.db.text import JsonObject
from bot.errors import UnstorableError

TYPE = "$type"
"""A value that JSON doesn't know is an object with this name and "value"."""

_WRITTEN: dict[type, Callable[..., object]] = {
    datetime: datetime.isoformat,
    date: date.isoformat,
    time: time.isoformat,
    timedelta: lambda value: [value.days, value.seconds, value.microseconds],
    Decimal: str,
    UUID: str,
    bytes: lambda value: base64.b64encode(value).decode(),
}
_READ: dict[str, Callable[..., object]] = {
    "datetime": datetime.fromisoformat,
    "date": date.fromisoformat,
    "time": time.fromisoformat,
    "timedelta": lambda parts: timedelta(*parts),
    "Decimal": Decimal,
    "UUID": UUID,
    "bytes": base64.b64decode,
}
_SERIES: dict[str, Callable[[Iterable[object]], object]] = {one.__name__: one for one in (list, tuple, set, frozenset)}


def encode(value: object, where: str) -> object:
    """The value as JSON, the same for equal sets. Raises UnstorableError with the place `where` it was found."""
    kind = type(value)
    if value is None or kind is bool or (isinstance(value, float) and math.isfinite(value)):
        return value
    if isinstance(value, str | int):  # enumerations that are texts or numbers are equal to those
        return str.__str__(value) if isinstance(value, str) else int(value)
    if kind is dict:
        return _encoded_dict(cast("dict[object, object]", value), where)
    name = kind.__name__
    if kind in _WRITTEN:
        return _tagged(name, _WRITTEN[kind](value))
    if _SERIES.get(name) is kind:
        items = [encode(item, f"{where}[{number}]") for number, item in enumerate(cast("Iterable[object]", value))]
        return _tagged(name, sorted(items, key=json.dumps) if "set" in name else items)
    if isinstance(value, TelegramObject) and kind is not Bot and getattr(telegram, name, None) is kind:
        return _tagged(f"telegram.{name}", value.to_dict())
    raise UnstorableError(where, value)


def decode(value: object, bot: Bot) -> object:
    """The value that `encode` was given. Telegram's objects get this bot."""
    match value:
        case {"$type": "dict", "value": items}:
            return {decode(name, bot): decode(item, bot) for name, item in items}
        case {"$type": kind, "value": items} if kind in _SERIES:
            return _SERIES[kind](decode(item, bot) for item in items)
        case {"$type": kind, "value": inner}:
            return _READ[kind](inner) if kind in _READ else _telegram_object(kind, inner, bot)
        case list():
            return [decode(item, bot) for item in value]
        case dict():
            return {name: decode(inner, bot) for name, inner in value.items()}
        case _:
            return value


def _telegram_object(kind: str, value: JsonObject, bot: Bot) -> TelegramObject:
    found: type[TelegramObject] = getattr(telegram, kind.removeprefix("telegram."))
    return found.de_json(value, bot)


def _encoded_dict(value: dict[object, object], where: str) -> object:
    if all(type(name) is str for name in value) and TYPE not in value:
        return {name: encode(inner, f"{where}[{name!r}]") for name, inner in value.items()}
    items = [[encode(name, f"a key of {where}"), encode(inner, f"{where}[{name!r}]")] for name, inner in value.items()]
    return _tagged("dict", items)


def _tagged(kind: str, value: object) -> object:
    return value if kind == "list" else {TYPE: kind, "value": value}
