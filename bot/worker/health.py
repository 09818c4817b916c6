"""Tells a platform to restart a worker: /health, and the end of a process whose event loop is stuck.

/health is up before the database and Telegram are, and while they are away.
"""

import asyncio
import faulthandler
import math
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from enum import StrEnum

from aiohttp import web

from bot.db.tables.updates import Inbox
from bot.db.unit_of_work import UnitOfWork
from bot.errors import BotError, FatalError
from bot.worker.vitals import Phase, Role, Vitals

DATABASE_ANSWERS_WITHIN = 2.0  # seconds
POLL_ANSWERED_WITHIN = 45.0  # seconds
STUCK_AFTER = 30.0  # seconds without a turn of the event loop


class Status(StrEnum):
    """The status that `/health` reports."""

    OK = "ok"
    STARTING = "starting"
    STOPPING = "stopping"
    UNHEALTHY = "unhealthy"


@dataclass(frozen=True, slots=True)
class Check:
    """The result of one check."""

    ok: bool
    detail: str


@dataclass(frozen=True, slots=True)
class DatabaseFacts:
    """The result of a probe: how many updates wait, or what is wrong."""

    inbox_pending: int | None
    trouble: str | None


@dataclass(frozen=True, slots=True)
class HealthReport:
    """The result of all checks."""

    status: Status
    role: Role
    checks: Mapping[str, Check]

    @property
    def http_status(self) -> int:
        return 200 if self.status is Status.OK else 503


def report_of(vitals: Vitals, database: DatabaseFacts, now: float) -> HealthReport:
    """Report on the worker. `now` is the monotonic clock's time, in seconds."""
    trouble = database.trouble
    checks = {"database": Check(trouble is None, trouble or "answers"), "telegram": _telegram(vitals, now)}
    return HealthReport(_status(vitals.phase, checks), vitals.role, checks)


def _status(phase: Phase, checks: Mapping[str, Check]) -> Status:
    if phase is Phase.STARTING:
        return Status.STARTING
    if phase is Phase.STOPPING:
        return Status.STOPPING
    return Status.OK if all(check.ok for check in checks.values()) else Status.UNHEALTHY


def _telegram(vitals: Vitals, now: float) -> Check:
    """Healthy if a poll was answered recently, or if there is a reason for not polling."""
    if vitals.leading_since is None:
        running = vitals.phase is Phase.RUNNING
        return Check(ok=True, detail="stands by: another worker polls" if running else "not asked yet")
    if vitals.polling_rests:
        return Check(ok=True, detail="polling rests until updates can be stored")
    age = now - max(vitals.last_poll_at or 0.0, vitals.leading_since)
    trouble = f"; {vitals.telegram_trouble}" if vitals.telegram_trouble else ""
    if age <= POLL_ANSWERED_WITHIN:
        state = "polls are answered" if vitals.last_poll_at else "first poll under way"
        return Check(ok=True, detail=f"{state}{trouble}")
    return Check(ok=False, detail=f"no poll was answered for {age:.0f} s{trouble}")


Probe = Callable[[], Awaitable[DatabaseFacts]]


class Health:
    """Answers /health. `probe` is set once there is a database."""

    def __init__(self, vitals: Vitals) -> None:
        self._vitals = vitals
        self.probe: Probe = _not_connected
        self._one_at_a_time = asyncio.Lock()
        self._last = (-math.inf, DatabaseFacts(None, "not looked at yet"))  # when the probe began, and its result

    async def respond(self, _: web.Request) -> web.Response:
        database = await self._facts()
        report = report_of(self._vitals, database, time.monotonic())
        return web.json_response(_body(report, database, self._vitals), status=report.http_status)

    async def _facts(self) -> DatabaseFacts:
        """Facts from a probe that began after this call. Concurrent requests share one probe and one connection."""
        requested_at = time.monotonic()
        async with self._one_at_a_time:
            if self._last[0] <= requested_at:
                began = time.monotonic()
                self._last = began, await self.probe()
            return self._last[1]


async def _not_connected() -> DatabaseFacts:
    return DatabaseFacts(None, "not connected yet")


def database_probe(unit_of_work: UnitOfWork, bot_id: int) -> Probe:
    """A probe of the database: one query, which also counts the inbox, with a time limit."""

    async def probe() -> DatabaseFacts:
        try:
            async with asyncio.timeout(DATABASE_ANSWERS_WITHIN), unit_of_work.open() as work:
                return DatabaseFacts(await work.of(Inbox).pending(bot_id), None)
        except TimeoutError:
            return DatabaseFacts(None, f"no answer within {DATABASE_ANSWERS_WITHIN:.0f} s")
        except BotError as error:
            return DatabaseFacts(None, str(error))
        except Exception as error:  # noqa: BLE001 -- whatever it is, the answer is "unhealthy", not a 500
            return DatabaseFacts(None, f"failed: {type(error).__name__}")

    return probe


def _body(report: HealthReport, database: DatabaseFacts, vitals: Vitals) -> dict[str, object]:
    age = vitals.last_poll_age()
    return {
        "status": report.status,
        "role": report.role,
        "checks": {name: {"ok": check.ok, "detail": check.detail} for name, check in report.checks.items()},
        "version": vitals.version,
        "uptime_seconds": round(vitals.uptime(), 1),
        "last_poll_age_seconds": None if age is None else round(age, 1),
        "inbox_pending": database.inbox_pending,
    }


@asynccontextmanager
async def serving(health: Health, host: str | None, port: int) -> AsyncIterator[None]:
    """Serve during the block; `host` None means every address. Raises FatalError if the port is taken."""
    app = web.Application()
    app.router.add_get("/health", health.respond)
    runner = web.AppRunner(app, handle_signals=False, access_log=None, shutdown_timeout=1)
    await runner.setup()
    try:
        await _listen(runner, host, port)
        yield
    finally:
        await runner.cleanup()


async def _listen(runner: web.AppRunner, host: str | None, port: int) -> None:
    try:
        await web.TCPSite(runner, host, port).start()
    except OSError as error:
        where = f"port {port}" if host is None else f"{host}, port {port}"
        raise FatalError(
            f"/health can't listen on {where}: {error.strerror or error}. "
            "End what listens there, or set PORT (and HOST) to something free"
        ) from error


@contextmanager
def stuck_loop_ends() -> Iterator[None]:
    """End the process, with all stacks on stderr, if the event loop makes no turn for STUCK_AFTER seconds."""
    loop = asyncio.get_running_loop()
    timers: list[asyncio.TimerHandle] = []

    def rearm() -> None:
        faulthandler.dump_traceback_later(STUCK_AFTER, exit=True)
        timers[:] = [loop.call_later(STUCK_AFTER / 6, rearm)]

    rearm()
    try:
        yield
    finally:
        timers[0].cancel()
        faulthandler.cancel_dump_traceback_later()
