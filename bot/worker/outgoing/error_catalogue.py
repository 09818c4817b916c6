"""The table of Telegram's errors: the remedy for each, and the mark that it puts on the recipient.

Sources: Bot API, "Making requests" and ResponseParameters; tdlib/telegram-bot-api, Client::check_chat_access and
Client::fail_query_with_error; tdlib/td, MessagesManager::process_send_message_fail_error,
DialogManager::can_send_message_to_dialog, and MessageContent.cpp.
Names in capitals are the servers' own and are passed on as they come.
"""

import json
from dataclasses import dataclass
from datetime import timedelta
from enum import Enum, StrEnum, auto

from telegram.error import BadRequest, ChatMigrated, InvalidToken, NetworkError, RetryAfter, TelegramError

from bot.messages import Call
from bot.worker.outgoing.degraded_sends import degraded_call

TOO_MANY_REQUESTS = 429
TOO_LARGE = 413
SUCCESS = range(200, 300)
KNOWN_TO_TELEGRAM_BOT = {401, 403, 404, 408, 409, 429}  # the 4xx statuses that it has separate errors for


@dataclass(frozen=True, slots=True)
class Wait:
    """Repeat the call after so many seconds. The scheduler has seen the error, too."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Degrade:
    """Make this call instead, which leaves out the refused part."""

    call: Call


@dataclass(frozen=True, slots=True)
class Follow:
    """Make the call in this supergroup, which the group has become."""

    chat_id: int


class Remedy(Enum):
    """A remedy that needs no further facts."""

    IGNORE = auto()  # the result already exists, or nobody misses it
    GIVE_UP = auto()  # the same call would be refused again
    RETRY = auto()  # trouble on the way, or a refused token, which ends the worker elsewhere


NO_SUCH_METHOD = "method not found"
NOTHING_LOST = (
    "message is not modified", "query is too old", "query id is invalid", "message to delete not found",
    "message to react not found",
)  # fmt: skip
"""Refusals that leave nothing undone."""
NOTHING_LOST_BY_EDITS = ("message to edit not found", "message_id_invalid")
"""The same for edits: a reader who deleted the message doesn't want to see its new text."""


def remedy_for(error: TelegramError, method: str, call: Call) -> Wait | Degrade | Follow | Remedy:
    """The remedy for an error of this call.

    A 403 (`Forbidden`) is given up; `unreachable_from` reads what it says about the chat.
    """
    if isinstance(error, RetryAfter):
        return Wait(seconds_to_wait(error))
    if _loses_nothing(method, error.message.lower()):
        return Remedy.IGNORE
    if isinstance(error, BadRequest):  # a NetworkError, too
        shorter = degraded_call(method, call, error.message)
        return Remedy.GIVE_UP if shorter is None else Degrade(shorter)
    if isinstance(error, ChatMigrated):
        return Follow(error.new_chat_id)
    if NO_SUCH_METHOD in error.message.lower():  # a 404, which python-telegram-bot takes for a refused token
        return Remedy.GIVE_UP
    return Remedy.RETRY if isinstance(error, NetworkError | InvalidToken) else Remedy.GIVE_UP


def _loses_nothing(method: str, error_text: str) -> bool:
    known = NOTHING_LOST + (NOTHING_LOST_BY_EDITS if method.startswith("edit") else ())
    return any(words in error_text for words in known)


class Mark(StrEnum):
    """A mark on a person (`users`), or on a group or channel (`chats`)."""

    BLOCKED = "blocked"
    UNREACHABLE = "unreachable"
    LEFT = "left"  # the bot is no member, or the group is gone
    MUTED = "muted"  # the bot may not write there, not even a text


ABOUT_PEOPLE = (
    ("bot was blocked by the user", Mark.BLOCKED),
    ("user is deactivated", Mark.UNREACHABLE),
    ("USER_DELETED", Mark.UNREACHABLE),
    ("bot can't initiate conversation with a user", Mark.UNREACHABLE),
    ("chat not found", Mark.UNREACHABLE),
    ("PEER_ID_INVALID", Mark.UNREACHABLE),  # the servers' own name for the error before the last one
)
ABOUT_CHATS = (
    ("bot was kicked from the", Mark.LEFT),
    ("bot is not a member of the", Mark.LEFT),
    ("the group chat was deleted", Mark.LEFT),
    ("group chat was deactivated", Mark.LEFT),  # older servers' wording
    ("chat not found", Mark.LEFT),
    ("CHANNEL_PRIVATE", Mark.LEFT),
    ("CHANNEL_PUBLIC_GROUP_NA", Mark.LEFT),
    ("not enough rights to send text messages to the chat", Mark.MUTED),
    ("have no rights to send a message", Mark.MUTED),  # before 2023
    ("have no write access to the chat", Mark.MUTED),
    ("need administrator rights in the channel chat", Mark.MUTED),
    ("CHAT_WRITE_FORBIDDEN", Mark.MUTED),
    ("CHAT_RESTRICTED", Mark.MUTED),
    ("CHAT_SEND_PLAIN_FORBIDDEN", Mark.MUTED),
    ("CHAT_GUEST_SEND_FORBIDDEN", Mark.MUTED),
)
"""Other wordings mark nobody: a group that forbids photos may take texts, and a closed topic can be left out."""


@dataclass(frozen=True, slots=True)
class Unreachable:
    """A mark, and the reason stored with it."""

    mark: Mark
    reason: str


def unreachable_from(error_text: str, chat_id: int) -> Unreachable | None:
    """The mark that Telegram's words, in any case, put on the person or chat; None if they are about the message."""
    lowered = error_text.lower()
    known = ABOUT_PEOPLE if chat_id > 0 else ABOUT_CHATS
    return next((Unreachable(mark, words) for words, mark in known if words.lower() in lowered), None)


def seconds_to_wait(error: RetryAfter) -> float:
    """The seconds that a 429 asks to wait."""
    wait = error.retry_after
    return wait.total_seconds() if isinstance(wait, timedelta) else float(wait)


def check_answer(status: int, retry_after: str | None, body: bytes) -> None:
    """Raise for answers that python-telegram-bot would misread or crash on.

    A 429 is a flood wait even if its body doesn't say for how long. A call too large for a gateway would be refused
    again. Any other refusal by a gateway says nothing about the message, the person, the token or another poller: it
    is trouble on the way.
    """
    if status in SUCCESS:
        return
    answer = _object(body)
    if status == TOO_MANY_REQUESTS:
        parameters = answer.get("parameters")
        seconds = str(parameters.get("retry_after") if isinstance(parameters, dict) else retry_after)
        raise RetryAfter(max(1, int(seconds)) if seconds.isdecimal() else 1)
    if _is_a_refusal(answer):
        return
    if status == TOO_LARGE:
        raise BadRequest("Request Entity Too Large")
    raise NetworkError(f"{status} from what is no Bot API")


def _is_a_refusal(answer: dict[str, object]) -> bool:
    """Return whether it has the form of the Bot API's own refusals. Source: Bot API, "Making requests"."""
    parameters = answer.get("parameters", {})
    return (
        answer.get("ok") is False
        and isinstance(answer.get("description", ""), str)
        and isinstance(parameters, dict)
        and all(isinstance(parameters.get(name, 0), int) for name in ("retry_after", "migrate_to_chat_id"))
    )


def _object(body: bytes) -> dict[str, object]:
    try:
        value = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}


def status_for_telegram_bot(status: int) -> int:
    """400 for refusals such as 413, which python-telegram-bot would take for trouble on the way."""
    client_error = 400 <= status < 500  # noqa: PLR2004
    return 400 if client_error and status not in KNOWN_TO_TELEGRAM_BOT else status
