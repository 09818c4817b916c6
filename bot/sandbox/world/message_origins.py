"""Origins of forwarded messages: the Bot API's MessageOrigin."""

import time

from bot.sandbox.world.accounts import Account
from bot.sandbox.world.bot_api import Json

ELSEWHERE = -1_009_000_000_001  # a chat that the bot isn't in
LONG_AGO = 3600  # seconds


def from_user(person: Account, date: int | None = None) -> Json:
    """A user whose account is shown."""
    return {"type": "user", "sender_user": person.to_json(), "date": _date(date)}


def from_hidden_user(name: str, date: int | None = None) -> Json:
    """A user who hides their account."""
    return {"type": "hidden_user", "sender_user_name": name, "date": _date(date)}


def from_chat(title: str = "Group", chat_id: int = ELSEWHERE, signature: str = "", date: int | None = None) -> Json:
    """An anonymous administrator, who writes as the group."""
    chat: Json = {"id": chat_id, "title": title, "type": "supergroup"}
    return {"type": "chat", "sender_chat": chat, "date": _date(date)} | _signed(signature)


def from_channel(
    title: str = "Channel",
    chat_id: int = ELSEWHERE,
    message_id: int = 1,
    signature: str = "",
    date: int | None = None,
) -> Json:
    chat: Json = {"id": chat_id, "title": title, "type": "channel"}
    return {"type": "channel", "chat": chat, "message_id": message_id, "date": _date(date)} | _signed(signature)


def _signed(signature: str) -> Json:
    return {"author_signature": signature} if signature else {}


def _date(date: int | None) -> int:
    return int(time.time()) - LONG_AGO if date is None else date
