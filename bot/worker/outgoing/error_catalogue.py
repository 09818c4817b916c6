"""What a refusal says about whom the message was for: each of Telegram's wordings that does, in one table.

Sources: tdlib/telegram-bot-api, Client::check_chat_access and Client::fail_query_with_error; tdlib/td,
MessagesManager::process_send_message_fail_error, DialogManager::can_send_message_to_dialog, and MessageContent.cpp.
Names in capitals are the servers' own and are passed on as they come.
"""

from dataclasses import dataclass
from enum import StrEnum


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
class Refusal:
    """A mark, and the words for it in the table."""

    mark: Mark
    reason: str


def refusal_of(said: str, chat_id: int) -> Refusal | None:
    """What Telegram's words, in whatever case, say about the person or chat; None for what is about the message."""
    lowered = said.lower()
    known = ABOUT_PEOPLE if chat_id > 0 else ABOUT_CHATS
    return next((Refusal(mark, words) for words, mark in known if words.lower() in lowered), None)
