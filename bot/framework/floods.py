"""Limits what one person may do: token buckets in memory. The least recently used one is dropped first."""

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
    """Actions that are counted separately, so pressing buttons too often doesn't keep anybody from writing."""

    START = "start"
    BUTTON = "button"
    TEXT = "text"


class Verdict(StrEnum):
    """Whether an update is within its sender's limit."""

    FINE = "fine"
    FIRST_TOO_MUCH = "the first that is too much"  # the one that gets an answer
    TOO_MUCH = "too much"


@dataclass(slots=True)
class _Bucket:
    tokens: float
    at: float  # seconds of the bucket's clock
    notified: bool = False
    last: tuple[int, Verdict] | None = None  # the last counted update, which may come again


class Floods:
    """Judges each action of a person.

    `per_minute` is called each time, since it may change while the bot runs; counts are kept. Messages are counted by
    the time at which they were sent, so a backlog from an outage, or a batch with other people's messages, is no
    flood. Presses have no date and are counted by `clock`.
    """

    def __init__(
        self, per_minute: Callable[[], float], kept: int = MAX_BUCKETS, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._per_minute = per_minute
        self._kept = kept
        self._clock = clock
        self._buckets: OrderedDict[tuple[int, Kind], _Bucket] = OrderedDict()

    def judge_update(self, update: Update) -> Verdict:
        """Count an update as an action of its sender."""
        user, message = update.effective_user, update.message
        # Anonymous administrators and people who write as a channel all share a stand-in account as `user`.
        writer = user if message is None or message.sender_chat is None else message.sender_chat
        if user is None or writer is None:
            return Verdict.FINE
        if update.callback_query is not None:
            return self.judge(user.id, Kind.BUTTON, update.update_id, self._clock())
        if message is None:
            return Verdict.FINE
        kind = Kind.START if (message.text or "").split("@")[0].split(maxsplit=1)[:1] == ["/start"] else Kind.TEXT
        return self.judge(writer.id, kind, update.update_id, message.date.timestamp())

    def judge(self, telegram_id: int, kind: Kind, update_id: int, now: float) -> Verdict:
        """Count an update. If a conflict brings it back, it gets the same verdict and isn't counted again."""
        per_minute = self._per_minute()
        if per_minute == 0:
            return Verdict.FINE
        burst = max(BURST, math.floor(per_minute / 3))
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


def _take(bucket: _Bucket, burst: int, per_second: float, now: float) -> Verdict:
    """Once the bucket is half full again, the flood is over, and the next one gets a notice."""
    bucket.tokens = min(burst, bucket.tokens + max(0.0, now - bucket.at) * per_second)
    bucket.at = max(bucket.at, now)
    if bucket.tokens >= burst / 2:
        bucket.notified = False
    if bucket.tokens >= 1:
        bucket.tokens -= 1
        return Verdict.FINE
    first = not bucket.notified
    bucket.notified = True
    return Verdict.FIRST_TOO_MUCH if first else Verdict.TOO_MUCH
