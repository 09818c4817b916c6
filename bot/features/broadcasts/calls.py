"""Calls to Telegram for one broadcast."""

import asyncio
import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from telegram.error import NetworkError, TelegramError

from bot.errors import BotError, NoMorePermitsError
from bot.worker.outgoing.error_catalogue import Degrade, Refusal, Remedy, Wait, remedy_for
from bot.worker.outgoing.send_scheduler import SendScheduler
from bot.worker.outgoing.transport import Api, back_off, never_left
from bot.worker.outgoing.weights import paid, weight

TRIES = 10  # of a call that Telegram answers with an error of its own or not at all, while it answers others
LONGEST_BACK_OFF = 60.0  # seconds
LATER_AFTER = 1.0  # seconds; whose chat rests for longer is come back to, and others go first


@dataclass(frozen=True)
class Means:
    """What a job works with."""

    api: Api
    scheduler: SendScheduler
    check: Callable[[], None]  # raises LeadershipLostError once this worker leads no longer
    gets_through: Callable[[], bool]  # whether Telegram answers others just now
    mark: Callable[[int, Refusal], None]  # somebody who can't be reached


class LaterError(BotError):
    """This chat rests; others go first."""


class Calls:
    """Calls for one broadcast: each in a permit of its flow, tried again as long as that is worth it."""

    def __init__(self, flow: int, means: Means) -> None:
        self._flow = flow
        self._means = means
        self._interrupted = asyncio.Event()

    def interrupt(self) -> None:
        """Begin no call any more: whoever waits for a permit, or to try again, raises NoMorePermitsError."""
        self._interrupted.set()
        self._means.scheduler.withdraw(self._flow)

    def resume(self) -> None:
        self._interrupted.clear()

    async def perform(self, chat_id: int, method: str, call: dict[str, Any], uncertain: Callable[[], None]) -> Any:
        """What it is answered with. `uncertain` is told when a call may have been done without an answer.

        Raises what Telegram says for good; LaterError, if the chat has to rest; and NoMorePermitsError.
        """
        failures = tries = 0
        while True:
            if self._interrupted.is_set():
                raise NoMorePermitsError
            try:
                return await self._once(chat_id, method, call)
            except TelegramError as error:
                match remedy_for(error, method, call):
                    case Wait():  # the scheduler gives the next permit when it is over
                        if LATER_AFTER < self._means.scheduler.chat_wait(chat_id) < math.inf:
                            raise LaterError from None
                    case Degrade(shorter):
                        call = shorter
                    case Remedy.RETRY:
                        if not isinstance(error, NetworkError) or not never_left(error):
                            uncertain()
                        failures, tries = failures + 1, tries + self._means.gets_through()
                        if tries >= TRIES:
                            raise
                        await self._rest(back_off(failures, longest=LONGEST_BACK_OFF))
                    case _:
                        raise

    async def _once(self, chat_id: int, method: str, call: dict[str, Any]) -> Any:
        items = max(1, weight(method, call))
        async with self._means.scheduler.permit(chat_id, flow=self._flow, weight=items) as permit:
            self._means.check()
            return await self._means.api.perform(method, call | (paid(method) if permit.paid else {}))

    async def _rest(self, seconds: float) -> None:
        try:
            async with asyncio.timeout(seconds):
                await self._interrupted.wait()
        except TimeoutError:
            return
