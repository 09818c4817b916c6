"""What counts against a limit: each message from its start to its answer, and then for as long as the limit says.

When Telegram counted a message nobody tells us: at some moment between its start and its answer. So each is
taken to have come at the worst of those moments, which for what follows it is the last: while it is on its
way it counts as if it came now, afterwards as if it came with its answer. Both proofs rest on that alone.
"""

import bisect
import math
from collections import deque
from typing import Any

ROUNDING = 1e-6


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
        """When something of this weight fits; inf while that depends on an answer to come.

        What weighs more than all there is goes alone. `sooner` is what the ways take together (see `pace.Way`).
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
        """How much is on its way or was answered in the last so many seconds, or all of those that count."""
        self._forget(now)
        if seconds is None:
            return self.in_flight + self.used
        return self.in_flight + sum(weight for at, weight in self._answered if at > now - seconds)

    def had_another(self, now: float) -> bool:
        """Whether all was used up, or there was more than one just now."""
        return self.free_at(now, 1) > now or self.within(now, 1.0) > 1

    def snapshot(self, now: float) -> Any:
        self._forget(now)
        return [self.in_flight, [[now - at, weight] for at, weight in self._answered]]

    def restore(self, kept: Any, age: float, now: float) -> None:
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
        """When something of this weight fits; inf while that depends on an answer to come.

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

    def snapshot(self, now: float) -> Any:
        return [self.in_flight, max(0.0, self.paid_until - now)]

    def restore(self, kept: Any, age: float, now: float) -> None:
        in_flight, debt = kept
        self.paid_until = max(self.paid_until, now - age + debt)
        if in_flight:
            self.paid_until = max(self.paid_until, now) + in_flight * self.every
