"""Waiting for a condition, checked on each change instead of at intervals."""

import asyncio
import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")
QUICK_CHECK = 0.001  # seconds; a slower condition is not checked on every change
REST_FACTOR = 4  # pause after a slow check, in multiples of its duration: broadcasts make thousands of changes


class Changes:
    """Wakes all waiting tasks on each change in the emulator."""

    def __init__(self) -> None:
        self._next = asyncio.Event()
        self._waiting = 0

    def notify(self) -> None:
        if self._waiting:
            self._next.set()
            self._next = asyncio.Event()

    async def until(self, found: Callable[[], T], within: float) -> T:
        """Wait until `found()` is true and return its value. Raises `TimeoutError` after `within` seconds."""
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
