"""How far Telegram's limits are used up, over restarts: kept in the database, and gone on with by the next term."""

import asyncio
import json

import structlog

from bot.db.tables.pollers import Pollers, Term
from bot.db.unit_of_work import UnitOfWork
from bot.errors import TransientError
from bot.worker.outgoing.limiter import GROUP_WITHIN
from bot.worker.outgoing.send_scheduler import Turns

KEPT_EVERY = 15.0  # seconds, while something is sent
AGAIN_AFTER = 1.0  # seconds
SLACK = 10.0  # seconds that a worker cut off from its database may go on sending
FORGOTTEN_AFTER = GROUP_WITHIN + KEPT_EVERY + SLACK  # seconds without a sign of the term before

log = structlog.get_logger(__name__)


def go_on(turns: Turns, term: Term) -> None:
    """Take up the limits where the term before left them; flood waits end when they would have.

    If it ended without a word and not long ago, nobody knows what it sent last: every limit counts as just used up.
    That costs the first replies up to a second in private, and groups up to a minute.
    """
    before = term.previous
    if before is None:
        return
    restored = False
    if before.limits is not None:
        try:
            kept = json.loads(before.limits)
            turns.restore(kept["limits"], before.limits_age)
            restored = True
        except (ValueError, LookupError, TypeError, RecursionError) as error:
            log.warning("what is kept of the limits can't be read", reason=str(error))
    if (not restored or ended_without_a_word(term)) and before.last_sign_age < FORGOTTEN_AFTER:
        log.info("every limit counts as used up: the term before ended without a word")
        turns.begin_used_up()


def ended_without_a_word(term: Term) -> bool:
    """Whether there was a term before that didn't say that it ended: its worker crashed, was killed or cut off."""
    if term.previous is None:
        return False
    try:
        kept = json.loads(term.previous.limits or "")
        return not (kept["ended"] is True and kept["epoch"] == term.epoch - 1)
    except (ValueError, LookupError, TypeError, RecursionError):
        return True


class KeptLimits:
    """Keeps the limits in the row of the term."""

    def __init__(self, turns: Turns, unit_of_work: UnitOfWork, term: Term) -> None:
        self._turns = turns
        self._unit_of_work = unit_of_work
        self._term = term
        self._given = 0  # turns, when they were kept last

    async def keep_limits(self) -> None:
        """Keep them at the start, at each flood wait, and now and then while something is sent."""
        while True:
            if await self.keep():
                await self._something_new()
            else:
                await asyncio.sleep(AGAIN_AFTER)

    async def keep(self, *, ended: bool = False) -> bool:
        """Keep them once; `ended` says that nothing more is sent in this term."""
        self._turns.flood.clear()
        self._given = self._turns.given
        kept = {"epoch": self._term.epoch, "ended": ended, "limits": self._turns.snapshot()}
        try:
            async with self._unit_of_work.open() as work:
                await work.of(Pollers).store_limits(self._term, kept)
        except TransientError as error:
            log.warning("the limits can't be kept", reason=str(error))
            return False
        return True

    async def _something_new(self) -> None:
        """Wait for a flood wait, or until it is time and something was sent."""
        while True:
            try:
                async with asyncio.timeout(KEPT_EVERY):
                    await self._turns.flood.wait()
            except TimeoutError:
                if self._turns.given == self._given:
                    continue
            return
