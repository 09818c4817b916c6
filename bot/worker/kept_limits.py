"""Keeps in the database how far Telegram's limits are used up, so that the next term goes on from there."""

import asyncio
import json

import structlog

from bot.db.tables.updates import Inbox, Term
from bot.db.unit_of_work import UnitOfWork
from bot.errors import TransientError
from bot.worker.outgoing.limiter import GROUP_WITHIN
from bot.worker.outgoing.send_scheduler import SendScheduler

KEPT_EVERY = 15.0  # seconds, while something is sent
AGAIN_AFTER = 1.0  # seconds
SLACK = 10.0  # seconds that a worker cut off from its database may go on sending
FORGOTTEN_AFTER = GROUP_WITHIN + KEPT_EVERY + SLACK  # seconds without a sign of the term before

log = structlog.get_logger(__name__)


def go_on(scheduler: SendScheduler, term: Term) -> None:
    """Take up the limits where the term before left them; flood waits end when they would have.

    If it ended without a word and not long ago, nobody knows what it sent last: every limit counts as just used up.
    That costs the first replies up to a second in private, and groups up to a minute.
    """
    before = term.before
    if before is None:
        return
    restored = False
    if before.limits is not None:
        try:
            kept = json.loads(before.limits)
            scheduler.limiter.restore(kept["limits"], before.limits_age, scheduler.clock())
            restored = True
        except (ValueError, LookupError, TypeError, RecursionError) as error:
            log.warning("what is kept of the limits can't be read", reason=str(error))
    if (not restored or ended_without_a_word(term)) and before.last_sign_age < FORGOTTEN_AFTER:
        log.info("every limit counts as used up: the term before ended without a word")
        scheduler.limiter.begin_used_up(scheduler.clock())


def ended_without_a_word(term: Term) -> bool:
    """Whether there was a term before that didn't say that it ended: its worker crashed, was killed or cut off."""
    if term.before is None:
        return False
    try:
        kept = json.loads(term.before.limits or "")
        return not (kept["ended"] is True and kept["epoch"] == term.epoch - 1)
    except (ValueError, LookupError, TypeError, RecursionError):
        return True


class KeptLimits:
    """Keeps the limits in the row of the term."""

    def __init__(self, scheduler: SendScheduler, unit_of_work: UnitOfWork, term: Term) -> None:
        self._scheduler = scheduler
        self._unit_of_work = unit_of_work
        self._term = term
        self._given = 0  # permits, when the limits were kept last

    async def keep_limits(self) -> None:
        """Keep them at the start, at each flood wait, and now and then while something is sent."""
        while True:
            if await self.keep():
                await self._something_new()
            else:
                await asyncio.sleep(AGAIN_AFTER)

    async def keep(self, *, ended: bool = False) -> bool:
        """Keep them once; `ended` says that nothing more is sent in this term."""
        self._scheduler.flood.clear()
        self._given = self._scheduler.permits_given
        limits = self._scheduler.limiter.snapshot(self._scheduler.clock())
        kept = {"epoch": self._term.epoch, "ended": ended, "limits": limits}
        try:
            async with self._unit_of_work.open() as work:
                await work.of(Inbox).keep_limits(self._term, kept)
        except TransientError as error:
            log.warning("the limits can't be kept", reason=str(error))
            return False
        return True

    async def _something_new(self) -> None:
        """Wait for a flood wait, or until it is time and something was sent."""
        while True:
            try:
                async with asyncio.timeout(KEPT_EVERY):
                    await self._scheduler.flood.wait()
            except TimeoutError:
                if self._scheduler.permits_given == self._given:
                    continue
            return
