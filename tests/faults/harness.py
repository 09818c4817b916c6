"""Scenarios: Telegram, a database with observer triggers, supervised workers, and a load."""

import asyncio
import os
import random
import signal
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field

from sqlalchemy import URL, RowMapping
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.db.engine import engine_for
from bot.sandbox.server.emulator import Emulator
from tests.faults.accounting import OBSERVER_TRIGGERS, Account, Interruption, account
from tests.faults.load import Load
from tests.support.system import pending, select
from tests.support.worker_process import WorkerProcess

KILL = "kill -9"
UP_WITHIN = 30.0  # seconds
STOPPED_WITHIN = 11.0  # seconds: SHUTDOWN_TIMEOUT and a little more
HEALTHY = 200
LOCK_TAKEN_WITHIN = 2.0  # seconds; standbys try twice a second
SETTLED_WITHIN = 60.0  # seconds, by default
_HOLDERS = (
    "SELECT pid FROM pg_locks JOIN pg_database d ON d.oid = pg_locks.database"
    " WHERE locktype = 'advisory' AND granted AND datname = current_database()"
)


@dataclass(frozen=True)
class Scenario:
    """The set-up of a fault test. Limits are off on both sides, so that no 429 hides a fault."""

    telegram: Emulator
    engine: AsyncEngine  # the test's own connections
    load: Load
    chance: random.Random
    interruptions: list[Interruption] = field(default_factory=list)

    async def account(self) -> Account:
        return await account(self.engine, self.load.speakers, self.interruptions)

    def note(self, reason: str, at: float | None = None, reach: float | None = None) -> None:
        """Record that something happens now, or happened `at` that time, that may separate a send from its record.

        `reach` is the greatest number of seconds between such a send and the event, if known.
        """
        self.interruptions.append(Interruption(reason, time.time() if at is None else at, reach=reach))

    async def settled(self, within: float = SETTLED_WITHIN) -> None:
        """Wait until nothing is pending in Telegram, the inbox or the outbox."""
        async with asyncio.timeout(within):
            await self.telegram.until(lambda: not self.telegram.pending_updates, within=within)
            while await self.waiting():
                await asyncio.sleep(0.02)

    async def waiting(self) -> int:
        """Rows in inbox and outbox; -1 while the database doesn't answer."""
        with suppress(DBAPIError, OSError):
            return await pending(self.engine)
        return -1

    async def rows(self, query: str) -> Sequence[RowMapping]:
        return await select(self.engine, query)

    async def lock_holders(self) -> set[object]:
        """Process ids of the sessions that hold the leader's lock: one or none."""
        return {row["pid"] for row in await self.rows(_HOLDERS)}

    async def say_until(self, found: Callable[[], bool], within: float = UP_WITHIN) -> None:
        """Send messages until `found` returns true."""
        async with asyncio.timeout(within):
            while not found():
                self.load.say()
                with suppress(TimeoutError):
                    await self.telegram.until(found, within=0.2)

    async def replies(self, more: int, within: float = UP_WITHIN) -> None:
        """Wait until the bot has sent so many more messages, or has answered everything."""
        goal = self._bot_messages() + more
        await self.telegram.until(lambda: self._bot_messages() >= goal or self.load.answered, within=within)

    def _bot_messages(self) -> int:
        return sum(len(speaker.chat.chat.by_bot) for speaker in self.load.speakers)


@asynccontextmanager
async def running_scenario(
    telegram: Emulator, database: str | URL, *, seed: int, speakers: int
) -> AsyncIterator[Scenario]:
    """A scenario on a migrated database. Installs the observer triggers."""
    telegram.limits.enabled = False
    chance = random.Random(seed)
    engine = engine_for(database, connections=2)
    try:
        await execute(engine, OBSERVER_TRIGGERS)
        yield Scenario(telegram, engine, Load(telegram, chance, speakers), chance)
    finally:
        await engine.dispose()


class Supervisor:
    """Restarts a worker whenever it ends, as a platform does."""

    def __init__(self, worker: WorkerProcess, scenario: Scenario) -> None:
        self._worker = worker
        self._scenario = scenario
        self._started = asyncio.Event()
        self.starts = 0

    async def run(self) -> None:
        while True:
            await self._worker.start()
            self.starts += 1
            self._started.set()
            await self._worker.ended(within=86_400)
            self._started.clear()

    async def kill(self) -> None:
        """Kill the worker with kill -9, once it has started."""
        await self._started.wait()
        self._started.clear()
        self._scenario.note(KILL)
        await self._worker.kill()


@asynccontextmanager
async def supervised(worker: WorkerProcess, scenario: Scenario) -> AsyncIterator[Supervisor]:
    """Keep a worker running during the block."""
    supervisor = Supervisor(worker, scenario)
    running = asyncio.create_task(supervisor.run())
    try:
        yield supervisor
        assert not running.done(), "the supervisor has failed"
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
        await worker.kill()


@asynccontextmanager
async def talking(scenario: Scenario, messages: int, per_second: float) -> AsyncIterator["asyncio.Task[None]"]:
    """Run the load beside the block, and wait for its end."""
    async with asyncio.TaskGroup() as tasks:
        yield tasks.create_task(scenario.load.talk(messages, per_second))


async def random_moment(scenario: Scenario) -> None:
    """Wait until a random moment: some time from now, or some messages and a little later."""
    if scenario.chance.random() < 0.25:
        await asyncio.sleep(scenario.chance.uniform(0, 0.6))
    else:
        await scenario.replies(scenario.chance.randrange(1, 60))
        await asyncio.sleep(scenario.chance.uniform(0, 0.03))


async def kill_again_and_again(scenario: Scenario, supervisor: Supervisor, *, kills: int) -> None:
    for _ in range(kills):
        await random_moment(scenario)
        await supervisor.kill()


@asynccontextmanager
async def always_well(worker: WorkerProcess) -> AsyncIterator[None]:
    """Poll /health during the block and assert that it always answers 200."""
    over, health = asyncio.Event(), []

    async def ask() -> None:
        while not over.is_set():
            health.append(await worker.health())
            await asyncio.sleep(0.05)

    asking = asyncio.create_task(ask())
    try:
        yield
    finally:
        over.set()
        await asking
    assert not [body for status, body in health if status != HEALTHY]
    assert health


async def has_role(worker: WorkerProcess, role: str, within: float = UP_WITHIN) -> None:
    """Poll /health until the worker is well and has this role."""
    async with asyncio.timeout(within):
        while (await worker.health_becomes("ok", within))["role"] != role:
            await asyncio.sleep(0.05)


async def stopped_one_after_the_other(
    scenario: Scenario, old: WorkerProcess, new: WorkerProcess, third: WorkerProcess
) -> None:
    """Send SIGTERM to the leader, and at a random moment of the hand-over to its successor.

    Both end in time and free the lock at once: the third, started meanwhile, leads.
    """
    old.send(signal.SIGTERM)
    await third.start()
    await asyncio.sleep(scenario.chance.uniform(0, 1))
    new.send(signal.SIGTERM)
    assert await old.ended(within=STOPPED_WITHIN) == 0
    assert await new.ended(within=STOPPED_WITHIN) == 0
    await third.health_becomes("ok")
    await has_role(third, "leader", within=LOCK_TAKEN_WITHIN)


async def execute(engine: AsyncEngine, sql: str) -> None:
    """Run each statement in its own transaction."""
    for statement in _statements(sql):
        async with engine.connect() as connection:
            free = await connection.execution_options(isolation_level="AUTOCOMMIT")
            await free.exec_driver_sql(statement)


def chosen_seed() -> int:
    """FAULTS_SEED, to repeat a run, or a random seed. It is printed when a test fails."""
    seed = int(os.environ.get("FAULTS_SEED") or random.randrange(10**6))
    print(f"FAULTS_SEED={seed}")  # noqa: T201
    return seed


def _statements(sql: str) -> list[str]:
    """Split at semicolons at the end of a line, except in a function's body."""
    found: list[str] = []
    for part in sql.split(";\n"):
        if found and found[-1].count("$$") % 2:
            found[-1] += ";\n" + part
        else:
            found.append(part)
    return [statement for statement in found if statement.strip()]
