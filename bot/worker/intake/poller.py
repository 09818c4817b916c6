"""The poller: getUpdates as raw JSON; accept, commit, and only then the next offset."""

import asyncio
import math
import time
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

import structlog
from telegram.error import BadRequest, Conflict, InvalidToken, RetryAfter, TelegramError, TimedOut

from bot.errors import FatalError
from bot.worker.intake.inbox import HAD_WITHIN, Ingest
from bot.worker.intake.reading import NotAnAnswerError, RawUpdate, broken, read
from bot.worker.outgoing.error_catalogue import seconds_to_wait
from bot.worker.outgoing.transport import Api, back_off
from bot.worker.vitals import Vitals

LONG_POLL = 20  # seconds that Telegram may wait for an update
LONG_POLL_ANSWERED_WITHIN = 30.0  # seconds
RECONNECT_AFTER = 60.0  # seconds of silence
SILENCE_IS_FATAL_AFTER = 180.0  # seconds
ANSWERED_TOO_SOON = 0.5  # seconds
LONGEST_BACK_OFF = 10.0  # seconds
LARGEST_BATCH = 100  # getUpdates, parameter `limit`
TOKEN_REFUSED = (
    "Telegram refused BOT_TOKEN: it is wrong or was revoked. Take the current one from @BotFather and start again"
)

log = structlog.get_logger(__name__)


class Silence:
    """Measures how long polls have hung without an answer. A refusal, a reset or an error is an answer."""

    def __init__(self) -> None:
        self._since: float | None = None
        self._reconnected_at = -math.inf

    def goes_on(self, error: TelegramError, now: float) -> bool:
        """Return whether to reconnect after this error. Raises FatalError when the silence has lasted too long."""
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


@dataclass(frozen=True, slots=True)
class Poller:
    """Takes updates over from Telegram, batch by batch, until the term ends."""

    api: Api
    ingest: Ingest
    check: Callable[[], None]  # raises LeadershipLostError once this worker no longer leads
    allowed_updates: Collection[str]
    vitals: Vitals

    async def run(self) -> None:
        """Poll until cancelled. The first poll of a term sends no offset; later ones confirm what was committed.

        Raises FatalError for a refused token and LeadershipLostError when another worker has taken over.
        """
        offset: int | None = None
        wait = 0  # the first answer comes at once: /health waits for it
        while True:
            batch = await self._next_batch(offset, wait)
            wait = LONG_POLL
            if batch:
                await self.ingest.store(batch)
                offset = _behind(batch, offset)

    async def _next_batch(self, offset: int | None, wait: int) -> Sequence[RawUpdate]:
        """The next batch. Failed polls are retried until one succeeds."""
        failures = 0
        silence = Silence()
        limit = LARGEST_BATCH
        while True:
            self.check()
            began = time.monotonic()
            try:
                answer = await self._poll(offset, wait, limit)
                updates = self._read(answer, limit)
            except (TelegramError, NotAnAnswerError) as error:
                failures += 1
                if isinstance(error, TelegramError) and silence.goes_on(error, time.monotonic()):
                    log.warning("Telegram has not answered for a while; reconnecting")
                    await self.api.reconnect()
                limit = 1 if isinstance(error, NotAnAnswerError) else limit  # one update is at fault
                await self._rest(error, failures)
            else:
                self.vitals.poll_answered()
                if not updates and wait and time.monotonic() - began < ANSWERED_TOO_SOON:
                    await asyncio.sleep(ANSWERED_TOO_SOON)  # don't flood a server that doesn't wait
                return updates

    def _read(self, answer: bytes, limit: int) -> Sequence[RawUpdate]:
        """The updates in an answer. If the answer is unreadable and has a single update, that update is unreadable."""
        try:
            return _in_order(read(answer))
        except NotAnAnswerError:
            alone = broken(answer) if limit == 1 else None
            if alone is None:
                raise
            return [alone]

    async def _poll(self, offset: int | None, wait: int, limit: int) -> bytes:
        allowed = sorted(self.allowed_updates)
        parameters: dict[str, object] = {"timeout": wait, "limit": limit, "allowed_updates": allowed}
        if offset is not None:
            parameters["offset"] = offset
        return await self.api.call("getUpdates", parameters, read_timeout=LONG_POLL_ANSWERED_WITHIN)

    async def _rest(self, error: TelegramError | NotAnAnswerError, failures: int) -> None:
        if isinstance(error, InvalidToken):
            raise FatalError(TOKEN_REFUSED) from error
        rest = back_off(failures, longest=LONGEST_BACK_OFF)
        if isinstance(error, RetryAfter):
            rest = seconds_to_wait(error)
        reason = _why(error)
        self.vitals.telegram_trouble = reason
        log.warning("poll failed", reason=reason, failures=failures, again_in=round(rest, 1))
        await asyncio.sleep(rest)


def _in_order(updates: Sequence[RawUpdate]) -> Sequence[RawUpdate]:
    """Updates in the order of their numbers, unless Telegram restarts its numbers within the answer.

    Raises NotAnAnswerError if none has a number: nothing could be confirmed, and the answer would come for ever.
    """
    numbers = [update.update_id for update in updates if update.update_id is not None]
    if updates and not numbers:
        raise NotAnAnswerError("no update in the answer has a number")
    if not numbers or max(numbers) - min(numbers) > HAD_WITHIN:
        return updates
    return sorted(updates, key=lambda update: update.update_id or 0)


def _behind(batch: Sequence[RawUpdate], offset: int | None) -> int | None:
    ids = [update.update_id for update in batch if update.update_id is not None]
    return ids[-1] + 1 if ids else offset


def _why(error: TelegramError | NotAnAnswerError) -> str:
    text = error.message if isinstance(error, TelegramError) else str(error)
    if isinstance(error, Conflict) and "webhook" in text.lower():
        return "a webhook is set for this bot; it is removed when the worker starts: restart it"
    if isinstance(error, Conflict):
        return "another process is polling with this token: stop it, or revoke the token at @BotFather"
    if isinstance(error, BadRequest):
        return f"Telegram refuses the poll: {text}"
    return text
