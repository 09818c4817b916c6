"""The HTTP server for /health: up before the database and Telegram are, and while they are away."""

import asyncio
import math
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from enum import StrEnum

from aiohttp import web

from bot.db.tables.updates import Inbox
from bot.db.unit_of_work import UnitOfWork
from bot.errors import BotError, FatalError
from bot.worker.vitals import Phase, Role, Vitals

DATABASE_ANSWERS_WITHIN = 2.0  # seconds


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
        judged = verdict(self._vitals, database, time.monotonic())
        return web.json_response(_body(judged, database, self._vitals), status=judged.http_status)

    async def _facts(self) -> DatabaseFacts:
        """Facts from a probe that began after this call. Concurrent requests share one probe and one connection."""
        asked = time.monotonic()
        async with self._one_at_a_time:
            if self._last[0] <= asked:
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


def _body(judged: Verdict, database: DatabaseFacts, vitals: Vitals) -> dict[str, object]:
    age = vitals.last_poll_age()
    return {
        "status": judged.status,
        "role": judged.role,
        "checks": {name: {"ok": check.ok, "detail": check.detail} for name, check in judged.checks.items()},
        "version": vitals.version,
        "uptime_seconds": round(vitals.uptime(), 1),
        "last_poll_age_seconds": None if age is None else round(age, 1),
        "inbox_pending": database.inbox_pending,
    }


@asynccontextmanager
async def serving(health: Health, host: str | None, port: int) -> AsyncIterator[None]:
    """Serve for as long as the block lasts. `host` None is every address, IPv4 and IPv6.

    Raises FatalError if the port is taken.
    """
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
