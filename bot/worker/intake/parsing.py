"""From an update as Telegram sent it to python-telegram-bot's object."""

import re
from typing import Any

from telegram import Bot, Update

from bot.db.text import storable_within
from bot.errors import UnreadableError
from bot.worker.intake.reading import RawUpdate


def parsed(read: RawUpdate, bot: Bot) -> Update:
    """The update. Raises UnreadableError with what is wrong with it."""
    if read.unreadable is not None:
        raise UnreadableError(f"unreadable: {read.unreadable}")
    if read.kind not in Update.ALL_TYPES:
        raise UnreadableError(f"updates of kind {read.kind!r} are not known to this version")
    try:
        # The bytes are kept as they came; handlers are given nothing that a column would refuse.
        return Update.de_json(_with_its_command_marked(storable_within(read.data)), bot)
    except Exception as error:
        raise UnreadableError(f"unreadable: {type(error).__name__}: {error}") from error


def _with_its_command_marked(data: dict[str, Any]) -> dict[str, Any]:
    """Telegram marks a command in an entity; other servers that speak the Bot API may leave that to the reader."""
    message = data.get("message")
    if isinstance(message, dict) and "entities" not in message and isinstance(message.get("text"), str):
        command = re.match(r"/\w+(@\w+)?(?=\s|$)", message["text"], re.ASCII)
        if command is not None:
            message["entities"] = [{"type": "bot_command", "offset": 0, "length": command.end()}]
    return data
