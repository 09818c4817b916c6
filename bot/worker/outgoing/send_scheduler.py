"""The send scheduler: every message waits here for a permit, which the limiter grants."""

import asyncio
import heapq
import itertools
import math
import time
from collections import OrderedDict
from collections.abc import AsyncIterator, Callable, Hashable
from contextlib import asynccontextmanager
from dataclasses import dataclass

import structlog
from telegram.error import RetryAfter, TimedOut

from bot.errors import ChatRestsError, NoMorePermitsError
from bot.worker.outgoing.error_catalogue import seconds_to_wait
from bot.worker.outgoing.limiter import Limiter, Permit

log = structlog.get_logger(__name__)

Flow = Hashable
"""Identifies messages that share one part of the rate, such as a broadcast's."""


@dataclass(frozen=True, slots=True, eq=False)
class _Waiter:
    number: int
    permit: asyncio.Future[Permit]
    weight: int
    wait: bool


class _Queue:
    """One flow's waiters for one chat, first come, first served."""

    __slots__ = ("chat_id", "flow", "placed", "waiters")

    def __init__(self, chat_id: int, flow: Flow | None) -> None:
        self.chat_id = chat_id
        self.flow = flow
        self.waiters: OrderedDict[int, _Waiter] = OrderedDict()
        self.placed = False  # in exactly one of the places below; empty queues are dropped when found there

    def head(self) -> _Waiter | None:
        while self.waiters:
            waiter = next(iter(self.waiters.values()))
            if not waiter.permit.done():
                return waiter
            del self.waiters[waiter.number]
        return None


class SendScheduler:
    """Grants permits: replies first, flows in equal shares. A chat that isn't free holds up no other.

    It has one timer, and each permit costs logarithmic time. It outlives terms: each term opens and closes it.
    """

    def __init__(self, limiter: Limiter, clock: Callable[[], float] = time.monotonic) -> None:
        self.limiter = limiter
        self.clock = clock
        self.permits_given = 0
        self.flood = asyncio.Event()  # set by each flood wait; LimitStore clears it
        self._open = True
        self._numbers = itertools.count()
        self._queues: dict[tuple[int, Flow | None], _Queue] = {}
        self._replies: list[tuple[int, _Queue]] = []  # heap by the first waiter's number
        self._bulk: OrderedDict[Flow, list[tuple[int, _Queue]]] = OrderedDict()  # the next flow first
        self._resting: list[tuple[float, int, _Queue]] = []  # heap by the time when their chats are free
        self._unknown: dict[int, list[_Queue]] = {}  # by chat; free only after a pending answer
        self._timer: asyncio.TimerHandle | None = None
        self._timer_at = math.inf

    @asynccontextmanager
    async def permit(
        self, chat_id: int, *, flow: Flow | None = None, weight: int = 1, wait: bool = True
    ) -> AsyncIterator[Permit]:
        """Wait for a permit, and send within it. A message without a `flow` is a reply and goes before all flows.

        Raises NoMorePermitsError if the term ends meanwhile. Without `wait`, raises ChatRestsError if the chat isn't
        free. A 429 raised within the permit is heeded and re-raised.
        """
        permit = await self._wait(chat_id, flow, weight, wait=wait)
        answered = True
        try:
            yield permit
        except (asyncio.CancelledError, TimedOut):
            answered = False
            raise
        except RetryAfter as error:  # before the permit ends, which may give the next one
            self.halt(chat_id, seconds_to_wait(error))
            raise
        finally:
            self._end(permit, answered=answered)

    def chat_wait(self, chat_id: int, weight: int = 1) -> float:
        """Seconds until this chat is free, regardless of the overall rate; inf while that depends on an answer."""
        now = self.clock()
        return max(0.0, self.limiter.free_at(chat_id, now, weight) - now)

    def flood_wait(self) -> float:
        """Seconds left of a flood wait for all chats."""
        return self.limiter.everyone_halted_until(now := self.clock()) - now

    def withdraw(self, flow: Flow) -> None:
        """Refuse permits to all waiters of this flow: they raise NoMorePermitsError."""
        for queue in self._queues.values():
            if queue.flow == flow:
                _refuse_all(queue)

    def halt(self, chat_id: int, seconds: float) -> bool:
        """Heed a 429, like one that is raised within a permit. Returns True if it halts everyone."""
        everyone = self.limiter.halt(chat_id, self.clock(), seconds)
        self.flood.set()
        log.warning("flood wait", chat_id=chat_id, seconds=seconds, everyone=everyone)
        return everyone

    def open(self) -> None:
        """Grant permits from now on."""
        self._open = True

    def close(self) -> None:
        """Grant no more permits. Waiters fail at once; granted permits stay valid."""
        self._open = False
        for queue in self._queues.values():
            _refuse_all(queue)
        for place in (self._queues, self._replies, self._bulk, self._resting, self._unknown):
            place.clear()
        self._set_timer(math.inf, 0.0)

    async def _wait(self, chat_id: int, flow: Flow | None, weight: int, *, wait: bool) -> Permit:
        if not self._open:
            raise NoMorePermitsError
        permit: asyncio.Future[Permit] = asyncio.get_running_loop().create_future()
        waiter = _Waiter(next(self._numbers), permit, weight, wait)
        queue = self._queues.setdefault((chat_id, flow), _Queue(chat_id, flow))
        queue.waiters[waiter.number] = waiter
        if not queue.placed:
            self._place(queue, self.clock())
        self._serve()
        try:
            return await permit
        except asyncio.CancelledError:
            self._leave(queue, waiter)
            raise

    def _leave(self, queue: _Queue, waiter: _Waiter) -> None:
        """Remove a waiter that was cancelled, perhaps just as its permit was given."""
        queue.waiters.pop(waiter.number, None)
        if waiter.permit.cancelled():
            self._serve()
        elif waiter.permit.exception() is None:
            self._end(waiter.permit.result())

    def _end(self, permit: Permit, *, answered: bool = True) -> None:
        now = self.clock()
        self.limiter.done(permit, now, answered=answered)
        for queue in self._unknown.pop(permit.chat_id, ()):
            self._place(queue, now)
        self._serve()

    def _serve(self) -> None:
        """Grant every permit that may begin now, and set the timer for the next one."""
        now = self.clock()
        while self._resting and self._resting[0][0] <= now:
            self._place(heapq.heappop(self._resting)[2], now)
        at = math.inf
        while (waiter := self._next(now)) is not None:
            urgent = bool(self._replies)
            at = self.limiter.next_at(now, urgent=urgent, weight=waiter.weight)
            if at > now:
                break
            self._give(waiter, now, urgent=urgent)
            at = math.inf
        self._set_timer(min(at, self._resting[0][0] if self._resting else math.inf), now)

    def _next(self, now: float) -> _Waiter | None:
        """The first waiter whose chat is free: a reply, or one of the next flow."""
        if (waiter := self._first(self._replies, now)) is not None:
            return waiter
        while self._bulk:
            flow, queues = next(iter(self._bulk.items()))
            if (waiter := self._first(queues, now)) is not None:
                return waiter
            del self._bulk[flow]
        return None

    def _first(self, queues: list[tuple[int, _Queue]], now: float) -> _Waiter | None:
        while queues:
            queue = queues[0][1]
            waiter = queue.head()
            if waiter is not None and self.limiter.free_at(queue.chat_id, now, waiter.weight) <= now:
                return waiter
            heapq.heappop(queues)
            self._place(queue, now)
        return None

    def _give(self, waiter: _Waiter, now: float, *, urgent: bool) -> None:
        """Grant the permit to the waiter that `_next` returned."""
        if urgent:
            queue = heapq.heappop(self._replies)[1]
        else:
            flow, queues = next(iter(self._bulk.items()))
            queue = heapq.heappop(queues)[1]
            self._bulk.move_to_end(flow)
            if not queues:
                del self._bulk[flow]
        del queue.waiters[waiter.number]
        self.permits_given += 1
        waiter.permit.set_result(self.limiter.take(queue.chat_id, now, weight=waiter.weight))
        self._place(queue, now)

    def _place(self, queue: _Queue, now: float) -> None:
        """Put a queue where its first waiter belongs: free, resting, or unknown until an answer arrives."""
        free_at = math.inf
        while (waiter := queue.head()) is not None:
            free_at = self.limiter.free_at(queue.chat_id, now, waiter.weight)
            if waiter.wait or free_at <= now or math.isinf(free_at):
                break
            waiter.permit.set_exception(ChatRestsError(free_at - now))
        queue.placed = waiter is not None
        if waiter is None:
            self._queues.pop((queue.chat_id, queue.flow), None)
        elif free_at <= now:
            queues = self._replies if queue.flow is None else self._bulk.setdefault(queue.flow, [])
            heapq.heappush(queues, (waiter.number, queue))
        elif math.isinf(free_at):
            self._unknown.setdefault(queue.chat_id, []).append(queue)
        else:
            heapq.heappush(self._resting, (free_at, waiter.number, queue))

    def _set_timer(self, at: float, now: float) -> None:
        """Set the timer, unless an earlier one is set: firing too early does no harm."""
        if self._timer is not None and (at < self._timer_at or math.isinf(at)):
            self._timer.cancel()
            self._timer = None
        if self._timer is None and at < math.inf:
            self._timer_at = at
            self._timer = asyncio.get_running_loop().call_later(at - now, self._timer_rings)

    def _timer_rings(self) -> None:
        self._timer = None
        self._serve()


def _refuse_all(queue: _Queue) -> None:
    for waiter in queue.waiters.values():
        if not waiter.permit.done():
            waiter.permit.set_exception(NoMorePermitsError())
