"""Set-up at the start of a term: no webhook, and the lists of commands."""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from typing import cast

import structlog
from telegram.error import BadRequest, TelegramError

from bot.errors import FatalError, TransientError
from bot.messages import Call, Commands
from bot.worker.outgoing.payloads import commands_of
from bot.worker.outgoing.transport import Api, back_off

TRIES = 5
LONGEST_BACK_OFF = 10.0  # seconds

CommandLists = Mapping[str, Mapping[str, Sequence[tuple[str, str]]]]
"""Commands and their descriptions by scope and by language; "" stands for all other languages.

Source: Bot API, BotCommandScope, "Determining list of commands".
"""

log = structlog.get_logger(__name__)


async def remove_webhook(api: Api) -> None:
    """Remove a webhook, which would make Telegram refuse every poll. Pending updates stay."""
    try:
        webhook = await api.perform("getWebhookInfo", {})
        if cast("dict[str, object]", webhook)["url"]:
            await api.perform("deleteWebhook", {"drop_pending_updates": False})
            log.warning("a webhook was set for this bot and has been removed; updates come by polling")
    except (TelegramError, LookupError, TypeError) as error:
        log.warning("whether a webhook is set could not be found out", reason=_named(error))


async def publish_commands(api: Api, lists: CommandLists) -> None:
    """Set the list of commands in each scope and language. Failures are retried a few times."""
    for scope, by_language in lists.items():
        for language, commands in by_language.items():
            where: Call = {} if scope == "default" else {"scope": {"type": scope}}
            where |= {"language_code": language} if language else {}
            listed = [{"command": name, "description": text} for name, text in commands]
            await _publish(api, "setMyCommands", where | {"commands": listed})


async def publish_commands_of_chats(
    api: Api, read: Callable[[], Awaitable[Sequence[Commands]]], shown: Callable[[Collection[int]], Awaitable[None]]
) -> None:
    """Set the list of commands of each chat that `read` returns, and pass the chats that show theirs to `shown`."""
    try:
        lists = await read()
        await shown([one.chat_id for one in lists if await _publish(api, *commands_of(one.parameters()))])
    except TransientError as error:
        log.warning("administrators' lists of commands can't be read, or written down", reason=_named(error))
    except FatalError:
        raise
    except Exception:  # it would end this worker, and then the next one
        log.exception("administrators' lists of commands aren't set")


async def _publish(api: Api, method: str, listed: Mapping[str, object]) -> bool:
    """Set one list. Returns True if Telegram shows it or never will."""
    for attempt in range(1, TRIES + 1):
        try:
            await api.perform(method, listed)
        except BadRequest as error:  # for example because the chat is gone: it would be refused again
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
