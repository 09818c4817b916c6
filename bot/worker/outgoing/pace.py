"""How evenly, how fast just now, and how far away: what the overall limit knows besides its window."""

import math

CATCH_UP = 0.02  # seconds that a start may lag behind its schedule, by a late timer, without a loss of rate
STEP_DOWN = 0.8  # what a flood wait of everyone's leaves of the rate
LEAST = 0.2  # of the rate, however many come
SLOWEST = 5.0  # seconds between two messages, for a rate that was low to begin with
BACK_UP_WITHIN = 60.0  # seconds, from the least to the whole

SURELY = 0.95  # of the shortest time to an answer
AT_LEAST = 0.01  # seconds; less isn't worth an assumption
AT_MOST = 0.03  # seconds; were the assumption wrong, a second would hold 3 % too much
ENOUGH = 100  # answers that have to be known
MANY = 1000  # answers, after which older ones are forgotten


class Pace:
    """Evenly spaced starts, one each `every` seconds, at a rate that flood waits lower for a while."""

    def __init__(self, every: float) -> None:
        self._every = every
        self.next_at = -math.inf
        self._lowered = 1.0
        self._since = -math.inf

    def rate(self, now: float) -> float:
        """What of the usual rate holds now."""
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


class Way:
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
