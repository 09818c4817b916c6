"""Standing by until this worker leads, and again after it has lost leadership."""

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

import structlog

from bot.db.tables.pollers import Term
from bot.errors import LeadershipLostError, TransientError
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
