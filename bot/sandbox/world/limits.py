"""Telegram's rate limits, and the time to wait after exceeding them.

Source: https://core.telegram.org/bots/faq#my-bot-is-hitting-limits-how-do-i-avoid-this
"""

import math
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

SLACK = 0.95  # share of a period that counts: a sender that is exactly on time is never rejected
ROUNDING = 1e-6  # seconds
IDLE_CHATS_KEPT = 10_000


@dataclass(frozen=True, slots=True)
class Rate:
    """At most `count` in any period of `seconds`."""

    count: int
    seconds: float


@dataclass(frozen=True, slots=True)
class BurstRate:
    """A burst of `at_once`, then one every `seconds`."""

    at_once: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Rules:
    overall: Rate = Rate(30, 1.0)
    paid: Rate = Rate(1000, 1.0)  # overall, for `allow_paid_broadcast`
    private: BurstRate = BurstRate(3, 1.0)
    group: Rate = Rate(20, 60.0)


@dataclass
class _Window:
    rate: Rate
    times: deque[float] = field(default_factory=deque)

    def wait(self, now: float, count: int = 1) -> float:
        behind = (
            self.rate.count - min(count, self.rate.count) + 1
        )  # if this many lie in the period, `count` more are too many
        if len(self.times) < behind:
            return 0.0
        return max(0.0, self.times[-behind] + self.rate.seconds * SLACK - now)

    def use(self, now: float, count: int = 1) -> None:
        self.times.extend([now] * count)
        while len(self.times) > self.rate.count:
            self.times.popleft()


@dataclass
class _Bucket:
    rate: BurstRate
    empty_until: float = 0.0  # when the bucket is full again

    def wait(self, now: float, count: int = 1) -> float:
        room = (self.rate.at_once - min(count, self.rate.at_once)) * self._step
        return max(0.0, self.empty_until - room - now)

    def use(self, now: float, count: int = 1) -> None:
        self.empty_until = max(self.empty_until, now) + count * self._step

    @property
    def _step(self) -> float:
        return self.rate.seconds * SLACK


class Limits:
    """Counts sent messages. `now` returns monotonic seconds. `enabled = False` turns the limits off."""

    def __init__(self, now: Callable[[], float], rules: Rules | None = None) -> None:
        self._now = now
        self.rules = rules or Rules()
        self.enabled = True
        self._overall = _Window(self.rules.overall)
        self._paid = _Window(self.rules.paid)
        self._chats: dict[int, _Window | _Bucket] = {}

    def admit(self, chat_id: int, *, paid: bool = False, count: int = 1) -> int:
        """Return 0 and count the messages, or return the whole seconds to wait.

        Paid messages have an overall limit of their own. An album waits until there is room for all its messages,
        or for as many as the limit allows, and then counts as that many.
        """
        if not self.enabled:
            return 0
        now = self._now()
        chat = self._chat(chat_id)
        overall = self._paid if paid else self._overall
        wait = max(chat.wait(now, count), overall.wait(now, count))
        if wait > ROUNDING:
            return math.ceil(wait)
        chat.use(now, count)
        overall.use(now, count)
        return 0

    def _chat(self, chat_id: int) -> _Window | _Bucket:
        chat = self._chats.pop(chat_id, None)
        if chat is None:
            chat = _Bucket(self.rules.private) if chat_id > 0 else _Window(self.rules.group)
        self._chats[chat_id] = chat  # moved to the end, so that the first one has been idle longest
        if len(self._chats) > IDLE_CHATS_KEPT:
            del self._chats[next(iter(self._chats))]
        return chat
