"""Counters for limits: a message counts from its start to its answer, and then for as long as the limit says.

Telegram counts a message at some unknown moment between its start and its answer. We assume the worst moment, which
for later messages is the last one: a message on its way counts as if it arrived now, and an answered one as if it
arrived with its answer. Both proofs rest only on that.
"""

import bisect
import math
from collections import deque
from typing import Any

ROUNDING = 1e-6

State = list[Any]
"""A counter's state, as JSON."""

CATCH_UP = 0.02  # seconds that a late timer may delay a start without a loss of rate
STEP_DOWN = 0.8  # the part of the rate that remains after a flood wait for everyone
LEAST = 0.2  # of the rate, however many flood waits come
SLOWEST = 5.0  # seconds between two messages, for a rate that was low to begin with
BACK_UP_WITHIN = 60.0  # seconds from the least rate to the full rate

SURELY = 0.95  # of the shortest time to an answer
AT_LEAST = 0.01  # seconds; less isn't worth an assumption
AT_MOST = 0.03  # seconds; if the assumption is wrong, a second holds 3 % too much
ENOUGH = 100  # answers that have to be known first
MANY = 1000  # answers, after which older ones are forgotten


class Window:
    """At most `count` in any stretch of `seconds`, however long each takes and whenever in that time it is counted.

    Proof: suppose more than `count` are counted within less than `seconds`, and the last of them to start starts at s.
    Each other one is still on its way at s, or answered at c ≤ s. It is counted at c or before and the last one at s or
    after, so c > s - `seconds`. So all of them count at s, and the last one can't start.
    """

    __slots__ = ("_answered", "count", "in_flight", "seconds", "used")

    def __init__(self, count: float, seconds: float) -> None:
        self.count = count
        self.seconds = seconds
        self.in_flight = 0
        self.used = 0.0  # by answered messages
        self._answered: deque[tuple[float, float]] = deque()  # (moment, weight), in the order of the moments

    def free_at(self, now: float, weight: int, sooner: float = 0.0) -> float:
        """The moment at which this weight fits; inf while that depends on an answer to come.

        A message that weighs more than `count` goes alone. `sooner` is the time for both ways (see `RoundTrip`).
        """
        self._forget(now)
        if self.in_flight and self.in_flight + weight > self.count:
            return math.inf
        excess = min(self.in_flight + self.used + weight - self.count, self.used)
        if excess <= 0:
            return -math.inf
        for at, its_weight in self._answered:
            excess -= its_weight
            if excess <= 0:
                return at + self.seconds - sooner
        return math.inf

    def start(self, now: float, weight: int) -> None:
        self._forget(now)
        self.in_flight += weight

    def end(self, at: float, weight: float) -> None:
        """Note that a message was answered."""
        self.in_flight -= int(weight)
        self.count_in(at, weight)

    def count_in(self, at: float, weight: float) -> None:
        self.used += weight
        if self._answered and self._answered[-1][0] > at:
            bisect.insort(self._answered, (at, weight))
        else:
            self._answered.append((at, weight))

    def use_up(self, at: float) -> None:
        """Count as if everything was used up at that moment."""
        if self.count < math.inf:
            self.count_in(at, self.count)

    def idle(self, now: float) -> bool:
        self._forget(now)
        return not self.in_flight and not self._answered

    def within(self, now: float, seconds: float | None = None) -> float:
        """The weight in flight or answered within `seconds`, by default the limit's."""
        self._forget(now)
        if seconds is None:
            return self.in_flight + self.used
        return self.in_flight + sum(weight for at, weight in self._answered if at > now - seconds)

    def had_another(self, now: float) -> bool:
        """Return whether everything was used up, or there was more than one message just now."""
        return self.free_at(now, 1) > now or self.within(now, 1.0) > 1

    def snapshot(self, now: float) -> State:
        self._forget(now)
        return [self.in_flight, [[now - at, weight] for at, weight in self._answered]]

    def restore(self, kept: State, age: float, now: float) -> None:
        in_flight, answered = kept
        for its_age, weight in answered:
            self.count_in(now - age - its_age, weight)
        if in_flight:  # nobody saw the answers: they may have come only now
            self.count_in(now, in_flight)

    def _forget(self, now: float) -> None:
        while self._answered and self._answered[0][0] + self.seconds <= now:
            self.used -= self._answered.popleft()[1]


class Bucket:
    """`at_once`, and one more each `every` seconds: in any stretch at most `at_once` + its length / `every`.

    The generic cell rate algorithm, whose state is one moment (ITU-T I.371), fed at the answers.
    Proof: take a stretch that begins at x. Of all messages counted in it, let the last one to start have started at s.
    The others that were answered were answered after x, and the bucket still holds all of them but (s - x) / `every`.
    Those on their way count in full. Together with the last one that is at most `at_once`.
    """

    __slots__ = ("at_once", "every", "in_flight", "paid_until")

    def __init__(self, at_once: int, every: float) -> None:
        self.at_once = at_once
        self.every = every
        self.in_flight = 0
        self.paid_until = -math.inf

    def free_at(self, _now: float, weight: int) -> float:
        """The moment at which this weight fits; inf while that depends on an answer to come.

        A message that weighs more than `at_once` goes when the bucket is empty, and leaves a debt.
        """
        room = self.at_once - self.in_flight - weight
        if room < 0:
            return math.inf if self.in_flight else self.paid_until
        return self.paid_until - room * self.every

    def start(self, _now: float, weight: int) -> None:
        self.in_flight += weight

    def end(self, at: float, weight: int) -> None:
        self.in_flight -= weight
        self.paid_until = max(self.paid_until, at) + weight * self.every

    def use_up(self, at: float) -> None:
        self.paid_until = max(self.paid_until, at + self.at_once * self.every)

    def idle(self, now: float) -> bool:
        return not self.in_flight and self.paid_until <= now

    def had_another(self, now: float) -> bool:
        """Return whether the bucket holds more than one message now."""
        return self.in_flight + max(0.0, self.paid_until - now) / self.every > 1 + ROUNDING

    def snapshot(self, now: float) -> State:
        return [self.in_flight, max(0.0, self.paid_until - now)]

    def restore(self, kept: State, age: float, now: float) -> None:
        in_flight, debt = kept
        self.paid_until = max(self.paid_until, now - age + debt)
        if in_flight:
            self.paid_until = max(self.paid_until, now) + in_flight * self.every


class Pace:
    """Evenly spaced starts, one every `every` seconds, at a rate that flood waits lower for a while."""

    def __init__(self, every: float) -> None:
        self._every = every
        self.next_at = -math.inf
        self._lowered = 1.0
        self._since = -math.inf

    def rate(self, now: float) -> float:
        """The part of the usual rate that applies now."""
        return min(1.0, self._lowered + max(0.0, now - self._since) * (1 - LEAST) / BACK_UP_WITHIN)

    def start(self, now: float, weight: int) -> None:
        self.next_at = max(self.next_at, now - CATCH_UP) + weight * self._every / self.rate(now)

    def lower(self, now: float, until: float) -> None:
        """Go slower, and gradually faster again from `until` on."""
        least = min(1.0, max(LEAST, self._every / SLOWEST))
        self.keep_at(max(least, self.rate(now) * STEP_DOWN), until)

    def keep_at(self, rate: float, since: float) -> None:
        if self._every:
            self._lowered, self._since = rate, since


class RoundTrip:
    """The least time that the way to Telegram's counter and the way back take together, estimated from answers.

    If every message spends at least d before it is counted and r after that, one that started at s and one that was
    answered at c are counted at least (s + d) - (c - r) apart. So the second may start d + r before `Window` says, and
    the proof still holds. d + r is taken to be a part of the shortest of many times to an answer. That is right if
    Telegram counts at one point on the way. If it counted at any moment of a long stay, the window would be too short
    by the time assumed here, so that time is bounded. Waits for a connection or a busy event loop only make a time to
    an answer longer, and errors make it shorter, which assumes less.
    """

    def __init__(self) -> None:
        self._shortest, self._before = math.inf, math.inf
        self._known = 0

    def answered(self, within: float) -> None:
        self._shortest = min(self._shortest, within)
        self._known += 1
        if self._known == MANY:
            self._before, self._shortest, self._known = self._shortest, math.inf, 0

    @property
    def surely(self) -> float:
        if self._known < ENOUGH and math.isinf(self._before):
            return 0.0
        assumed = SURELY * min(self._shortest, self._before)
        return min(AT_MOST, assumed) if assumed >= AT_LEAST else 0.0
