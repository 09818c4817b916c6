"""getUpdates: long polling, and the conflict of two pollers.

Source: tdlib/telegram-bot-api, Client::process_get_updates_query, do_get_updates, fail_query_conflict.
"""

import asyncio
import enum
from dataclasses import dataclass

from bot.sandbox.world.bot_api import ApiError, conflict
from bot.sandbox.world.server_state import ServerState

LONGEST_POLL = 50  # seconds
GATHER_DELAY = 0.001  # seconds for which a woken poll collects more updates
SAME_OFFSET_WINDOW = 3.0  # seconds; repeating an offset within them waits at least as long
SAME_OFFSET_BURST = 0.5  # seconds; repeating an offset within them gets a single update
CONFLICT_INTERVAL = 3.0  # seconds


class PollEnd(enum.Enum):
    UPDATE = "an update came"
    REPLACED = "terminated by other getUpdates request; make sure that only one bot instance is running"
    WEBHOOK = "terminated by setWebhook request"


@dataclass(frozen=True, slots=True)
class PollRequest:
    """The parameters of getUpdates, within Telegram's bounds."""

    offset: int = 0
    limit: int = 100
    timeout: int = 0

    @classmethod
    def within_bounds(cls, offset: int, limit: int, timeout: int) -> "PollRequest":
        return cls(offset, min(max(limit, 1), 100), min(max(timeout, 0), LONGEST_POLL))


class Polling:
    """Answers getUpdates from the queue. One poll waits at a time."""

    def __init__(self, state: ServerState) -> None:
        self.updates = state.updates
        self._clock = state.clock
        state.on_update = self.wake
        self._waiting: asyncio.Future[PollEnd] | None = None
        self._last_offset: int | None = None
        self._last_request_at = 0.0
        self._next_conflict_at = 0.0
        self.webhook = ""

    @property
    def is_waiting(self) -> bool:
        return self._waiting is not None

    def wake(self, ending: PollEnd = PollEnd.UPDATE) -> None:
        if self._waiting and not self._waiting.done():
            self._waiting.set_result(ending)
        self._waiting = None

    async def answer(self, request: PollRequest) -> list[bytes]:
        """Return updates as soon as there are any, or none after `request.timeout` seconds."""
        if self.webhook:
            raise conflict(
                "can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"
            )
        request = self._throttled(request)
        if (found := self.updates.fetch(request.offset, request.limit)) or not request.timeout:
            return found
        self.wake(PollEnd.REPLACED)
        ending = await self._wait_for_end(request.timeout)
        if ending in (PollEnd.REPLACED, PollEnd.WEBHOOK):
            raise await self._conflict(ending)
        # A negative offset already took effect at the first fetch.
        return self.updates.fetch(max(request.offset, 0), request.limit)

    def _throttled(self, request: PollRequest) -> PollRequest:
        """Slow down a bot that repeats the same offset."""
        now = self._clock.monotonic()
        limit, timeout = request.limit, request.timeout
        if request.offset == self._last_offset:
            since = now - self._last_request_at
            timeout = max(timeout, 3) if since < SAME_OFFSET_WINDOW else timeout
            limit = 1 if since < SAME_OFFSET_BURST else limit
        self._last_offset, self._last_request_at = request.offset, now
        return PollRequest(request.offset, limit, timeout)

    async def _wait_for_end(self, seconds: float) -> PollEnd | None:
        waiting: asyncio.Future[PollEnd] = asyncio.get_running_loop().create_future()
        self._waiting = waiting
        try:
            async with asyncio.timeout(seconds):
                ending = await waiting
        except TimeoutError:
            return None
        finally:
            if self._waiting is waiting:
                self._waiting = None
        if ending is PollEnd.UPDATE:
            await asyncio.sleep(GATHER_DELAY)
        return ending

    async def _conflict(self, ending: PollEnd) -> ApiError:
        """Return the conflict at once, then at intervals, so that two pollers don't loop quickly."""
        now = self._clock.monotonic()
        if now >= self._next_conflict_at:
            self._next_conflict_at = now + CONFLICT_INTERVAL
        else:
            await self._clock.sleep(CONFLICT_INTERVAL)
        return conflict(ending.value)
