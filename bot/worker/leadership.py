"""Leadership: of all workers of a bot, one polls. When it goes, another takes over."""

import asyncio
import math
import time
from collections.abc import Callable

from bot.db.base import WAKE_CHANNEL
from bot.db.driver_errors import POOLER
from bot.db.lock import RETRY_EVERY, SessionLock
from bot.db.tables.pollers import Pollers, Term
from bot.db.unit_of_work import LockTimeouts, UnitOfWork
from bot.errors import DatabaseAwayError, FatalError, LeadershipLostError

CHECK_EVERY = 2.0  # seconds
ANSWERED_WITHIN = 6.0  # seconds without an answer after which leadership counts as lost


def lock_name(bot_id: int) -> str:
    """The name of the bot's leader lock."""
    return f"telegram-bot-worker/leader/{bot_id}"


class Leadership:
    """Holds the bot's advisory lock; the epoch counts the terms of leadership."""

    def __init__(self, lock: SessionLock, unit_of_work: UnitOfWork, bot_id: int, api_url: str) -> None:
        self._lock = lock
        self._unit_of_work = unit_of_work
        self._bot_id = bot_id
        self._api_url = api_url
        self._confirmed_at = -math.inf  # when the last answered query was sent

    async def try_to_lead(self) -> Term | None:
        """Take the lock and raise the epoch; None while another worker leads. Raises FatalError behind a pooler."""
        query_at = time.monotonic()
        if not await self._lock.taken():
            return None
        async with self._unit_of_work.open(LockTimeouts(lock=10)) as work:
            term = await work.of(Pollers).begin_term(self._bot_id, self._api_url)
            # A pooler gives this transaction the session that holds the lock, and the next query of the lock's own
            # connection a different one.
            if not await self._lock.still_held():
                raise FatalError(POOLER)
        self._confirmed_at = query_at
        return term

    async def wait(self) -> Term:
        """Try twice a second until this worker leads. Raises DatabaseAwayError."""
        while (term := await self.try_to_lead()) is None:  # noqa: ASYNC110 -- PostgreSQL doesn't announce released locks
            await asyncio.sleep(RETRY_EVERY)
        return term

    def holds(self) -> bool:
        """Return whether this worker leads, as far as it knows. Checked before each poll, commit and send."""
        return time.monotonic() - self._confirmed_at < ANSWERED_WITHIN

    def check(self) -> None:
        """Raise LeadershipLostError unless this worker leads."""
        if not self.holds():
            raise LeadershipLostError(f"the database has not said for {ANSWERED_WITHIN:.0f} s who leads")

    async def lost(self) -> LeadershipLostError:
        """Check every 2 s whether the lock is still held, and return the reason once leadership is lost.

        Raises FatalError if the lock is gone although nothing broke: a transaction pooler is in between.
        """
        while True:
            await asyncio.sleep(CHECK_EVERY)
            query_at = time.monotonic()
            try:
                async with asyncio.timeout(max(0.0, self._confirmed_at + ANSWERED_WITHIN - query_at)):
                    held = await self._lock.still_held()
            except (DatabaseAwayError, TimeoutError) as error:
                return LeadershipLostError(f"the database doesn't say who leads: {error}")
            if not held:
                raise FatalError(POOLER)
            self._confirmed_at = query_at

    async def listen(self, wake: Callable[[], None]) -> None:
        """Call `wake` when another process leaves work. Raises DatabaseAwayError."""
        await self._lock.listen(WAKE_CHANNEL, wake)

    async def end(self) -> None:
        """Release the lock and give up leadership."""
        self._confirmed_at = -math.inf
        await self._lock.close()
