"""Polls that hang: when new connections are worth a try, and when a new process is."""

import math

from telegram.error import TelegramError, TimedOut

from bot.errors import FatalError

LONG_POLL_ANSWERED_WITHIN = 30.0  # seconds
RECONNECT_AFTER = 60.0  # seconds of silence
SILENCE_IS_FATAL_AFTER = 180.0  # seconds


class Silence:
    """How long polls have hung without any answer; what is refused, reset or answered with an error is no silence."""

    def __init__(self) -> None:
        self._since: float | None = None
        self._reconnected_at = -math.inf

    def goes_on(self, error: TelegramError, now: float) -> bool:
        """Whether to make the connections anew after this error. Raises FatalError when it has lasted too long."""
        if not isinstance(error, TimedOut):
            self._since = None
            return False
        self._since = now - LONG_POLL_ANSWERED_WITHIN if self._since is None else self._since
        if now - self._since > SILENCE_IS_FATAL_AFTER:
            raise FatalError(f"Telegram has not answered for {now - self._since:.0f} s; a new start may find it")
        if now - max(self._since, self._reconnected_at) < RECONNECT_AFTER:
            return False
        self._reconnected_at = now
        return True
