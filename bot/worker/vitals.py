"""The worker's state, read by /health and statistics."""

import time
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from enum import StrEnum


class Phase(StrEnum):
    """The phase of the worker process."""

    STARTING = "starting"
    RUNNING = "running"
    STOPPING = "stopping"


class Role(StrEnum):
    """The part of a worker among those of one bot: the leader polls, a standby waits."""

    LEADER = "leader"
    STANDBY = "standby"


@dataclass(slots=True)
class Vitals:
    """Updated by the worker's parts as things happen. Times are seconds of the monotonic clock."""

    version: str
    phase: Phase = Phase.STARTING
    role: Role = Role.STANDBY
    last_poll_at: float | None = None  # the last answered getUpdates
    polling_rests: bool = False  # nothing can be stored: no fault of Telegram's
    telegram_trouble: str | None = None  # why the last poll failed
    leading_since: float | None = None
    updates: Counter[str] = field(default_factory=Counter)  # counts by outcome, since the process began
    presses: Counter[tuple[str, date]] = field(default_factory=Counter)  # by button and day, not stored yet
    started_at: float = field(default_factory=time.monotonic)

    def poll_answered(self) -> None:
        self.last_poll_at = time.monotonic()
        self.telegram_trouble = None
        self.polling_rests = False
        self._started()

    def button_pressed(self, button: str) -> None:
        self.presses[button, datetime.now(UTC).date()] += 1

    def stands_by(self) -> None:
        self.role = Role.STANDBY
        self.leading_since = None
        self._started()

    def leads(self) -> None:
        self.role = Role.LEADER
        self.polling_rests = False
        self.leading_since = time.monotonic()

    def stops(self) -> None:
        self.phase = Phase.STOPPING

    def _started(self) -> None:
        if self.phase is Phase.STARTING:
            self.phase = Phase.RUNNING

    def last_poll_age(self) -> float | None:
        return None if self.last_poll_at is None else time.monotonic() - self.last_poll_at

    def uptime(self) -> float:
        return time.monotonic() - self.started_at
