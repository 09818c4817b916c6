"""What goes wrong on demand: the next calls of a method meet a fault that a test has ordered."""

import enum
import json
from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.sandbox.world.bot_api import flood


class When(enum.Enum):
    """Whether Telegram has done what was asked before the fault strikes."""

    BEFORE = "before"
    AFTER = "after"


@dataclass(frozen=True, slots=True)
class Drop:
    """The connection breaks without an answer."""

    when: When = When.BEFORE


@dataclass(frozen=True, slots=True)
class Delay:
    """The answer, or already the doing, takes `seconds` longer; a client that leaves meanwhile ends it."""

    seconds: float
    when: When = When.BEFORE


@dataclass(frozen=True, slots=True)
class Reply:
    """Answered with this; done only if `when` says after."""

    status: int
    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)
    when: When = When.BEFORE

    @classmethod
    def refusal(cls, status: int, description: str) -> "Reply":
        """An error in Telegram's form."""
        body = {"ok": False, "error_code": status, "description": description}
        return cls(status, json.dumps(body).encode())

    @classmethod
    def flood(cls, retry_after: int) -> "Reply":
        """429, with the seconds in the body and in the header, as Telegram does."""
        body = json.dumps(flood(retry_after).to_json()).encode()
        return cls(429, body, {"Retry-After": str(retry_after)})


@dataclass(frozen=True, slots=True)
class Cut:
    """Done and answered, but the body ends after `keep` bytes though its length says otherwise."""

    keep: int


@dataclass(frozen=True, slots=True)
class Duplicate:
    """Done and answered, each update in the answer twice."""


Fault = Drop | Delay | Reply | Cut | Duplicate


@dataclass(eq=False)
class ScheduledFault:
    """A fault for the next `times` matching calls; `met` counts those that have met it."""

    fault: Fault
    method: str | None
    chat_id: int | None
    times: int | None
    met: int = 0

    def matches(self, method: str, chat_id: str) -> bool:
        return (
            (self.method is None or self.method.lower() == method.lower())
            and (self.chat_id is None or str(self.chat_id) == chat_id)
            and (self.times is None or self.met < self.times)
        )


class Faults:
    """The orders; a call meets the oldest one that matches."""

    def __init__(self) -> None:
        self._scheduled: list[ScheduledFault] = []

    def next(
        self, fault: Fault, method: str | None = None, *, chat_id: int | None = None, times: int | None = 1
    ) -> ScheduledFault:
        """Order a fault for the next `times` calls (None: all, until cleared) of a method and chat (None: any)."""
        scheduled = ScheduledFault(fault, method, chat_id, times)
        self._scheduled.append(scheduled)
        return scheduled

    def clear(self) -> None:
        self._scheduled.clear()

    def take(self, method: str, chat_id: str) -> Fault | None:
        """The fault for this call, counted as met."""
        for scheduled in self._scheduled:
            if scheduled.matches(method, chat_id):
                scheduled.met += 1
                if scheduled.met == scheduled.times:
                    self._scheduled.remove(scheduled)
                return scheduled.fault
        return None
