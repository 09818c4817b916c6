"""The time in the emulator: the real one, which a test can move forward."""

import time
from contextlib import suppress

from bot.sandbox.world.changes import Changes


class Clock:
    """Unix seconds and monotonic seconds that keep step when the clock is moved."""

    def __init__(self) -> None:
        self._ahead = 0.0
        self._moved = Changes()

    def forward(self, seconds: float) -> None:
        """Let time pass at once: what Telegram keeps for a while grows older by this."""
        self._ahead += seconds
        self._moved.notify()

    def now(self) -> float:
        return time.time() + self._ahead

    def monotonic(self) -> float:
        return time.monotonic() + self._ahead

    async def sleep(self, seconds: float) -> None:
        """Sleep by this clock: moving it forward shortens the night."""
        end = self.monotonic() + seconds
        with suppress(TimeoutError):
            await self._moved.until(lambda: self.monotonic() >= end, within=seconds)
