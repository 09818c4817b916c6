"""The poller: getUpdates as raw JSON; accept, commit, and only then the next offset."""

import asyncio
import math
import time
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

import structlog
from telegram.error import BadRequest, Conflict, InvalidToken, RetryAfter, TelegramError, TimedOut

from bot.db.repositories.inbox import Term, Waiting
from bot.db.uow import UnitOfWork
from bot.errors import ConflictError, DatabaseAwayError, FatalError
from bot.intake import inbox
from bot.intake.inbox import Accepted
from bot.intake.reading import NotAnAnswerError, RawUpdate, read
from bot.lanes import Lanes
from bot.outgoing.transport import Api, back_off, told_to_wait
from bot.vitals import Vitals

LONG_POLL = 20  # seconds that Telegram may wait for an update
LONG_POLL_ANSWERED_WITHIN = 30.0  # seconds
RECONNECT_AFTER = 60.0  # seconds of silence
SILENCE_IS_FATAL_AFTER = 180.0  # seconds
LONGEST_BACK_OFF = 10.0  # seconds
LARGEST_BATCH = 100  # getUpdates, parameter `limit`
TOKEN_REFUSED = (
    "Telegram refused BOT_TOKEN: it is wrong or was revoked. Take the current one from @BotFather and start again"
)

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Poller:
    """Takes over what Telegram has for the bot, batch after batch, for as long as the term lasts."""

    term: Term
    api: Api
    unit_of_work: UnitOfWork
    lanes: Lanes[Waiting]
    check: Callable[[], None]  # raises LeadershipLostError once this worker leads no longer
    allowed_updates: Collection[str]
    vitals: Vitals

    async def run(self) -> None:
        """Poll until cancelled. The first poll of a term sends no offset, later ones confirm what was committed.

        Raises FatalError for a refused token and LeadershipLostError when another worker has taken over.
        """
        offset: int | None = None
        wait = 0  # the first answer comes at once: it is what /health goes by
        while True:
            batch = await self._ask(offset, wait)
            wait = LONG_POLL
            if batch:
                await self._keep(batch)
                offset = _behind(batch, offset)

    async def _ask(self, offset: int | None, wait: int) -> Sequence[RawUpdate]:
        """The next batch; what goes wrong on the way is tried again until it goes right."""
        failures = 0
        silence = Silence()
        while True:
            self.check()
            try:
                updates = _numbered(read(await self._poll(offset, wait)))
            except (TelegramError, NotAnAnswerError) as error:
                failures += 1
                if silence.goes_on(error, time.monotonic()):
                    log.warning("Telegram has not answered for a while; its connections are made anew")
                    await self.api.reconnect()
                await self._rest(error, failures)
            else:
                self.vitals.poll_answered()
                return updates

    async def _poll(self, offset: int | None, wait: int) -> bytes:
        parameters: dict[str, object] = {
            "timeout": wait,
            "limit": LARGEST_BATCH,
            "allowed_updates": sorted(self.allowed_updates),
        }
        if offset is not None:
            parameters["offset"] = offset
        return await self.api.call("getUpdates", parameters, read_timeout=LONG_POLL_ANSWERED_WITHIN)

    async def _rest(self, error: TelegramError | NotAnAnswerError, failures: int) -> None:
        if isinstance(error, InvalidToken):
            raise FatalError(TOKEN_REFUSED) from error
        rest = back_off(failures, longest=LONGEST_BACK_OFF)
        if isinstance(error, RetryAfter):
            rest = told_to_wait(error)
        reason = _why(error)
        self.vitals.telegram_trouble = reason
        log.warning("poll failed", reason=reason, failures=failures, again_in=round(rest, 1))
        await asyncio.sleep(rest)

    async def _keep(self, batch: Sequence[RawUpdate]) -> None:
        """Commit the batch, however long the database takes to come back, and hand what is new to the lanes."""
        failures = 0
        while True:
            try:
                accepted = await self._accept(batch)
                # A commit whose answer was lost may have happened all the same: its rows are known to nobody.
                unknown = await self._chats_waiting() if failures else ()
            except (DatabaseAwayError, ConflictError) as error:
                failures += 1
                await self._wait_for_the_database(error, failures)
            else:
                self.vitals.polling_rests = False
                self.lanes.put(accepted.waiting)
                self.lanes.look(unknown)
                return

    async def _wait_for_the_database(self, error: DatabaseAwayError | ConflictError, failures: int) -> None:
        self.vitals.polling_rests = True
        rest = back_off(failures, longest=LONGEST_BACK_OFF)
        log.warning("updates can't be kept yet", again_in=round(rest, 1), reason=str(error))
        await asyncio.sleep(rest)

    async def _accept(self, batch: Sequence[RawUpdate]) -> Accepted:
        began = time.monotonic()
        announced: tuple[Waiting, ...] = ()
        try:
            async with self.unit_of_work.open() as work:
                accepted = await inbox.accept(work, self.term, batch)
                announced = accepted.waiting
                self.lanes.expect(announced)
        except BaseException:
            self.lanes.forget(announced)
            raise
        log.debug(
            "updates accepted",
            new=len(accepted.waiting),
            had_already=accepted.had_already,
            unreadable=accepted.unreadable,
            milliseconds=round((time.monotonic() - began) * 1000),
        )
        return accepted

    async def _chats_waiting(self) -> list[int]:
        async with self.unit_of_work.open() as work:
            return await work.inbox.chats_waiting(self.term.bot_id)


class Silence:
    """Polls that hang without any answer, which neither a new connection nor patience may mend."""

    def __init__(self) -> None:
        self._since: float | None = None
        self._reconnected_at = -math.inf

    def goes_on(self, error: TelegramError | NotAnAnswerError, now: float) -> bool:
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


def _numbered(updates: Sequence[RawUpdate]) -> Sequence[RawUpdate]:
    """An answer without any number leaves nothing to confirm: it would come again and again."""
    if updates and all(update.update_id is None for update in updates):
        raise NotAnAnswerError("no update in the answer has a number")
    return updates


def _behind(batch: Sequence[RawUpdate], offset: int | None) -> int | None:
    ids = [update.update_id for update in batch if update.update_id is not None]
    return ids[-1] + 1 if ids else offset


def _why(error: TelegramError | NotAnAnswerError) -> str:
    said = error.message if isinstance(error, TelegramError) else str(error)
    if isinstance(error, Conflict) and "webhook" in said.lower():
        return "a webhook is set for this bot; it is removed when the worker starts: restart it"
    if isinstance(error, Conflict):
        return "another process is polling with this token: stop it, or revoke the token at @BotFather"
    if isinstance(error, BadRequest):
        return f"Telegram refuses the poll: {said}"
    return said
