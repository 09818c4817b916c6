"""Facts about the users behind updates, read from their JSON."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import TypeGuard

from bot.db.tables.seen_users import SeenUser
from bot.db.text import JsonObject, storable
from bot.worker.intake.reading import RawUpdate

STAND_INS = frozenset({777000, 1087968824, 136817688, 1271266957})
"""Accounts that Telegram puts in place of service messages and linked channels, anonymous administrators, channels that
write in groups, and replies in comments. Source: Bot API, Message.from; Telegram's own clients."""

LARGEST_TELEGRAM_ID = 2**52 - 1
LONGEST_NAME = 256  # characters; Telegram's own limit is 64
LONGEST_USERNAME = 64  # characters; Telegram's own limit is 32
LONGEST_LANGUAGE_CODE = 35  # characters, RFC 5646, 4.4.1

WRITTEN = frozenset({
    "text", "animation", "audio", "checklist", "contact", "dice", "document", "game", "invoice", "live_photo",
    "location", "paid_media", "passport_data", "photo", "poll", "rich_message", "sticker", "story", "venue", "video",
    "video_note", "voice",
})  # fmt: skip
"""Fields of messages that a user wrote; a message with none of them is a service message. Source: Bot API, Message."""

GONE = frozenset({"kicked", "left"})


def chat_id_of(update: RawUpdate) -> int:
    """The lane an update belongs to: its chat's, else its user's, else 0."""
    message = update.body.get("message")
    for holder in (update.body, message if isinstance(message, dict) else {}):
        chat = holder.get("chat")
        if isinstance(chat, dict) and is_id(chat.get("id")):
            return int(chat["id"])
    person = _person(update.body)
    return int(person["id"]) if person is not None and is_id(person.get("id")) else 0


def user_id_of(update: RawUpdate) -> int | None:
    """The user behind an update; None if there is none."""
    person = _person(update.body)
    if person is None or not _is_a_person(person) or "sender_chat" in update.body:
        return None
    return int(person["id"])


def seen_users(updates: Iterable[RawUpdate], now: datetime) -> list[SeenUser]:
    """The users behind updates, each once, with the facts of all their updates."""
    seen: dict[int, SeenUser] = {}
    for update in updates:
        user = _seen_user(update, now)
        if user is not None:
            earlier = seen.pop(user.telegram_id, None)  # so that the dict ends with the user seen last
            seen[user.telegram_id] = user if earlier is None else _merged(earlier, user)
    return _one_username_each(list(seen.values()))


def _seen_user(update: RawUpdate, now: datetime) -> SeenUser | None:
    telegram_id, person = user_id_of(update), _person(update.body)
    if telegram_id is None or person is None:
        return None
    at = _date(update.body.get("date"), now) if update.kind in {"message", "my_chat_member"} else now
    in_private = _in_private(update.body)
    reachable = _reachable(update) if in_private else None
    return SeenUser(
        telegram_id=telegram_id,
        username=_username(person.get("username")),
        first_name=_text(person.get("first_name")),
        last_name=_text(person.get("last_name")) or None,
        language_code=_text(person.get("language_code"))[:LONGEST_LANGUAGE_CODE] or None,
        messages=int(_counts(update)),
        seen_at=at,
        private_since=at if in_private and update.kind in {"message", "my_chat_member"} else None,
        reachable=reachable,
        only_if_known=not _counts(update) and not (update.kind == "my_chat_member" and reachable is True),
    )


def _counts(update: RawUpdate) -> bool:
    return update.kind == "callback_query" or (update.kind == "message" and not WRITTEN.isdisjoint(update.body))


def _reachable(update: RawUpdate) -> bool | None:
    if update.kind == "message":
        return True
    if update.kind == "my_chat_member":
        member = update.body.get("new_chat_member")
        status = member.get("status") if isinstance(member, dict) else None
        return status not in GONE if isinstance(status, str) else None
    return None


def _merged(earlier: SeenUser, later: SeenUser) -> SeenUser:
    return replace(
        later,
        language_code=later.language_code or earlier.language_code,
        messages=earlier.messages + later.messages,
        seen_at=max(earlier.seen_at, later.seen_at),
        private_since=earlier.private_since or later.private_since,
        reachable=earlier.reachable if later.reachable is None else later.reachable,
        only_if_known=earlier.only_if_known and later.only_if_known,
    )


def _one_username_each(seen: Sequence[SeenUser]) -> list[SeenUser]:
    """Usernames move between users: of two with the same one, the user seen last has it."""
    holders = {one.username.lower(): one.telegram_id for one in seen if one.username is not None}
    return [
        replace(one, username=None) if one.username and holders[one.username.lower()] != one.telegram_id else one
        for one in seen
    ]


def _person(body: JsonObject) -> JsonObject | None:
    person = body.get("from", body.get("user"))
    return person if isinstance(person, dict) else None


def _is_a_person(account: JsonObject) -> bool:
    number = account.get("id")
    in_range = type(number) is int and 0 < number <= LARGEST_TELEGRAM_ID
    return in_range and number not in STAND_INS and account.get("is_bot") is not True


def _in_private(body: JsonObject) -> bool:
    chat = body.get("chat")
    return isinstance(chat, dict) and chat.get("type") == "private"


def is_id(value: object) -> TypeGuard[int]:
    """Return whether a JSON value can be the id of a user or chat."""
    return type(value) is int and abs(value) <= LARGEST_TELEGRAM_ID


def _text(value: object) -> str:
    return storable(value)[:LONGEST_NAME] if isinstance(value, str) else ""


def _username(value: object) -> str | None:
    """None for a text that is too long: the column has an index, which limits the length."""
    username = _text(value)
    return username if 0 < len(username) <= LONGEST_USERNAME else None


def _date(value: object, now: datetime) -> datetime:
    """A time by Telegram's clock; `now` if it is nonsense or ahead of it."""
    if type(value) is not int or not 0 < value <= now.timestamp():
        return now
    return datetime.fromtimestamp(value, UTC)
