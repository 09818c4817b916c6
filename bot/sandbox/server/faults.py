"""Fault injection: a test schedules a fault for the next calls of a method."""

import enum
import json
from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.sandbox.world.bot_api import flood


class When(enum.Enum):
    """When the fault comes: before or after Telegram executes the call."""

    BEFORE = "before"
    AFTER = "after"


@dataclass(frozen=True, slots=True)
class Drop:
    """The connection breaks without a response."""

    when: When = When.BEFORE


@dataclass(frozen=True, slots=True)
class Delay:
    """The execution or the response is delayed by `seconds`. A disconnecting client cancels it."""

    seconds: float
    when: When = When.BEFORE


@dataclass(frozen=True, slots=True)
class Reply:
    """A fixed response. The call is executed only if `when` is AFTER."""

    status: int
    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)
    when: When = When.BEFORE

    @classmethod
    def refusal(cls, status: int, description: str) -> "Reply":
        """Make an error response in Telegram's format."""
        body = {"ok": False, "error_code": status, "description": description}
        return cls(status, json.dumps(body).encode())

    @classmethod
    def flood(cls, retry_after: int) -> "Reply":
        """Make a 429 with the seconds in the body and in the header, like Telegram."""
        body = json.dumps(flood(retry_after).to_json()).encode()
        return cls(429, body, {"Retry-After": str(retry_after)})


@dataclass(frozen=True, slots=True)
class Cut:
    """The call is executed, but the body breaks off after `keep` bytes."""

    keep: int


@dataclass(frozen=True, slots=True)
class Duplicate:
    """The call is executed, and each update is in the response twice."""


Fault = Drop | Delay | Reply | Cut | Duplicate


@dataclass(eq=False)
class ScheduledFault:
    """A fault for the next `times` matching calls. `met` counts the calls it has affected."""

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
    """The scheduled faults. A call gets the oldest one that matches."""

    def __init__(self) -> None:
        self._scheduled: list[ScheduledFault] = []

    def next(
        self, fault: Fault, method: str | None = None, *, chat_id: int | None = None, times: int | None = 1
    ) -> ScheduledFault:
        """Schedule a fault for the next `times` calls of a method and chat.

        `times=None` means all calls until `clear`; None for the method or chat means any.
        """
        scheduled = ScheduledFault(fault, method, chat_id, times)
        self._scheduled.append(scheduled)
        return scheduled

    def end(self, scheduled: ScheduledFault) -> None:
        """Stop a fault. One that has met all its calls is over already."""
        if scheduled in self._scheduled:
            self._scheduled.remove(scheduled)

    def clear(self) -> None:
        self._scheduled.clear()

    def take(self, method: str, chat_id: str) -> Fault | None:
        """Return the fault for this call and count it."""
        for scheduled in self._scheduled:
            if scheduled.matches(method, chat_id):
                scheduled.met += 1
                if scheduled.met == scheduled.times:
                    self._scheduled.remove(scheduled)
                return scheduled.fault
        return None
