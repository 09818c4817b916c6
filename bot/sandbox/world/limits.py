"""How fast a bot may send: Telegram's limits, and for how long who exceeds them has to wait.

Source: https://core.telegram.org/bots/faq#my-bot-is-hitting-limits-how-do-i-avoid-this
"""

import math
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

SLACK = 0.95  # of a period: who keeps the pace by their own clock isn't refused for a packet that was quick
ROUNDING = 1e-6  # seconds
IDLE_CHATS_KEPT = 10_000


@dataclass(frozen=True, slots=True)
class Rate:
    """So many in so many seconds, in any stretch of that length."""

    count: int
    seconds: float


@dataclass(frozen=True, slots=True)
class BurstRate:
    """So many at once, then one each so many seconds."""

    at_once: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Rules:
    overall: Rate = Rate(30, 1.0)
    paid: Rate = Rate(1000, 1.0)  # overall, of what is sent with `allow_paid_broadcast`
    private: BurstRate = BurstRate(3, 1.0)
    group: Rate = Rate(20, 60.0)


@dataclass
class _Window:
    rate: Rate
    times: deque[float] = field(default_factory=deque)

    def wait(self, now: float, count: int = 1) -> float:
        behind = self.rate.count - min(count, self.rate.count) + 1  # the last so many would be one too many
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
    empty_until: float = 0.0  # when the last of what was taken has dripped back

    def wait(self, now: float, count: int = 1) -> float:
        room = (self.rate.at_once - min(count, self.rate.at_once)) * self._step
        return max(0.0, self.empty_until - room - now)

    def use(self, now: float, count: int = 1) -> None:
        self.empty_until = max(self.empty_until, now) + count * self._step

    @property
    def _step(self) -> float:
        return self.rate.seconds * SLACK


class Limits:
    """Counts what was sent; `now` gives monotonic seconds. `enabled = False` lets everything pass."""

    def __init__(self, now: Callable[[], float], rules: Rules | None = None) -> None:
        self._now = now
        self.rules = rules or Rules()
        self.enabled = True
        self._overall = _Window(self.rules.overall)
        self._paid = _Window(self.rules.paid)
        self._chats: dict[int, _Window | _Bucket] = {}

    def admit(self, chat_id: int, *, paid: bool = False, count: int = 1) -> int:
        """0 and counted, or the whole seconds to wait, and not counted. Paid sends pass by the overall limit.

        Several at once (an album) wait until there is room for all of them, or for as many as there can ever be, and
        then count as so many.
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
        self._chats[chat_id] = chat  # to the end: the first one is the longest idle
        if len(self._chats) > IDLE_CHATS_KEPT:
            del self._chats[next(iter(self._chats))]
        return chat
