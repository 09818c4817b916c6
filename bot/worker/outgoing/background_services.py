"""Services for background parts: calls with permits, fence and retries, and messages through the outbox."""

import asyncio
import math
from collections.abc import Callable, Hashable, Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import TypeVar

from telegram.error import NetworkError, TelegramError

from bot.db.tables.outbox import Unsent
from bot.db.unit_of_work import UnitOfWork
from bot.errors import CallFailedError, ChatRestsError, NoMorePermitsError
from bot.messages import Call
from bot.worker.lanes import Announce, put_after_commit
from bot.worker.outgoing.delivery import Delivery
from bot.worker.outgoing.error_catalogue import Degrade, Remedy, Wait, remedy_for, unreachable_from
from bot.worker.outgoing.limiter import paid, weight
from bot.worker.outgoing.send_scheduler import Flow, SendScheduler
from bot.worker.outgoing.transport import Api, back_off, never_left

TRIES = 10  # of a call that Telegram answers with its own error or not at all, while it answers others
LONGEST_BACK_OFF = 60.0  # seconds
LONGEST_CHAT_WAIT = 1.0  # seconds; a chat that rests for longer is put off, and others go first

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Services:
    """One term's services; `bot.framework.background.Services` documents them."""

    bot_id: int
    epoch: int
    api: Api
    unit_of_work: UnitOfWork
    scheduler: SendScheduler
    delivery: Delivery
    tasks: asyncio.TaskGroup
    check_leads: Callable[[], None]
    carried: dict[type, object]  # by class; outlives the term

    def calls(self, flow: Hashable) -> "Calls":
        return Calls(self, flow)

    async def try_once(self, chat_id: int, method: str, call: Mapping[str, object]) -> None:
        try:
            await self.with_permit(chat_id, method, dict(call), wait=False)
        except TelegramError as error:
            raise failure_of(error, chat_id) from error

    def chat_wait(self, chat_id: int) -> float:
        return self.scheduler.chat_wait(chat_id)

    def flood_wait(self) -> float:
        return self.scheduler.flood_wait()

    def mark_unreachable(self, chat_id: int, reason: str) -> None:
        if (unreachable := unreachable_from(reason, chat_id)) is not None:
            self.delivery.mark(chat_id, unreachable)

    def send_after_commit(self) -> AbstractAsyncContextManager[Announce[Unsent]]:
        return put_after_commit(self.delivery)

    def carried_over(self, kind: type[T]) -> T:
        kept = self.carried.setdefault(kind, kind())
        assert isinstance(kept, kind)
        return kept

    async def with_permit(
        self, chat_id: int, method: str, call: Call, *, flow: Flow | None = None, wait: bool = True
    ) -> object:
        """Make one call within a permit. Raises TelegramError, and what `SendScheduler.permit` raises."""
        items = max(1, weight(method, call))
        async with self.scheduler.permit(chat_id, flow=flow, weight=items, wait=wait) as permit:
            self.check_leads()
            return await self.api.perform(method, call | (paid(method) if permit.paid else {}))


class Calls:
    """One flow's calls; `bot.framework.background.Calls` documents them."""

    def __init__(self, services: Services, flow: Flow) -> None:
        self._services = services
        self._flow = flow
        self._interrupted = asyncio.Event()

    def interrupt(self) -> None:
        self._interrupted.set()
        self._services.scheduler.withdraw(self._flow)

    def resume(self) -> None:
        self._interrupted.clear()

    def require_free(self, chat_id: int) -> None:
        rest = self._services.chat_wait(chat_id)
        if LONGEST_CHAT_WAIT < rest < math.inf:
            raise ChatRestsError(rest)

    async def perform(
        self, chat_id: int, method: str, call: Mapping[str, object], *, uncertain: Callable[[], None]
    ) -> object:
        call = dict(call)
        failures = tries = 0
        while True:
            if self._interrupted.is_set():
                raise NoMorePermitsError
            try:
                return await self._services.with_permit(chat_id, method, call, flow=self._flow)
            except TelegramError as error:
                match remedy_for(error, method, call):
                    case Wait():  # the scheduler gives the next permit when it is over
                        self.require_free(chat_id)
                    case Degrade(shorter):
                        call = shorter
                    case Remedy.RETRY:
                        if not isinstance(error, NetworkError) or not never_left(error):
                            uncertain()
                        failures, tries = failures + 1, tries + self._services.delivery.others_get_through()
                        if tries >= TRIES:
                            raise failure_of(error, chat_id) from error
                        await self._rest(back_off(failures, longest=LONGEST_BACK_OFF))
                    case _:
                        raise failure_of(error, chat_id) from error

    async def _rest(self, seconds: float) -> None:
        try:
            async with asyncio.timeout(seconds):
                await self._interrupted.wait()
        except TimeoutError:
            return


def failure_of(error: TelegramError, chat_id: int) -> CallFailedError:
    """The CallFailedError for an error that isn't retried."""
    return CallFailedError(error.message, unreachable=unreachable_from(error.message, chat_id) is not None)
