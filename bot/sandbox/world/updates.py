"""The queue of pending updates, with Telegram's rules.

Source: tdlib/telegram-bot-api, Client::do_get_updates and JsonUpdates; tdlib/td, TQueue.
"""

import json
import secrets
from collections import deque
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from itertools import islice

from bot.sandbox.world.bot_api import Json

UPDATE_LIFETIME = 86_400.0  # seconds, for messages and most other updates
QUERY_LIFETIME = 150.0  # seconds, for callback queries
ANSWER_BYTES = 1 << 22  # size limit of a getUpdates response
UPDATE_BYTES = 65_536 * 8
QUEUE_LENGTH = 100_000
MAX_OFFSET_AHEAD = 10  # an offset further ahead of the last update confirms nothing
OPT_IN_KINDS = frozenset({"chat_member", "message_reaction", "message_reaction_count"})


@dataclass(frozen=True, slots=True)
class Update:
    update_id: int
    body: bytes
    expires_at: float


class Updates:
    """A bot's updates in order. `now` returns Unix seconds."""

    def __init__(self, now: Callable[[], float], first_id: int | None = None) -> None:
        self._now = now
        self._queue: deque[Update] = deque()
        self._earliest = float("inf")
        self.allowed: frozenset[str] = frozenset()  # empty: the default kinds
        self.next_id = _random_id() if first_id is None else first_id

    def __len__(self) -> int:
        self._drop_expired()
        return len(self._queue)

    def allow(self, kinds: Collection[str]) -> None:
        """Queue only these kinds from now on. An empty collection means all but OPT_IN_KINDS."""
        self.allowed = frozenset(kind.lower() for kind in kinds)

    def allows(self, kind: str) -> bool:
        return kind in self.allowed if self.allowed else kind not in OPT_IN_KINDS

    def push(self, kind: str, content: Json) -> Json | None:
        """Queue an update. Return None if the bot doesn't want this kind or the queue is full."""
        if not self.allows(kind):
            return None
        update = {"update_id": self.next_id, kind: content}
        kept = QUERY_LIFETIME if kind.endswith("_query") and kind != "inline_query" else UPDATE_LIFETIME
        return update if self.push_raw(json.dumps(update).encode(), kept) else None

    def push_raw(self, body: bytes, kept: float = UPDATE_LIFETIME) -> bool:
        """Queue these bytes unchanged under the next id. Return False if the queue is full."""
        if len(body) > UPDATE_BYTES:
            raise ValueError(f"Telegram has no updates over {UPDATE_BYTES} bytes")
        if len(self._queue) >= QUEUE_LENGTH:
            return False
        update = Update(self.next_id, body, self._now() + kept)
        self._queue.append(update)
        self._earliest = min(self._earliest, update.expires_at)
        self.next_id += 1
        return True

    def fetch(self, offset: int, limit: int) -> list[bytes]:
        """Drop updates below `offset` and return the next ones. A negative offset keeps only the last ones."""
        self._drop_expired()
        if offset < 0:
            self._keep_last(-offset)
        elif offset and self._is_near(offset):
            self._forget_below(offset)
        return _within_answer_size(update.body for update in islice(self._queue, limit))

    def restart_at(self, update_id: int | None = None) -> None:
        """Clear the queue and restart the ids, as Telegram does after a week without updates."""
        self._queue.clear()
        self.next_id = _random_id() if update_id is None else update_id

    def clear(self) -> None:
        self._queue.clear()

    def _is_near(self, offset: int) -> bool:
        head = self._queue[0].update_id if self._queue else self.next_id
        return head - QUEUE_LENGTH <= offset <= self.next_id + MAX_OFFSET_AHEAD

    def _forget_below(self, offset: int) -> None:
        while self._queue and self._queue[0].update_id < offset:
            self._queue.popleft()

    def _keep_last(self, count: int) -> None:
        while len(self._queue) > count:
            self._queue.popleft()

    def _drop_expired(self) -> None:
        now = self._now()
        if self._earliest < now:
            self._queue = deque(update for update in self._queue if update.expires_at >= now)
            self._earliest = min((update.expires_at for update in self._queue), default=float("inf"))


def _within_answer_size(bodies: Iterable[bytes]) -> list[bytes]:
    fitting: list[bytes] = []
    left = ANSWER_BYTES
    for body in bodies:
        left -= 50 + len(body)
        if left <= 0:
            break
        fitting.append(body)
    return fitting


def _random_id() -> int:
    return 2_000_001 + secrets.randbelow(998_000_000)
