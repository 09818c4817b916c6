"""Standing by until this worker leads, and again after it has lost its leadership."""

import asyncio

import structlog

from bot.db.tables.pollers import Term
from bot.errors import LeadershipLostError, TransientError
from bot.worker.stopping import unless_stopped
from bot.worker.term import lead
from bot.worker.worker import Worker

BACK_TO_THE_LOCK_AFTER = 0.5  # seconds

logger = structlog.get_logger(__name__)


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
        await unless_stopped(stop, asyncio.sleep(BACK_TO_THE_LOCK_AFTER))
    finally:
        await worker.leadership.end()


async def _leadership(worker: Worker) -> Term:
    term = await worker.leadership.try_to_lead()
    if term is not None:
        return term
    worker.vitals.stands_by()
    logger.info("stands by: another worker leads")
    return await worker.leadership.wait()
