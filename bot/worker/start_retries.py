"""Retries of what a start needs from others: the database, Telegram, and what an Application does first."""

import asyncio
from collections.abc import Awaitable, Callable

import structlog
from telegram.error import InvalidToken, TelegramError

from bot.errors import DatabaseAwayError, FatalError, TransientError
from bot.worker.intake.poller import TOKEN_REFUSED
from bot.worker.outgoing.transport import back_off

logger = structlog.get_logger(__name__)

LONGEST_BACK_OFF = 10.0  # seconds
PERMANENT = ("28", "3D")  # SQLSTATE: a wrong password or user, no such database


async def retry_until_ready(name: str, attempt: Callable[[], Awaitable[object]]) -> None:
    """Try with back-off for as long as `name` is away. Raises FatalError for permanent errors."""
    failures = 0
    while True:
        try:
            await attempt()
        except InvalidToken:
            raise FatalError(TOKEN_REFUSED) from None  # its text holds the token
        except (TransientError, TelegramError) as error:
            if isinstance(error, DatabaseAwayError) and (error.sqlstate or "").startswith(PERMANENT):
                raise FatalError(f"{error}. Check DATABASE_URL") from error
            failures += 1
            rest = back_off(failures, longest=LONGEST_BACK_OFF)
            logger.warning("%s is away", name, reason=str(error), failures=failures, again_in=round(rest, 1))
            await asyncio.sleep(rest)
        else:
            return
