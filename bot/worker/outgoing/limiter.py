"""Computes when the next message may go, in seconds of a given clock. `send_scheduler.py` does the waiting."""

import itertools
import json
import math
from collections import OrderedDict, deque
from collections.abc import Mapping, Sized
from dataclasses import dataclass
from typing import Any

from bot.worker.outgoing.windows import Bucket, Pace, RoundTrip, Window

PRIVATE_AT_ONCE = 3
PRIVATE_EVERY = 1.0
GROUP_AT_ONCE = 20
GROUP_WITHIN = 60.0
MAY_STILL_ARRIVE = 1.0  # seconds after a send was given up without an answer
LOOKED_AT = 2  # chats checked for idleness at each message: more than one, so that their number shrinks
CHATS_AT_ONCE = 3  # chats that get a 429 …
TOGETHER = 1.0  # … within so many seconds make it everyone's
SNAPSHOT = 1  # version of the format

Snapshot = dict[str, Any]
"""The limits' state, as JSON."""

COUNTED = ("send", "copy", "forward", "editMessage")
NOT_COUNTED = ("sendChatAction",)
LISTS = {"sendMediaGroup": "media", "copyMessages": "message_ids", "forwardMessages": "message_ids"}
"""Methods that send several messages at once, and the parameter that lists them."""
CAN_BE_PAID = ("send", "copy")  # methods with `allow_paid_broadcast`


@dataclass(frozen=True, slots=True)
class Permit:
    """Lets one message begin now. `paid` says that it has to ask for Telegram's paid rate."""

    chat_id: int
    weight: int
    paid: bool
    number: int
    began: float


class Limiter:
    """Telegram's limits: `per_second` overall (0: none), 3 at once and 1 a second in private, 20 a minute in a group.

    They hold no matter when between start and answer Telegram counts a message (see `windows`). An album weighs as
    much as it has items. Above `paid_above` a second, if that is given, permits have to be paid for.
    Source: Telegram's bot FAQ, "My bot is hitting limits, how do I avoid this?"
    """

    def __init__(self, per_second: float, *, paid_above: float | None = None) -> None:
        self._limited = per_second > 0
        whole = max(1, math.floor(per_second)) if self._limited else math.inf
        self._overall = Window(whole, max(1.0, 1 / per_second) if self._limited else 1.0)
        self._pace = Pace(self._overall.seconds / whole)
        self._round_trip = RoundTrip()
        self._paid_above = paid_above
        self._everyone_halted_until = -math.inf
        self._chats: OrderedDict[int, Bucket | Window] = OrderedDict()  # least recently used first
        self._halted: dict[int, float] = {}
        self._halted_kept = 0  # their number when expired ones were last forgotten
        self._halts: deque[tuple[float, int]] = deque()  # (moment, chat) of each 429 that was the chat's own
        self._used_up_at = -math.inf
        self._numbers = itertools.count()
        self._in_flight: set[int] = set()

    def free_at(self, chat_id: int, now: float, weight: int = 1) -> float:
        """When this chat is free, regardless of the overall rate; inf while that depends on an answer."""
        halted_until = max(self._halted.get(chat_id, -math.inf), self._everyone_halted_until)
        if not self._limited or not weight:
            return halted_until
        chat = self._chats.get(chat_id) or self._new_chat(chat_id)
        return max(chat.free_at(now, weight), halted_until)

    def everyone_halted_until(self, now: float) -> float:
        """The end of a flood wait for everyone; `now` if there is none."""
        return max(now, self._everyone_halted_until)

    def next_at(self, now: float, *, urgent: bool, weight: int = 1) -> float:
        """When the overall rate lets a message go; inf while that depends on an answer.

        Urgent messages may use the whole rate at once. All others are evenly spaced, so that an urgent message never
        waits for the end of a burst. Only this spacing relies on the assumption of `RoundTrip`; bursts don't. After a
        flood wait it applies to urgent messages, too.
        """
        if not weight:
            return self._everyone_halted_until
        at = max(self._overall.free_at(now, weight, self._round_trip.surely), self._pace.next_at)
        if urgent and self._pace.rate(now) >= 1:
            at = min(at, self._overall.free_at(now, weight))
        return max(at, self._everyone_halted_until)

    def take(self, chat_id: int, now: float, *, weight: int = 1) -> Permit:
        """Begin a message whose chat and overall rate are free. It counts until `done` is called."""
        above = self._paid_above is not None and self._overall.within(now) + weight > self._paid_above
        permit = Permit(chat_id, weight, above, next(self._numbers), now)
        self._in_flight.add(permit.number)
        if weight:
            self._overall.start(now, weight)
            self._pace.start(now, weight)
            self._chat(chat_id).start(now, weight)
            self._forget_idle(now)
        return permit

    def done(self, permit: Permit, now: float, *, answered: bool = True) -> None:
        """Note that a message was answered, whatever the answer, or given up."""
        if permit.number not in self._in_flight:
            return
        self._in_flight.remove(permit.number)
        if not permit.weight:
            return
        at = now if answered else now + MAY_STILL_ARRIVE
        self._overall.end(at, permit.weight)
        self._chat(permit.chat_id).end(at, permit.weight)
        self._round_trip.answered(now - permit.began)

    def halt(self, chat_id: int, now: float, seconds: float) -> bool:
        """Heed a 429 for a message to `chat_id` for exactly `seconds`. Returns True if it halts everyone.

        Telegram doesn't say whose limit was hit. It is the chat's if the chat had another message just before, or if a
        group had its 20 (Telegram counts some that bots don't see), unless this is the third chat with a 429 within a
        second. Otherwise it is everyone's, and everyone goes slower for a while (see `Pace`).
        """
        chat = self._chats.get(chat_id)
        if chat is not None and chat.had_another(now) and not self._others_met_one_too(chat_id, now):
            self._halted[chat_id] = max(self._halted.get(chat_id, -math.inf), now + seconds)
            self._forget_halts(now)
            return False
        if now >= self._everyone_halted_until:  # otherwise this one was on its way when everyone was halted
            self._pace.lower(now, now + seconds)
        self._everyone_halted_until = max(self._everyone_halted_until, now + seconds)
        return True

    def begin_used_up(self, now: float) -> None:
        """Continue as if every limit had just been used up, by an unknown worker."""
        self._used_up_at = now
        self._overall.use_up(now)
        for chat in self._chats.values():
            chat.use_up(now)

    def snapshot(self, now: float) -> Snapshot:
        """The state for the next term: ages and remaining times in seconds, since clocks differ."""
        halted = {chat_id: until - now for chat_id, until in self._halted.items() if until > now}
        chats = self._chats.items() if self._limited else ()  # without limits they may be many
        return {
            "version": SNAPSHOT,
            "overall": self._overall.snapshot(now),
            "chats": {str(chat_id): chat.snapshot(now) for chat_id, chat in chats if not chat.idle(now)},
            "halted": {str(chat_id): rest for chat_id, rest in halted.items()},
            "everyone_halted": max(0.0, self._everyone_halted_until - now),
            "rate": self._pace.rate(now),
        }

    def restore(self, snapshot: Snapshot, age: float, now: float) -> None:
        """Continue from a snapshot that is `age` seconds old. Raises ValueError if it can't be read."""
        age, then = max(0.0, age), now - max(0.0, age)
        try:
            if snapshot["version"] != SNAPSHOT:
                raise ValueError("a snapshot of another version")
            self._overall.restore(snapshot["overall"], age, now)
            for chat_id, kept in snapshot["chats"].items():
                self._chat(int(chat_id)).restore(kept, age, now)
            halts = {int(chat_id): then + rest for chat_id, rest in snapshot["halted"].items()}
            self._everyone_halted_until = max(self._everyone_halted_until, then + snapshot["everyone_halted"])
            if snapshot["rate"] < 1:
                self._pace.keep_at(snapshot["rate"], max(then, self._everyone_halted_until))
        except (LookupError, TypeError, AttributeError, ArithmeticError) as error:
            raise ValueError("a snapshot that can't be read") from error
        self._halted |= {chat_id: until for chat_id, until in halts.items() if until > self._halted.get(chat_id, now)}

    def _new_chat(self, chat_id: int) -> Bucket | Window:
        group = chat_id < 0
        chat = Window(GROUP_AT_ONCE, GROUP_WITHIN) if group else Bucket(PRIVATE_AT_ONCE, PRIVATE_EVERY)
        if self._used_up_at > -math.inf:
            chat.use_up(self._used_up_at)
        return chat

    def _chat(self, chat_id: int) -> Bucket | Window:
        """The chat's counter, which becomes the last to be forgotten."""
        chat = self._chats.get(chat_id)
        if chat is None:
            chat = self._chats[chat_id] = self._new_chat(chat_id)
        self._chats.move_to_end(chat_id)
        return chat

    def _forget_idle(self, now: float) -> None:
        for _ in range(LOOKED_AT):
            chat_id, chat = next(iter(self._chats.items()))
            if chat.idle(now):
                del self._chats[chat_id]
            elif chat.in_flight:
                self._chats.move_to_end(chat_id)  # a hanging call keeps no others in memory
            else:
                return

    def _forget_halts(self, now: float) -> None:
        if len(self._halted) > 2 * self._halted_kept:
            self._halted = {chat_id: until for chat_id, until in self._halted.items() if until > now}
            self._halted_kept = len(self._halted)

    def _others_met_one_too(self, chat_id: int, now: float) -> bool:
        while self._halts and self._halts[0][0] <= now - TOGETHER:
            self._halts.popleft()
        self._halts.append((now, chat_id))
        return len({other for _, other in self._halts}) >= CHATS_AT_ONCE


def weight(method: str, parameters: Mapping[str, object]) -> int:
    """The number of messages that the call sends or edits; 0 for one that isn't counted."""
    if method in NOT_COUNTED or not method.startswith(COUNTED):
        return 0
    several = parameters.get(LISTS.get(method, ""))
    if isinstance(several, str):
        several = json.loads(several)
    if several is None:
        return 1
    if not isinstance(several, Sized):
        raise TypeError(f"{method} with {several!r}")
    return max(1, len(several))


def paid(method: str) -> dict[str, object]:
    """The parameters that ask for the paid rate."""
    return {"allow_paid_broadcast": True} if method.startswith(CAN_BE_PAID) else {}
