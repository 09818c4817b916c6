"""Waiting for something to become true, without looking at the clock for it."""

import asyncio
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


class Changes:
    """Wakes whoever waits, each time that something in the emulator has changed."""

    def __init__(self) -> None:
        self._next = asyncio.Event()
        self._waiting = 0

    def tell(self) -> None:
        if self._waiting:
            self._next.set()
            self._next = asyncio.Event()

    async def until(self, found: Callable[[], T], within: float) -> T:
        """Return what `found` returns as soon as that is true. Raises `TimeoutError` after `within` seconds."""
        self._waiting += 1
        try:
            async with asyncio.timeout(within):
                while not (result := found()):
                    await self._next.wait()
                return result
        finally:
            self._waiting -= 1
