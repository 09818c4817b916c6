"""Ends a process whose event loop is stuck, so that its platform restarts it."""

import asyncio
import faulthandler
from collections.abc import Iterator
from contextlib import contextmanager

STUCK_AFTER = 30.0  # seconds without a turn of the event loop


@contextmanager
def stuck_loop_ends() -> Iterator[None]:
    """End the process, with all stacks on stderr, if the event loop makes no turn for STUCK_AFTER seconds."""
    loop = asyncio.get_running_loop()
    timers: list[asyncio.TimerHandle] = []

    def rearm() -> None:
        faulthandler.dump_traceback_later(STUCK_AFTER, exit=True)
        timers[:] = [loop.call_later(STUCK_AFTER / 6, rearm)]

    rearm()
    try:
        yield
    finally:
        timers[0].cancel()
        faulthandler.cancel_dump_traceback_later()
