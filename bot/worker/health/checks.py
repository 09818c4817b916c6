"""When the worker is healthy: facts in, verdict out."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from bot.worker.vitals import Phase, Role, Vitals

POLL_ANSWERED_WITHIN = 45.0  # seconds


class Status(StrEnum):
    OK = "ok"
    STARTING = "starting"
    STOPPING = "stopping"
    UNHEALTHY = "unhealthy"


@dataclass(frozen=True, slots=True)
class Check:
    ok: bool
    detail: str


@dataclass(frozen=True, slots=True)
class DatabaseFacts:
    """The result of a probe: how many updates wait, or what is wrong."""

    inbox_pending: int | None
    trouble: str | None


@dataclass(frozen=True, slots=True)
class Verdict:
    status: Status
    role: Role
    checks: Mapping[str, Check]

    @property
    def http_status(self) -> int:
        return 200 if self.status is Status.OK else 503


def verdict(vitals: Vitals, database: DatabaseFacts, now: float) -> Verdict:
    """Judge the worker. `now` is of the monotonic clock, in seconds."""
    checks = {"database": _database(database), "telegram": _telegram(vitals, now)}
    return Verdict(_status(vitals.phase, checks), vitals.role, checks)


def _status(phase: Phase, checks: Mapping[str, Check]) -> Status:
    if phase is Phase.STARTING:
        return Status.STARTING
    if phase is Phase.STOPPING:
        return Status.STOPPING
    return Status.OK if all(check.ok for check in checks.values()) else Status.UNHEALTHY


def _database(facts: DatabaseFacts) -> Check:
    return Check(ok=facts.trouble is None, detail=facts.trouble or "answers")


def _telegram(vitals: Vitals, now: float) -> Check:
    """Healthy if a poll was answered lately, or if there is a reason for not polling."""
    if vitals.leading_since is None:
        return Check(
            ok=True, detail="stands by: another worker polls" if vitals.phase is Phase.RUNNING else "not asked yet"
        )
    if vitals.polling_rests:
        return Check(ok=True, detail="polling rests until updates can be stored")
    age = now - max(vitals.last_poll_at or 0.0, vitals.leading_since)
    trouble = f"; {vitals.telegram_trouble}" if vitals.telegram_trouble else ""
    if age <= POLL_ANSWERED_WITHIN:
        return Check(
            ok=True, detail=f"polls are answered{trouble}" if vitals.last_poll_at else f"first poll under way{trouble}"
        )
    return Check(ok=False, detail=f"no poll was answered for {age:.0f} s{trouble}")
