"""What Telegram's errors mean: the one table of what is done about each, and of whom a unreachable marks.

Sources: Bot API, "Making requests" and ResponseParameters; tdlib/telegram-bot-api, Client::check_chat_access and
Client::fail_query_with_error; tdlib/td, MessagesManager::process_send_message_fail_error,
DialogManager::can_send_message_to_dialog, and MessageContent.cpp.
Names in capitals are the servers' own and are passed on as they come.
"""

from dataclasses import dataclass
from enum import Enum, StrEnum, auto

from telegram.error import BadRequest, ChatMigrated, InvalidToken, NetworkError, RetryAfter, TelegramError

from bot.messages import Call
from bot.worker.outgoing.degraded import degraded_call
from bot.worker.outgoing.transport import told_to_wait


@dataclass(frozen=True, slots=True)
class Wait:
    """Make the call again after so many seconds; the scheduler has seen the error, too."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Degrade:
    """Make this call instead: it leaves out the part that is refused."""

    call: Call


@dataclass(frozen=True, slots=True)
class Follow:
    """The group has become this supergroup: make the call there."""

    chat_id: int


class Remedy(Enum):
    """What to do where nothing else has to be known."""

    IGNORE = auto()  # what was wanted is so already, or nobody misses it
    GIVE_UP = auto()  # the same call would be refused again
    RETRY = auto()  # trouble on the way, or a token that is refused, which ends the worker elsewhere


NOTHING_LOST = ("message is not modified", "query is too old", "query id is invalid")
"""Refusals that leave nothing undone."""
NOTHING_LOST_BY_EDITS = ("message to edit not found", "message_id_invalid")
"""The same for edits: a reader who deleted the message doesn't want to see its new text."""


def remedy_for(error: TelegramError, method: str, call: Call) -> Wait | Degrade | Follow | Remedy:
    """What to do about an error that this call met."""
    if isinstance(error, RetryAfter):
        return Wait(told_to_wait(error))
    if _loses_nothing(method, error.message.lower()):
        return Remedy.IGNORE
    if isinstance(error, BadRequest):  # a NetworkError, too
        shorter = degraded_call(method, call, error.message)
        return Remedy.GIVE_UP if shorter is None else Degrade(shorter)
    if isinstance(error, ChatMigrated):
        return Follow(error.new_chat_id)
    return Remedy.RETRY if isinstance(error, NetworkError | InvalidToken) else Remedy.GIVE_UP


def _loses_nothing(method: str, error_text: str) -> bool:
    known = NOTHING_LOST + (NOTHING_LOST_BY_EDITS if method.startswith("edit") else ())
    return any(words in error_text for words in known)


class Mark(StrEnum):
    """What is written down about a person (`users`), or a group or channel (`chats`)."""

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
    ("PEER_ID_INVALID", Mark.UNREACHABLE),  # what the sentence before the last one is made of
)
ABOUT_CHATS = (
    ("bot was kicked from the", Mark.LEFT),
    ("bot is not a member of the", Mark.LEFT),
    ("the group chat was deleted", Mark.LEFT),
    ("group chat was deactivated", Mark.LEFT),  # how older servers said the same
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
"""What isn't here marks nobody: a group that forbids photos may well take texts, and a closed topic is a part."""


@dataclass(frozen=True, slots=True)
class Unreachable:
    """A mark, and the words for it in the table."""

    mark: Mark
    reason: str


def unreachable_from(error_text: str, chat_id: int) -> Unreachable | None:
    """What Telegram's words, in whatever case, say about the person or chat; None for what is about the message."""
    lowered = error_text.lower()
    known = ABOUT_PEOPLE if chat_id > 0 else ABOUT_CHATS
    return next((Unreachable(mark, words) for words, mark in known if words.lower() in lowered), None)
