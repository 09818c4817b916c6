"""getUpdates: one poll waits at a time, and what two pollers meet.

Source: tdlib/telegram-bot-api, Client::process_get_updates_query, do_get_updates, fail_query_conflict.
"""

import asyncio
import enum
from dataclasses import dataclass

from bot.sandbox.world.bot_api import ApiError, conflict
from bot.sandbox.world.server_state import ServerState

LONGEST_POLL = 50  # seconds
GATHERING = 0.001  # seconds that a woken poll waits for what comes with the first update
SAME_OFFSET = 3.0  # seconds within which the same offset again has to wait as long as that
SAME_OFFSET_AT_ONCE = 0.5  # seconds within which it gets one update only
BETWEEN_REFUSALS = 3.0  # seconds


class Ending(enum.Enum):
    NEWS = "an update came"
    REPLACED = "terminated by other getUpdates request; make sure that only one bot instance is running"
    WEBHOOK = "terminated by setWebhook request"


@dataclass(frozen=True, slots=True)
class Ask:
    """The parameters of a getUpdates, within Telegram's bounds."""

    offset: int = 0
    limit: int = 100
    timeout: int = 0

    @classmethod
    def within_bounds(cls, offset: int, limit: int, timeout: int) -> "Ask":
        return cls(offset, min(max(limit, 1), 100), min(max(timeout, 0), LONGEST_POLL))


class Polling:
    """Answers getUpdates for one bot from its queue."""

    def __init__(self, state: ServerState) -> None:
        self.updates = state.updates
        self._clock = state.clock
        state.on_update = self.wake
        self._waiting: asyncio.Future[Ending] | None = None
        self._last_offset: int | None = None
        self._last_asked = 0.0
        self._next_refusal = 0.0
        self.webhook = ""

    @property
    def is_waiting(self) -> bool:
        return self._waiting is not None

    def wake(self, ending: Ending = Ending.NEWS) -> None:
        if self._waiting and not self._waiting.done():
            self._waiting.set_result(ending)
        self._waiting = None

    async def answer(self, ask: Ask) -> list[bytes]:
        """Updates as soon as there are any, or none after `ask.timeout` seconds."""
        if self.webhook:
            raise conflict(
                "can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"
            )
        ask = self._slowed(ask)
        if (found := self.updates.fetch(ask.offset, ask.limit)) or not ask.timeout:
            return found
        self.wake(Ending.REPLACED)
        ending = await self._ending(ask.timeout)
        if ending in (Ending.REPLACED, Ending.WEBHOOK):
            raise await self._refusal(ending)
        # A negative offset has thrown away what it was to throw away when the poll came.
        return self.updates.fetch(max(ask.offset, 0), ask.limit)

    def _slowed(self, ask: Ask) -> Ask:
        """A bot that asks the same again and again is made to wait."""
        now = self._clock.monotonic()
        limit, timeout = ask.limit, ask.timeout
        if ask.offset == self._last_offset:
            since = now - self._last_asked
            timeout = max(timeout, 3) if since < SAME_OFFSET else timeout
            limit = 1 if since < SAME_OFFSET_AT_ONCE else limit
        self._last_offset, self._last_asked = ask.offset, now
        return Ask(ask.offset, limit, timeout)

    async def _ending(self, seconds: float) -> Ending | None:
        waiting: asyncio.Future[Ending] = asyncio.get_running_loop().create_future()
        self._waiting = waiting
        try:
            async with asyncio.timeout(seconds):
                ending = await waiting
        except TimeoutError:
            return None
        finally:
            if self._waiting is waiting:
                self._waiting = None
        if ending is Ending.NEWS:
            await asyncio.sleep(GATHERING)
        return ending

    async def _refusal(self, ending: Ending) -> ApiError:
        """One refusal at once, then one every few seconds: so two pollers don't drive each other on."""
        now = self._clock.monotonic()
        if now >= self._next_refusal:
            self._next_refusal = now + BETWEEN_REFUSALS
        else:
            await self._clock.sleep(BETWEEN_REFUSALS)
        return conflict(ending.value)
