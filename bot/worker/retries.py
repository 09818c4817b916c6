"""What the start needs is tried until it works: the database or Telegram may be away for long."""

import asyncio
from collections.abc import Awaitable, Callable

import structlog
from telegram.error import InvalidToken, TelegramError

from bot.errors import DatabaseAwayError, FatalError, TransientError
from bot.worker.intake.poller import TOKEN_REFUSED
from bot.worker.outgoing.transport import back_off

LONGEST_BACK_OFF = 10.0  # seconds
WONT_MEND_ITSELF = ("28", "3D")  # SQLSTATE: a wrong password or user, no such database

logger = structlog.get_logger(__name__)


async def until_it_works(what: str, attempt: Callable[[], Awaitable[object]]) -> None:
    """Try with back-off, without end, for as long as `what` is away. Raises FatalError for what won't mend itself."""
    failures = 0
    while True:
        try:
            await attempt()
        except InvalidToken:
            raise FatalError(TOKEN_REFUSED) from None  # its text holds the token
        except (TransientError, TelegramError) as error:
            if isinstance(error, DatabaseAwayError) and (error.sqlstate or "").startswith(WONT_MEND_ITSELF):
                raise FatalError(f"{error}. Check DATABASE_URL") from error
            failures += 1
            rest = back_off(failures, longest=LONGEST_BACK_OFF)
            logger.warning("%s is away", what, reason=str(error), failures=failures, again_in=round(rest, 1))
            await asyncio.sleep(rest)
        else:
            return
