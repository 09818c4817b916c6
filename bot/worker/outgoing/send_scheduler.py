"""Who may send next: everything that is sent waits here for its turn, as the limiter gives them."""

import asyncio
import heapq
import itertools
import math
import time
from collections import OrderedDict
from collections.abc import AsyncIterator, Callable, Hashable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import structlog
from telegram.error import RetryAfter, TimedOut

from bot.errors import ChatRestsError, NoMoreTurnsError
from bot.worker.outgoing.limiter import Limiter, Turn
from bot.worker.outgoing.transport import told_to_wait

log = structlog.get_logger(__name__)

Share = Hashable
"""Whose part of the rate a message belongs to: a broadcast's, say."""


@dataclass(frozen=True, slots=True, eq=False)
class _Waiter:
    number: int
    turn: asyncio.Future[Turn]
    weight: int
    patient: bool


class _Line:
    """Those who wait to send to one chat for one share, first come first served."""

    __slots__ = ("chat_id", "placed", "share", "waiters")

    def __init__(self, chat_id: int, share: Share | None) -> None:
        self.chat_id = chat_id
        self.share = share
        self.waiters: OrderedDict[int, _Waiter] = OrderedDict()
        self.placed = False  # in exactly one of the places below; an empty one is dropped when it is met there

    def head(self) -> _Waiter | None:
        while self.waiters:
            waiter = next(iter(self.waiters.values()))
            if not waiter.turn.done():
                return waiter
            del self.waiters[waiter.number]
        return None


class Turns:
    """Gives turns: replies first, the rest in equal shares; a chat that isn't free holds up nobody.

    One timer, and a step of logarithmic cost for each turn. It outlives the terms: each one opens it and closes it.
    """

    def __init__(self, limiter: Limiter, clock: Callable[[], float] = time.monotonic) -> None:
        self._limiter = limiter
        self._clock = clock
        self.given = 0  # turns, so far
        self.flood = asyncio.Event()  # set by each flood wait, for whoever clears it
        self._open = True
        self._numbers = itertools.count()
        self._lines: dict[tuple[int, Share | None], _Line] = {}
        self._replies: list[tuple[int, _Line]] = []  # heap by the number of who comes first
        self._bulk: OrderedDict[Share, list[tuple[int, _Line]]] = OrderedDict()  # the share whose turn it is first
        self._resting: list[tuple[float, int, _Line]] = []  # heap by when their chats are free
        self._unknown: dict[int, list[_Line]] = {}  # by chat: free only after an answer to what is on its way
        self._timer: asyncio.TimerHandle | None = None
        self._timer_at = math.inf

    @asynccontextmanager
    async def turn(
        self, chat_id: int, *, share: Share | None = None, weight: int = 1, patient: bool = True
    ) -> AsyncIterator[Turn]:
        """Wait for a turn, and send within it. What has no `share` is a reply, and goes before all that has one.

        Raises NoMoreTurnsError when the term ends meanwhile; and ChatRestsError, if not `patient`,
        where the chat isn't free, so that the caller can wait without holding what others need.
        A 429 raised within the turn is heeded, and raised on.
        """
        turn = await self._wait(chat_id, share, weight, patient=patient)
        answered = True
        try:
            yield turn
        except (asyncio.CancelledError, TimedOut):
            answered = False
            raise
        except RetryAfter as error:  # before the turn ends, which may give the next one
            self.halt(chat_id, told_to_wait(error))
            raise
        finally:
            self._end(turn, answered=answered)

    def rest(self, chat_id: int, weight: int = 1) -> float:
        """Seconds until this chat is free, the overall rate apart; inf while that depends on an answer to come."""
        now = self._clock()
        return max(0.0, self._limiter.free_at(chat_id, now, weight) - now)

    def everyone_rests(self) -> float:
        """Seconds that are left of a flood wait of everyone's."""
        now = self._clock()
        return self._limiter.everyone_halted_until(now) - now

    def leave(self, share: Share) -> None:
        """Tell all who wait for a turn of this share that there won't be one: they raise NoMoreTurnsError."""
        for line in self._lines.values():
            if line.share == share:
                _turn_away(line)

    def halt(self, chat_id: int, seconds: float) -> bool:
        """Heed a 429, as is done for one that is raised within a turn. Returns True where it halts everyone."""
        everyone = self._limiter.halt(chat_id, self._clock(), seconds)
        self.flood.set()
        log.warning("flood wait", chat_id=chat_id, seconds=seconds, everyone=everyone)
        return everyone

    def snapshot(self) -> dict[str, Any]:
        """How far the limits are used up, as JSON; see `Limiter`, also for the two that follow."""
        return self._limiter.snapshot(self._clock())

    def restore(self, snapshot: dict[str, Any], age: float) -> None:
        self._limiter.restore(snapshot, age, self._clock())

    def begin_used_up(self) -> None:
        self._limiter.begin_used_up(self._clock())

    def open(self) -> None:
        """Give turns from now on."""
        self._open = True

    def close(self) -> None:
        """Give no more turns. Whoever waits for one is told at once; those given are used to their ends."""
        self._open = False
        for line in self._lines.values():
            _turn_away(line)
        for place in (self._lines, self._replies, self._bulk, self._resting, self._unknown):
            place.clear()
        self._set_timer(math.inf, 0.0)

    async def _wait(self, chat_id: int, share: Share | None, weight: int, *, patient: bool) -> Turn:
        if not self._open:
            raise NoMoreTurnsError
        turn: asyncio.Future[Turn] = asyncio.get_running_loop().create_future()
        waiter = _Waiter(next(self._numbers), turn, weight, patient)
        line = self._lines.setdefault((chat_id, share), _Line(chat_id, share))
        line.waiters[waiter.number] = waiter
        if not line.placed:
            self._place(line, self._clock())
        self._serve()
        try:
            return await turn
        except asyncio.CancelledError:
            self._leave(line, waiter)
            raise

    def _leave(self, line: _Line, waiter: _Waiter) -> None:
        """Someone who waits was cancelled, perhaps at the very moment at which the turn was given."""
        line.waiters.pop(waiter.number, None)
        if waiter.turn.cancelled():
            self._serve()
        elif waiter.turn.exception() is None:
            self._end(waiter.turn.result())

    def _end(self, turn: Turn, *, answered: bool = True) -> None:
        now = self._clock()
        self._limiter.done(turn, now, answered=answered)
        for line in self._unknown.pop(turn.chat_id, ()):
            self._place(line, now)
        self._serve()

    def _serve(self) -> None:
        """Give every turn that may begin now, and be back when the next one may."""
        now = self._clock()
        while self._resting and self._resting[0][0] <= now:
            self._place(heapq.heappop(self._resting)[2], now)
        at = math.inf
        while (waiter := self._next(now)) is not None:
            urgent = bool(self._replies)
            at = self._limiter.next_at(now, urgent=urgent, weight=waiter.weight)
            if at > now:
                break
            self._give(waiter, now, urgent=urgent)
            at = math.inf
        self._set_timer(min(at, self._resting[0][0] if self._resting else math.inf), now)

    def _next(self, now: float) -> _Waiter | None:
        """Who comes first of those whose chats are free: a reply, or one of the share whose turn it is."""
        if (waiter := self._first(self._replies, now)) is not None:
            return waiter
        while self._bulk:
            share, lines = next(iter(self._bulk.items()))
            if (waiter := self._first(lines, now)) is not None:
                return waiter
            del self._bulk[share]
        return None

    def _first(self, lines: list[tuple[int, _Line]], now: float) -> _Waiter | None:
        while lines:
            line = lines[0][1]
            waiter = line.head()
            if waiter is not None and self._limiter.free_at(line.chat_id, now, waiter.weight) <= now:
                return waiter
            heapq.heappop(lines)
            self._place(line, now)
        return None

    def _give(self, waiter: _Waiter, now: float, *, urgent: bool) -> None:
        """Give the turn to whom `_next` has named."""
        if urgent:
            line = heapq.heappop(self._replies)[1]
        else:
            share, lines = next(iter(self._bulk.items()))
            line = heapq.heappop(lines)[1]
            self._bulk.move_to_end(share)
            if not lines:
                del self._bulk[share]
        del line.waiters[waiter.number]
        self.given += 1
        waiter.turn.set_result(self._limiter.take(line.chat_id, now, weight=waiter.weight))
        self._place(line, now)

    def _place(self, line: _Line, now: float) -> None:
        """Put a line where its first one belongs: to those who may go, those who rest, or those nobody can tell yet."""
        free_at = math.inf
        while (waiter := line.head()) is not None:
            free_at = self._limiter.free_at(line.chat_id, now, waiter.weight)
            if waiter.patient or free_at <= now or math.isinf(free_at):
                break
            waiter.turn.set_exception(ChatRestsError(free_at - now))
        line.placed = waiter is not None
        if waiter is None:
            self._lines.pop((line.chat_id, line.share), None)
        elif free_at <= now:
            lines = self._replies if line.share is None else self._bulk.setdefault(line.share, [])
            heapq.heappush(lines, (waiter.number, line))
        elif math.isinf(free_at):
            self._unknown.setdefault(line.chat_id, []).append(line)
        else:
            heapq.heappush(self._resting, (free_at, waiter.number, line))

    def _set_timer(self, at: float, now: float) -> None:
        """One that comes too early does no harm, and stays."""
        if self._timer is not None and (at < self._timer_at or math.isinf(at)):
            self._timer.cancel()
            self._timer = None
        if self._timer is None and at < math.inf:
            self._timer_at = at
            self._timer = asyncio.get_running_loop().call_later(at - now, self._timer_rings)

    def _timer_rings(self) -> None:
        self._timer = None
        self._serve()


def _turn_away(line: _Line) -> None:
    for waiter in line.waiters.values():
        if not waiter.turn.done():
            waiter.turn.set_exception(NoMoreTurnsError())
