"""Limits for handlers: no handler may run too long, idle in its transaction, or end as cancelled."""

import asyncio
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager

from bot.errors import CancelledByNobodyError, DatabaseAwayError, RanLongError, TookTooLongError

HANDLER_TIMEOUT = 120.0  # seconds; a handler that takes longer has failed
LONG_TRANSACTION = 60.0  # seconds, after which a broken transaction may have idled in the handler


@asynccontextmanager
async def handler_timeout() -> AsyncIterator[None]:
    """Turn a handler's own failures in the block into errors that count against its update."""
    began = time.monotonic()
    with _stray_cancellation():
        try:
            async with _timeout():
                yield
        except DatabaseAwayError as error:
            ran = time.monotonic() - began
            if ran > LONG_TRANSACTION:  # during an outage retries fail quickly; they don't count
                raise RanLongError(f"its transaction broke after {ran:.0f} seconds: {error.reason}") from error
            raise


@asynccontextmanager
async def _timeout() -> AsyncIterator[None]:
    limit = asyncio.timeout(HANDLER_TIMEOUT)
    try:
        async with limit:
            yield
    except TimeoutError as error:
        if limit.expired():  # and not some time-out of the handler's own
            raise TookTooLongError(f"its handler took longer than {HANDLER_TIMEOUT:.0f} seconds") from error
        raise


@contextmanager
def _stray_cancellation() -> Iterator[None]:
    """Raise CancelledByNobodyError if a handler awaited a task or future that was cancelled.

    Its CancelledError would end the lane's task as if the lane had been cancelled: silently, and for good.
    """
    try:
        yield
    except asyncio.CancelledError as error:
        task = asyncio.current_task()
        if task is None or task.cancelling():
            raise
        raise CancelledByNobodyError("its handler awaited a task or future that was cancelled") from error
