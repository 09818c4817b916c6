"""What a handler may not do: take too long, idle in its transaction until the database ends it, end as cancelled."""

import asyncio
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager

from bot.errors import CancelledByNobodyError, DatabaseAwayError, RanLongError, TookTooLongError

HANDLER_TIMEOUT = 120.0  # seconds; a handler that takes longer has failed
LONG_TRANSACTION = (
    60.0  # seconds; from then on a transaction that broke may have idled (`idle_in_transaction_session_timeout`)
)


@asynccontextmanager
async def handler_timeout() -> AsyncIterator[None]:
    """Name what a handler in the block has brought upon itself: each an error that its update answers for."""
    began = time.monotonic()
    with _stray_cancellation():
        try:
            async with _timeout():
                yield
        except DatabaseAwayError as error:
            ran = time.monotonic() - began
            if ran > LONG_TRANSACTION:  # an outage ends quickly what is begun anew in it, and isn't counted
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
    """A handler that awaits a task or future which was cancelled ends as if it had been cancelled itself.

    Passed on, that would end its lane's task as if the lane had been told to: without a word, and for good.
    """
    try:
        yield
    except asyncio.CancelledError as error:
        task = asyncio.current_task()
        if task is None or task.cancelling():
            raise
        raise CancelledByNobodyError("its handler awaited a task or future that was cancelled") from error
