"""What Telegram is told at the start of a term: no webhook, please, and the list of commands."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence

import structlog
from telegram.error import BadRequest, TelegramError

from bot.errors import TransientError
from bot.outgoing.messages import Commands, commands_of
from bot.outgoing.transport import Api, back_off

TRIES = 5
LONGEST_BACK_OFF = 10.0  # seconds

CommandLists = Mapping[str, Sequence[tuple[str, str]]]
"""For each language, "" for all others, the commands and what they do."""

log = structlog.get_logger(__name__)


async def remove_webhook(api: Api) -> None:
    """A webhook left set would keep every poll from being answered. Pending updates stay."""
    try:
        webhook = await api.perform("getWebhookInfo", {})
        if webhook["url"]:
            await api.perform("deleteWebhook", {"drop_pending_updates": False})
            log.warning("a webhook was set for this bot and has been removed; updates come by polling")
    except (TelegramError, LookupError, TypeError) as error:
        log.warning("whether a webhook is set could not be found out", reason=_named(error))


async def publish_commands(api: Api, lists: CommandLists) -> None:
    """Tell Telegram the list of commands in each language; what fails is tried again a few times."""
    for language, commands in lists.items():
        listed: dict[str, object] = {"commands": [{"command": c, "description": d} for c, d in commands]}
        await _publish(api, listed | ({"language_code": language} if language else {}))


async def publish_commands_of_chats(
    api: Api, read: Callable[[], Awaitable[Sequence[tuple[int, Sequence[tuple[str, str]]]]]]
) -> None:
    """Tell Telegram the list of commands of each chat that has one of its own, as `read` knows them."""
    try:
        lists = await read()
    except TransientError as error:
        log.warning("administrators' lists of commands can't be read", reason=_named(error))
        return
    for chat_id, commands in lists:
        _, call = commands_of(Commands(chat_id, commands).parameters())
        await _publish(api, call)


async def _publish(api: Api, listed: Mapping[str, object]) -> None:
    for attempt in range(1, TRIES + 1):
        try:
            await api.perform("setMyCommands", listed)
        except BadRequest as error:  # such as of a chat that is gone: it would be refused again
            log.warning("a list of commands is refused", reason=_named(error))
            return
        except TelegramError as error:
            log.warning("a list of commands could not be set", reason=_named(error), attempt=attempt)
            await asyncio.sleep(back_off(attempt, longest=LONGEST_BACK_OFF))
        else:
            return


def _named(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"
