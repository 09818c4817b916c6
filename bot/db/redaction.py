"""Redaction: finds a person in stored JSON, and removes them from it. No SQL here.

A person is found by their Telegram id: as the `id` of a user or chat, as a number in a field that holds an id, and as
a separate number in texts (`tg://user?id=1001`, `ref_1001`). Names aren't searched for.
"""

import json
import re
from typing import Any

NOBODY = 0
IDS = frozenset({"id", "chat_id", "user_id", "from_chat_id", "telegram_id", "person_id", "actor_id", "author_id"})
WHO_DID_IT = ("from", "user")
"""Fields of an update that name its sender. Source: Bot API, the kinds of updates."""


def pattern(telegram_id: int) -> str:
    """A pattern for the number in a text. PostgreSQL and Python read it alike."""
    return rf"(^|[^0-9]){telegram_id}($|[^0-9])"


def named(text: str, telegram_id: int) -> bool:
    """Return whether the text holds this id, and not only its digits within a longer number."""
    return re.search(pattern(telegram_id), text) is not None


def read(payload: bytes) -> Any:
    """The payload as JSON, or else as text."""
    try:
        return json.loads(payload)
    except (ValueError, RecursionError):
        return payload.decode(errors="replace")


def comes_from(payload: bytes, telegram_id: int) -> bool:
    """Return whether an update comes from this person. An unreadable one does if their number is in it."""
    update = read(payload)
    if not isinstance(update, dict):
        return named(str(update), telegram_id)
    bodies = [body for body in update.values() if isinstance(body, dict)]
    people = [body.get(name) for body in bodies for name in WHO_DID_IT]
    return any(isinstance(one, dict) and one.get("id") == telegram_id for one in people)


def without(telegram_id: int, value: Any, under: str = "") -> Any:
    """The value with nobody in this person's place."""
    match value:
        case dict() if type(value.get("id")) is int and value["id"] == telegram_id:
            kept = {name: value[name] for name in ("type", "is_bot") if name in value}
            return {"id": NOBODY, "first_name": "", **kept}
        case dict():
            return {name: without(telegram_id, inner, name) for name, inner in value.items()}
        case list():
            return [without(telegram_id, inner, under) for inner in value]
        case str():
            return re.sub(rf"(?<![0-9]){telegram_id}(?![0-9])", str(NOBODY), value)
        case int() if under in IDS and value == telegram_id:
            return NOBODY
        case _:
            return value


def without_anywhere(telegram_id: int, value: Any) -> Any:
    """The value with 0 for this id, as a number, in texts and in names: for JSON whose fields nobody knows."""
    match value:
        case dict():
            return {without(telegram_id, name): without_anywhere(telegram_id, inner) for name, inner in value.items()}
        case list():
            return [without_anywhere(telegram_id, inner) for inner in value]
        case int() if type(value) is int and value == telegram_id:
            return NOBODY
        case _:
            return without(telegram_id, value)
