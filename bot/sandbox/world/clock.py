"""The emulator's clock: real time, which a test can move forward."""

import time
from contextlib import suppress

from bot.sandbox.world.changes import Changes


class Clock:
    """Unix and monotonic seconds. Both move forward together."""

    def __init__(self) -> None:
        self._ahead = 0.0
        self._moved = Changes()

    def forward(self, seconds: float) -> None:
        """Move the clock forward. Updates, queries and messages age by this."""
        self._ahead += seconds
        self._moved.notify()

    def now(self) -> float:
        return time.time() + self._ahead

    def monotonic(self) -> float:
        return time.monotonic() + self._ahead

    async def sleep(self, seconds: float) -> None:
        """Sleep by this clock. Moving it forward shortens the sleep."""
        end = self.monotonic() + seconds
        with suppress(TimeoutError):
            await self._moved.until(lambda: self.monotonic() >= end, within=seconds)
