"""Standing by until this worker leads, and again after it has lost leadership."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, TypeVar

import structlog
from telegram.error import InvalidToken, TelegramError

from bot.db.tables.pollers import Term
from bot.errors import DatabaseAwayError, FatalError, LeadershipLostError, TransientError
from bot.worker.intake.poller import TOKEN_REFUSED
from bot.worker.outgoing.transport import back_off
from bot.worker.term import lead
from bot.worker.worker import Worker

RETRY_AFTER = 0.5  # seconds

logger = structlog.get_logger(__name__)


T = TypeVar("T")


async def next_term(worker: Worker, stop: asyncio.Event) -> None:
    """Stand by until this worker leads, then lead until `stop` is set or leadership is lost."""
    try:
        term = await unless_stopped(stop, _leadership(worker))
        if term is not None:
            await lead(worker, term, stop)
    except* (TransientError, LeadershipLostError) as group:
        logger.warning("stands by", reason="; ".join(str(error) for error in group.exceptions))
        worker.vitals.stands_by()
        await worker.forget_connections()  # they may have died without a word
        await unless_stopped(stop, asyncio.sleep(RETRY_AFTER))
    finally:
        await worker.leadership.end()


async def _leadership(worker: Worker) -> Term:
    term = await worker.leadership.try_to_lead()
    if term is not None:
        return term
    worker.vitals.stands_by()
    logger.info("stands by: another worker leads")
    return await worker.leadership.wait()


async def unless_stopped(stop: asyncio.Event, work: Coroutine[Any, Any, T]) -> T | None:
    """Return the result of `work`, or None once `stop` is set, with `work` cancelled."""
    async with asyncio.TaskGroup() as tasks:
        working = tasks.create_task(work, name="unless stopped")
        waiting = tasks.create_task(stop.wait(), name="stop")
        await asyncio.wait({working, waiting}, return_when=asyncio.FIRST_COMPLETED)
        working.cancel()
        waiting.cancel()
    return None if working.cancelled() else working.result()


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
