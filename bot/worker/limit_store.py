"""Keeps the use of Telegram's limits over restarts: stored in the database, and restored by the next term."""

import asyncio
import json

import structlog

from bot.db.tables.pollers import Pollers, Term
from bot.db.unit_of_work import UnitOfWork
from bot.errors import TransientError
from bot.worker.outgoing.limiter import GROUP_WITHIN
from bot.worker.outgoing.send_scheduler import SendScheduler

STORE_EVERY = 15.0  # seconds, while something is sent
RETRY_AFTER = 1.0  # seconds
SLACK = 10.0  # seconds for which a worker cut off from its database may go on sending
EXPIRES_AFTER = GROUP_WITHIN + STORE_EVERY + SLACK  # seconds without a sign of the previous term

log = structlog.get_logger(__name__)


def restore_limits(scheduler: SendScheduler, term: Term) -> None:
    """Restore the limits as the previous term left them; flood waits end when they would have.

    If it crashed not long ago, its last sends are unknown, and every limit counts as just used up. That delays the
    first replies by up to a second in private chats, and by up to a minute in groups.
    """
    before = term.previous
    if before is None:
        return
    restored = False
    if before.limits is not None:
        try:
            kept = json.loads(before.limits)
            scheduler.limiter.restore(kept["limits"], before.limits_age, scheduler.clock())
            restored = True
        except (ValueError, LookupError, TypeError, RecursionError) as error:
            log.warning("the stored limits can't be read", reason=str(error))
    if (not restored or previous_crashed(term)) and before.last_sign_age < EXPIRES_AFTER:
        log.info("every limit counts as used up: the previous term crashed")
        scheduler.limiter.begin_used_up(scheduler.clock())


def previous_crashed(term: Term) -> bool:
    """Return whether the previous term left no record of its end: its worker crashed, was killed or was cut off."""
    if term.previous is None:
        return False
    try:
        kept = json.loads(term.previous.limits or "")
        return not (kept["ended"] is True and kept["epoch"] == term.epoch - 1)
    except (ValueError, LookupError, TypeError, RecursionError):
        return True


class LimitStore:
    """Stores the limits in the row of the term."""

    def __init__(self, scheduler: SendScheduler, unit_of_work: UnitOfWork, term: Term) -> None:
        self._scheduler = scheduler
        self._unit_of_work = unit_of_work
        self._term = term
        self._stored_given = 0  # permits given when the limits were last stored

    async def keep_limits(self) -> None:
        """Store the limits at the start, at each flood wait, and regularly while messages are sent."""
        while True:
            if await self.keep():
                await self._something_new()
            else:
                await asyncio.sleep(RETRY_AFTER)

    async def keep(self, *, ended: bool = False) -> bool:
        """Store the limits once; `ended` says that this term sends nothing more."""
        self._scheduler.flood.clear()
        self._stored_given = self._scheduler.permits_given
        limits = self._scheduler.limiter.snapshot(self._scheduler.clock())
        kept = {"epoch": self._term.epoch, "ended": ended, "limits": limits}
        try:
            async with self._unit_of_work.open() as work:
                await work.of(Pollers).store_limits(self._term, kept)
        except TransientError as error:
            log.warning("the limits can't be stored", reason=str(error))
            return False
        return True

    async def _something_new(self) -> None:
        """Wait for a flood wait, or until it is time and something was sent."""
        while True:
            try:
                async with asyncio.timeout(STORE_EVERY):
                    await self._scheduler.flood.wait()
            except TimeoutError:
                if self._scheduler.permits_given == self._stored_given:
                    continue
            return
