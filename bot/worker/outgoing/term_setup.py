"""Set-up at the start of a term: no webhook, and the lists of commands."""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from typing import cast

import structlog
from telegram.error import BadRequest, TelegramError

from bot.errors import FatalError, TransientError
from bot.messages import Commands
from bot.worker.outgoing.payloads import commands_of
from bot.worker.outgoing.transport import Api, back_off

TRIES = 5
LONGEST_BACK_OFF = 10.0  # seconds

CommandLists = Mapping[str, Sequence[tuple[str, str]]]
"""For each language, "" for all others, the commands and what they do."""

log = structlog.get_logger(__name__)


async def remove_webhook(api: Api) -> None:
    """A webhook left set would keep every poll from being answered. Pending updates stay."""
    try:
        webhook = await api.perform("getWebhookInfo", {})
        if cast("dict[str, object]", webhook)["url"]:
            await api.perform("deleteWebhook", {"drop_pending_updates": False})
            log.warning("a webhook was set for this bot and has been removed; updates come by polling")
    except (TelegramError, LookupError, TypeError) as error:
        log.warning("whether a webhook is set could not be found out", reason=_named(error))


async def publish_commands(api: Api, lists: CommandLists) -> None:
    """Tell Telegram the list of commands in each language; what fails is tried again a few times."""
    for language, commands in lists.items():
        listed: dict[str, object] = {"commands": [{"command": c, "description": d} for c, d in commands]}
        await _publish(api, "setMyCommands", listed | ({"language_code": language} if language else {}))


async def publish_commands_of_chats(
    api: Api, read: Callable[[], Awaitable[Sequence[Commands]]], shown: Callable[[Collection[int]], Awaitable[None]]
) -> None:
    """Tell Telegram the list of commands of each chat, as `read` knows them; then `shown`, which chats show theirs."""
    try:
        lists = await read()
        await shown([one.chat_id for one in lists if await _publish(api, *commands_of(one.parameters()))])
    except TransientError as error:
        log.warning("administrators' lists of commands can't be read, or written down", reason=_named(error))
    except FatalError:
        raise
    except Exception:  # which would end the worker, and the next one, too
        log.exception("administrators' lists of commands aren't set")


async def _publish(api: Api, method: str, listed: Mapping[str, object]) -> bool:
    """Returns whether Telegram shows it; also if it never will."""
    for attempt in range(1, TRIES + 1):
        try:
            await api.perform(method, listed)
        except BadRequest as error:  # such as of a chat that is gone: it would be refused again
            log.warning("a list of commands is refused", reason=_named(error))
            return True
        except TelegramError as error:
            log.warning("a list of commands could not be set", reason=_named(error), attempt=attempt)
            await asyncio.sleep(back_off(attempt, longest=LONGEST_BACK_OFF))
        else:
            return True
    return False


def _named(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"
