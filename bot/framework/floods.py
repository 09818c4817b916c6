"""A rate limit for each user: token buckets in memory. The least recently used one is dropped first.

`bot/framework/dispatcher.py` asks it before a handler and drops what exceeds the limit.
"""

import math
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from telegram import Update

BURST = 60  # actions, at least
MAX_BUCKETS = 20_000  # buckets


class Kind(StrEnum):
    """Kinds of actions that are counted separately, so that pressing a button quickly doesn't block messages."""

    START = "start"
    BUTTON = "button"
    TEXT = "text"


class Verdict(StrEnum):
    """How an action relates to the limit."""

    FINE = "fine"
    FIRST_TOO_MUCH = "the first that is too much"  # it is answered
    TOO_MUCH = "too much"


@dataclass(slots=True)
class _Bucket:
    tokens: float
    at: float  # seconds of the bucket's clock
    notified: bool = False
    last: tuple[int, Verdict] | None = None  # the last counted update, which may be judged again


class Floods:
    """Judges each action of a user."""

    def __init__(
        self, per_minute: Callable[[], float], kept: int = MAX_BUCKETS, clock: Callable[[], float] = time.monotonic
    ) -> None:
        """`per_minute` is read for each action, since it may change while the bot runs.

        Messages are counted by the time at which they were sent, so that messages that waited while the bot was away
        are no flood. Presses have no date and are counted by `clock`.
        """
        self._per_minute = per_minute
        self._kept = kept
        self._clock = clock
        self._buckets: OrderedDict[tuple[int, Kind], _Bucket] = OrderedDict()

    def judge_update(self, update: Update) -> Verdict:
        """Count an update."""
        action = self._action(update)
        return Verdict.FINE if action is None else self.judge(action[0], action[1], update.update_id, action[2])

    def goes_on(self, update: Update) -> bool:
        """Return whether an update adds to a flood that has been answered. It isn't counted."""
        action, per_minute = self._action(update), self._per_minute()
        bucket = None if action is None else self._buckets.get(action[:2])
        if action is None or bucket is None or per_minute == 0:
            return False
        if bucket.last is not None and bucket.last[0] == update.update_id:
            return bucket.last[1] is Verdict.TOO_MUCH
        return bucket.notified and _refilled(bucket, _burst(per_minute), per_minute / 60, action[2]) < 1

    def _action(self, update: Update) -> tuple[int, Kind, float] | None:
        """The sender, kind and time of an action; None for an update that isn't counted."""
        user, message = update.effective_user, update.message
        # Anonymous administrators and those who write as a channel share one account.
        writer = user if message is None or message.sender_chat is None else message.sender_chat
        if user is None or writer is None:
            return None
        if update.callback_query is not None:
            return user.id, Kind.BUTTON, self._clock()
        if message is None:
            return None
        kind = Kind.START if (message.text or "").split("@")[0].split(maxsplit=1)[:1] == ["/start"] else Kind.TEXT
        return writer.id, kind, message.date.timestamp()

    def judge(self, telegram_id: int, kind: Kind, update_id: int, now: float) -> Verdict:
        """Count an action. An update that a conflict brings back gets the same verdict and isn't counted again."""
        per_minute = self._per_minute()
        if per_minute == 0:
            return Verdict.FINE
        burst = _burst(per_minute)
        bucket = self._bucket((telegram_id, kind), burst, now)
        if bucket.last is None or bucket.last[0] != update_id:
            bucket.last = update_id, _take(bucket, burst, per_minute / 60, now)
        return bucket.last[1]

    def _bucket(self, key: tuple[int, Kind], burst: int, now: float) -> _Bucket:
        bucket = self._buckets.setdefault(key, _Bucket(burst, now))
        self._buckets.move_to_end(key)
        if len(self._buckets) > self._kept:
            self._buckets.popitem(last=False)
        return bucket


def _burst(per_minute: float) -> int:
    return max(BURST, math.floor(per_minute / 3))


def _refilled(bucket: _Bucket, burst: int, per_second: float, now: float) -> float:
    return min(burst, bucket.tokens + max(0.0, now - bucket.at) * per_second)


def _take(bucket: _Bucket, burst: int, per_second: float, now: float) -> Verdict:
    """Take a token. When the bucket is half full again, a flood is over and the next one is answered."""
    bucket.tokens = _refilled(bucket, burst, per_second, now)
    bucket.at = max(bucket.at, now)
    if bucket.tokens >= burst / 2:
        bucket.notified = False
    if bucket.tokens >= 1:
        bucket.tokens -= 1
        return Verdict.FINE
    first = not bucket.notified
    bucket.notified = True
    return Verdict.FIRST_TOO_MUCH if first else Verdict.TOO_MUCH
