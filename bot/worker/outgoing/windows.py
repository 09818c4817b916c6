"""Counters for limits: a message counts from its start to its answer, and then for as long as the limit says.

When Telegram counted a message nobody tells us: at some moment between its start and its answer. So each is
taken to have come at the worst of those moments, which for what follows it is the last: while it is on its
way it counts as if it came now, afterwards as if it came with its answer. Both proofs rest on that alone.
"""

import bisect
import math
from collections import deque
from typing import Any

ROUNDING = 1e-6

State = list[Any]
"""A counter's state, as JSON."""

CATCH_UP = 0.02  # seconds that a start may lag behind its schedule, by a late timer, without a loss of rate
STEP_DOWN = 0.8  # the part of the rate that is left after a flood wait for everyone
LEAST = 0.2  # of the rate, however many come
SLOWEST = 5.0  # seconds between two messages, for a rate that was low to begin with
BACK_UP_WITHIN = 60.0  # seconds, from the least to the whole

SURELY = 0.95  # of the shortest time to an answer
AT_LEAST = 0.01  # seconds; less isn't worth an assumption
AT_MOST = 0.03  # seconds; were the assumption wrong, a second would hold 3 % too much
ENOUGH = 100  # answers that have to be known
MANY = 1000  # answers, after which older ones are forgotten


class Window:
    """At most `count` in any stretch of `seconds`, however long each takes and wherever in that time it is counted.

    Proof: let more than `count` be counted within less than `seconds`, and let the last of them to start have started
    at s. Each other one was still on its way at s, or answered at c ≤ s; it was counted at c or before, the last one at
    s or after, so c > s - `seconds`. All of them counted at s, then, and the last one could not start.
    """

    __slots__ = ("_answered", "count", "in_flight", "seconds", "used")

    def __init__(self, count: float, seconds: float) -> None:
        self.count = count
        self.seconds = seconds
        self.in_flight = 0
        self.used = 0.0  # by what was answered
        self._answered: deque[tuple[float, float]] = deque()  # (moment, weight), in the order of the moments

    def free_at(self, now: float, weight: int, sooner: float = 0.0) -> float:
        """The moment at which this weight fits; inf while that depends on an answer to come.

        What weighs more than all there is goes alone. `sooner` is what the ways take together (see `RoundTrip`).
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
        """Note that something begun was answered."""
        self.in_flight -= int(weight)
        self.count_in(at, weight)

    def count_in(self, at: float, weight: float) -> None:
        self.used += weight
        if self._answered and self._answered[-1][0] > at:
            bisect.insort(self._answered, (at, weight))
        else:
            self._answered.append((at, weight))

    def use_up(self, at: float) -> None:
        """Count as if all there is had been used at that moment."""
        if self.count < math.inf:
            self.count_in(at, self.count)

    def idle(self, now: float) -> bool:
        self._forget(now)
        return not self.in_flight and not self._answered

    def within(self, now: float, seconds: float | None = None) -> float:
        """The weight in flight or answered within so many seconds; without `seconds`, within the limit's."""
        self._forget(now)
        if seconds is None:
            return self.in_flight + self.used
        return self.in_flight + sum(weight for at, weight in self._answered if at > now - seconds)

    def had_another(self, now: float) -> bool:
        """Whether all was used up, or there was more than one just now."""
        return self.free_at(now, 1) > now or self.within(now, 1.0) > 1

    def snapshot(self, now: float) -> State:
        self._forget(now)
        return [self.in_flight, [[now - at, weight] for at, weight in self._answered]]

    def restore(self, kept: State, age: float, now: float) -> None:
        in_flight, answered = kept
        for its_age, weight in answered:
            self.count_in(now - age - its_age, weight)
        if in_flight:  # nobody saw its answer: it may have come only now
            self.count_in(now, in_flight)

    def _forget(self, now: float) -> None:
        while self._answered and self._answered[0][0] + self.seconds <= now:
            self.used -= self._answered.popleft()[1]


class Bucket:
    """`at_once`, and one more each `every` seconds: in any stretch at most `at_once` + its length / `every`.

    The generic cell rate algorithm, whose state is one moment (ITU-T I.371), fed at the answers.
    Proof: take a stretch that begins at x, and let the last started of all that were counted in it have started at s.
    Of the others those answered were so after x, and the bucket, which loses one each `every`, still holds them but
    for (s - x) / `every`; those on their way count in full. With the last one that was at most `at_once`.
    """

    __slots__ = ("at_once", "every", "in_flight", "paid_until")

    def __init__(self, at_once: int, every: float) -> None:
        self.at_once = at_once
        self.every = every
        self.in_flight = 0
        self.paid_until = -math.inf

    def free_at(self, _now: float, weight: int) -> float:
        """The moment at which this weight fits; inf while that depends on an answer to come.

        What weighs more than `at_once` goes when all is paid, and leaves a debt.
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
        """Whether there was more than one just now: more than has been paid off since."""
        return self.in_flight + max(0.0, self.paid_until - now) / self.every > 1 + ROUNDING

    def snapshot(self, now: float) -> State:
        return [self.in_flight, max(0.0, self.paid_until - now)]

    def restore(self, kept: State, age: float, now: float) -> None:
        in_flight, debt = kept
        self.paid_until = max(self.paid_until, now - age + debt)
        if in_flight:
            self.paid_until = max(self.paid_until, now) + in_flight * self.every


class Pace:
    """Evenly spaced starts, one each `every` seconds, at a rate that flood waits lower for a while."""

    def __init__(self, every: float) -> None:
        self._every = every
        self.next_at = -math.inf
        self._lowered = 1.0
        self._since = -math.inf

    def rate(self, now: float) -> float:
        """The part of the usual rate that holds now."""
        return min(1.0, self._lowered + max(0.0, now - self._since) * (1 - LEAST) / BACK_UP_WITHIN)

    def start(self, now: float, weight: int) -> None:
        self.next_at = max(self.next_at, now - CATCH_UP) + weight * self._every / self.rate(now)

    def lower(self, now: float, until: float) -> None:
        """Go slower; from the moment `until` on faster again, little by little."""
        least = min(1.0, max(LEAST, self._every / SLOWEST))
        self.keep_at(max(least, self.rate(now) * STEP_DOWN), until)

    def keep_at(self, rate: float, since: float) -> None:
        if self._every:
            self._lowered, self._since = rate, since


class RoundTrip:
    """The least that the way to Telegram's count and the way back from it take together, as far as answers tell.

    If every message spends at least d before it is counted and r after that, one that started at s and one that was
    answered at c are counted at least (s + d) - (c - r) apart. So the second may start d + r before `Window` says, and
    the proof holds. A part of the shortest of many times to an answer stands for d + r. That is right where Telegram
    counts at one point on the way; were it at any moment of a long time spent there, the window kept would be shorter
    than a second by what is assumed here, which is why that is bounded. Waits for a connection or a busy event loop
    only make a time to an answer longer, and errors make it shorter, which assumes less.
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
