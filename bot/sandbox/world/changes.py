"""Waiting for something to become true, without looking at the clock for it."""

import asyncio
import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")
QUICK_CHECK = 0.001  # seconds in which a condition is looked up
REST_FACTOR = (
    4  # times as long as a slower one took, nobody looks again: a broadcast brings thousands of changes a second
)


class Changes:
    """Wakes whoever waits, each time that something in the emulator has changed."""

    def __init__(self) -> None:
        self._next = asyncio.Event()
        self._waiting = 0

    def notify(self) -> None:
        if self._waiting:
            self._next.set()
            self._next = asyncio.Event()

    async def until(self, found: Callable[[], T], within: float) -> T:
        """Return what `found` returns as soon as that is true. Raises `TimeoutError` after `within` seconds."""
        self._waiting += 1
        try:
            async with asyncio.timeout(within):
                while True:
                    change, began = self._next, time.perf_counter()
                    if result := found():
                        return result
                    if (took := time.perf_counter() - began) > QUICK_CHECK:
                        await asyncio.sleep(took * REST_FACTOR)
                    await change.wait()
        finally:
            self._waiting -= 1
