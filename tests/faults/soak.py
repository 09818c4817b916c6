"""The soak test: each fault under load for a while. `make soak`, or `python -m tests.faults.soak --help`.

It prints a line per fault: updates sent, lost, doubled, out of order, and repeats with their reasons. The exit code is
1 if anything was lost, doubled, out of order, unanswered or repeated without a reason.
"""

import argparse
import asyncio
import os
import random
import shutil
import signal
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil

from bot.db.embedded import cluster as embedded
from bot.sandbox.server.api import serving
from bot.sandbox.server.emulator import Emulator
from bot.sandbox.server.faults import Cut, Delay, Drop, Duplicate, Reply, When
from tests.conftest import libpq_url
from tests.faults.accounting import Account
from tests.faults.backlogs import into_the_inbox
from tests.faults.databases import OwnServer, own_server, short_folder
from tests.faults.harness import (
    Scenario,
    always_well,
    has_role,
    kill_again_and_again,
    random_moment,
    running_scenario,
    stopped_one_after_the_other,
    supervised,
    talking,
)
from tests.faults.load import Speaker
from tests.faults.newer import NewerVersions, many_at_once
from tests.faults.proxy import Proxy, proxying
from tests.support.database_server import create_database, end_connections, execute, rejecting_connections
from tests.support.worker_process import WorkerProcess

TEMPLATE = "migrated"
PER_SECOND = 300
SPEAKERS = 40
KILLS = 40
ROWS, CHATS, BIGGEST = 50_000, 1_000, 10_000
MEMORY = 200_000_000  # bytes; the worker's limit
SETTLED_WITHIN = 900.0  # seconds
SEND_TO_RECORD = 2.0  # seconds; it takes far less
LONG_AWAY = 300.0  # seconds
UNHEALTHY = 503


@dataclass(frozen=True)
class FaultRun:
    """The database, Telegram, scenario and folder of one fault. Workers are real processes."""

    scenario: Scenario
    server: OwnServer
    database: str
    telegram_url: str
    folder: Path
    messages: int

    def worker(self, name: str, socket_folder: Path | None = None) -> WorkerProcess:
        folder = self.folder / name
        folder.mkdir()
        url = libpq_url(socket_folder or self.server.cluster.socket_folder, self.database)
        return WorkerProcess(
            folder, BOT_TOKEN=self.scenario.telegram.bot.token, TELEGRAM_API_URL=self.telegram_url, DATABASE_URL=url,
            LOG_LEVEL="INFO",
        )  # fmt: skip


Fault = Callable[[FaultRun], Awaitable[None]]


async def kill_9(run: FaultRun) -> None:
    """Kill -9 at random moments at 300 updates a second, 40 times."""
    scenario, worker = run.scenario, run.worker("worker")
    async with supervised(worker, scenario) as supervisor:
        async with talking(scenario, max(run.messages, PER_SECOND * KILLS), PER_SECOND):
            await kill_again_and_again(scenario, supervisor, kills=KILLS)
        await scenario.settled(SETTLED_WITHIN)


async def overlap(run: FaultRun) -> None:
    """Overlapping deployments: once the new worker is up, the old one gets SIGTERM; repeatedly."""
    old, new = run.worker("old"), run.worker("new")
    async with killed_at_the_end(old, new), talking(run.scenario, run.messages, PER_SECOND) as talk:
        await old.start()
        while not talk.done():
            await has_role(old, "leader")
            await new.start()
            await has_role(new, "standby")
            await random_moment(run.scenario)
            assert await old.stop() == 0
            old, new = new, old
        await run.scenario.settled(SETTLED_WITHIN)


async def leader_killed(run: FaultRun) -> None:
    """Kill -9 of the leader while another stands by."""
    leader, standby = run.worker("first"), run.worker("second")
    async with killed_at_the_end(leader, standby), talking(run.scenario, run.messages, PER_SECOND) as talk:
        await leader.start()
        while not talk.done():
            await has_role(leader, "leader")
            await standby.start()
            await has_role(standby, "standby")
            await random_moment(run.scenario)
            run.scenario.note("kill -9")
            await leader.kill()
            leader, standby = standby, leader
        await run.scenario.settled(SETTLED_WITHIN)


async def leader_paused(run: FaultRun) -> None:
    """SIGSTOP of the leader for 15 s: the other takes over; the paused one then stands by, or ends and is restarted."""
    scenario, leader, standby = run.scenario, run.worker("first"), run.worker("second")
    async with (
        supervised(leader, scenario),
        supervised(standby, scenario),
        talking(scenario, run.messages, PER_SECOND) as talk,
    ):
        while not talk.done():
            await has_one_of_each_role(leader, standby)
            if (await leader.health())[1]["role"] != "leader":
                leader, standby = standby, leader
            await random_moment(scenario)
            sessions, stopped = await scenario.lock_holders(), time.time()
            leader.send(signal.SIGSTOP)
            await has_role(standby, "leader")
            assert not sessions & await scenario.lock_holders()
            scenario.note("its connection was ended while it was stopped", at=stopped, reach=SEND_TO_RECORD)
            await asyncio.sleep(5)
            leader.send(signal.SIGCONT)
            await has_role(leader, "standby")
            leader, standby = standby, leader
        await scenario.settled(SETTLED_WITHIN)


async def hand_over_stopped(run: FaultRun) -> None:
    """SIGTERM to the leader, and at a random moment to its successor: a third takes over."""
    scenario, old, new, third = (
        run.scenario,
        run.worker("first"),
        run.worker("second"),
        run.worker("third"),
    )
    async with killed_at_the_end(old, new, third), talking(scenario, run.messages, PER_SECOND) as talk:
        await old.start()
        while not talk.done():
            await has_role(old, "leader")
            await new.start()
            await has_role(new, "standby")
            await random_moment(scenario)
            await stopped_one_after_the_other(scenario, old, new, third)
            old, new, third = third, old, new
        await scenario.settled(SETTLED_WITHIN)


async def newer_versions_migrate(run: FaultRun) -> None:
    """Newer versions migrate while a worker serves: /health stays 200; then an older one starts and takes over."""
    scenario, worker, older = run.scenario, run.worker("worker"), run.worker("older")
    newer = NewerVersions(run.folder)
    async with killed_at_the_end(worker, older), talking(scenario, run.messages, PER_SECOND) as talk:
        await worker.start()
        await has_role(worker, "leader")
        async with always_well(worker):
            while not talk.done():
                many_at_once(scenario.load)
                await random_moment(scenario)
                migrated = await newer.migrate(worker.variables["DATABASE_URL"])
                assert migrated.code == 0, migrated.output
        many_at_once(scenario.load)
        await older.start()
        await has_role(older, "standby")
        assert await worker.stop() == 0
        await has_role(older, "leader")
        assert any("schema is newer than this version" in line["message"] for line in older.lines())
        await scenario.settled(SETTLED_WITHIN)
    say(f"    {len(newer.revisions) - 1} migrations")


async def database_killed(run: FaultRun) -> None:
    """Kill -9 and restart of PostgreSQL."""
    async with always_up(run, run.worker("worker")) as talk:
        while not talk.done():
            await random_moment(run.scenario)
            run.server.kill()
            await run.server.start()
            await answers_again(run)


async def connections_ended(run: FaultRun) -> None:
    """The database ends all sessions."""
    async with always_up(run, run.worker("worker")) as talk:
        while not talk.done():
            await random_moment(run.scenario)
            await execute(run.server.cluster.url("postgres"), end_connections(run.database))


async def database_away(run: FaultRun) -> None:
    """The database rejects connections for 15 s."""
    async with always_up(run, run.worker("worker")):
        await random_moment(run.scenario)
        async with rejecting_connections(run.server.cluster.url("postgres"), run.database):
            await asyncio.sleep(15)


async def database_long_away(run: FaultRun) -> None:
    """The database rejects connections for 5 minutes: /health answers 503 with the reason."""
    worker = run.worker("worker")
    async with always_up(run, worker):
        await worker.health_becomes("ok")  # before, it says "starting" for as long as it has no database
        await random_moment(run.scenario)
        async with rejecting_connections(run.server.cluster.url("postgres"), run.database):
            await worker.health_becomes("unhealthy")
            back = time.monotonic() + LONG_AWAY
            while time.monotonic() < back:
                status, body = await worker.health()
                assert status == UNHEALTHY, body
                assert "not currently accepting connections" in body["checks"]["database"]["detail"], body
                await asyncio.sleep(1)
        await worker.health_becomes("ok")


async def commits_unanswered(run: FaultRun) -> None:
    """Connections break at 2 % of commits: half of these are done, and half are not."""
    async with behind_a_proxy(run) as (proxy, worker), always_up(run, worker) as talk:
        await run.scenario.replies(1)
        proxy.unanswered_commits = proxy.undone_commits = 0.01
        await talk
        proxy.unanswered_commits = proxy.undone_commits = 0.0


async def commits_silent(run: FaultRun) -> None:
    """After 0.2 % of commits the connection falls silent."""
    async with behind_a_proxy(run) as (proxy, worker), always_up(run, worker) as talk:
        await run.scenario.replies(1)
        proxy.silent_commits = 0.002
        await talk
        proxy.silent_commits = 0.0
        say(f"    {proxy.cuts} connections fell silent")


async def connections_mute(run: FaultRun) -> None:
    """All connections fall silent, as after a failover."""
    async with behind_a_proxy(run) as (proxy, worker), always_up(run, worker):
        await random_moment(run.scenario)
        proxy.freeze()
        await asyncio.sleep(12)
        proxy.leave_frozen()


async def polls_failing(run: FaultRun) -> None:
    """Telegram drops, cuts, repeats, delays and rejects polls at random."""
    faults = (
        Drop(When.BEFORE), Drop(When.AFTER), Cut(40), Duplicate(), Duplicate(), Reply.refusal(502, "Bad Gateway"),
        Reply(502, b"<html>"), Reply(200, b""), Reply.flood(1), Delay(1), Delay(40),
    )  # fmt: skip
    async with always_up(run, run.worker("worker")) as talk:
        while not talk.done():
            order = run.scenario.telegram.faults.next(run.scenario.chance.choice(faults), "getUpdates")
            while not order.met:
                await asyncio.sleep(0.1)
            await asyncio.sleep(run.scenario.chance.uniform(0, 1))
        run.scenario.telegram.faults.clear()


async def sends_failing(run: FaultRun) -> None:
    """Sends fail in ways that leave no doubt whether they were done: none is repeated."""
    faults = (Drop(When.BEFORE), Reply.refusal(502, "Bad Gateway"), Reply(502, b"<html>"), Reply.flood(1), Delay(1))
    async with always_up(run, run.worker("worker")) as talk:
        while not talk.done():
            run.scenario.telegram.faults.next(run.scenario.chance.choice(faults), "sendMessage")
            await asyncio.sleep(run.scenario.chance.uniform(0, 0.5))
        run.scenario.telegram.faults.clear()


async def answers_lost(run: FaultRun) -> None:
    """Sends are done while their answers are lost: such replies are repeated."""
    faults = (Drop(When.AFTER), Cut(20), Reply(502, b"<html>", when=When.AFTER))
    async with always_up(run, run.worker("worker")) as talk:
        while not talk.done():
            order = run.scenario.telegram.faults.next(run.scenario.chance.choice(faults), "sendMessage")
            while not order.met and not talk.done():
                await asyncio.sleep(0.01)
            run.scenario.note("its answer was lost")
            await asyncio.sleep(run.scenario.chance.uniform(0, 1))
        run.scenario.telegram.faults.clear()
        run.scenario.note("its answer was lost")


async def backlog(run: FaultRun) -> None:
    """50,000 updates in the inbox after an outage, 10,000 of them from one chat; new chats write meanwhile."""
    scenario, worker = run.scenario, run.worker("worker")
    big = await fill(run)
    began = time.monotonic()
    await worker.start()
    watching = asyncio.create_task(most_memory(worker))
    async with killed_at_the_end(worker):
        waits = []
        for _ in range(20):
            await asyncio.sleep(0.5)
            new = scenario.load.join()
            scenario.load.say(new)
            sent_at = time.monotonic()
            await scenario.telegram.until(lambda new=new: bool(new.chat.chat.by_bot), within=SETTLED_WITHIN)  # type: ignore[misc]
            waits.append(time.monotonic() - sent_at)
        still = len(big.update_ids) - len(big.chat.chat.by_bot)
        others = [speaker for speaker in scenario.load.speakers if speaker is not big]
        await scenario.telegram.until(lambda: all(speaker.answered for speaker in others), within=SETTLED_WITHIN)
        rate = sum(len(speaker.chat.chat.by_bot) for speaker in scenario.load.speakers) / (time.monotonic() - began)
        await scenario.settled(SETTLED_WITHIN)
        watching.cancel()
        memory = await watching
    say(
        f"    {rate:.0f} updates a second until all but the big chat were done; memory at most {memory / 1e6:.0f} MB;"
        f" new chats waited {max(waits):.1f} s at most, while the big one had {still:,} to go"
    )
    assert memory < MEMORY, "too much memory"
    assert still > 0, "the big chat was done before the new ones: this says nothing"


FAULTS: dict[str, Fault] = {
    fault.__name__.replace("_", "-"): fault
    for fault in (
        kill_9, overlap, leader_killed, leader_paused, hand_over_stopped, newer_versions_migrate, database_killed,
        connections_ended, database_away, database_long_away, commits_unanswered, commits_silent, connections_mute,
        polls_failing, sends_failing, answers_lost, backlog,
    )
}  # fmt: skip


async def has_one_of_each_role(*workers: WorkerProcess) -> None:
    while {(await worker.health_becomes("ok"))["role"] for worker in workers} != {"leader", "standby"}:
        await asyncio.sleep(0.05)


@asynccontextmanager
async def always_up(run: FaultRun, worker: WorkerProcess) -> AsyncIterator["asyncio.Task[None]"]:
    """Run one worker under load without restarts. In the end everything is done."""
    async with killed_at_the_end(worker):
        await worker.start()
        async with talking(run.scenario, run.messages, PER_SECOND) as talk:
            yield talk
        await run.scenario.settled(SETTLED_WITHIN)
        assert await worker.stop() == 0


@asynccontextmanager
async def behind_a_proxy(run: FaultRun) -> AsyncIterator[tuple[Proxy, WorkerProcess]]:
    """A worker whose connections to the database go through a proxy."""
    with short_folder() as folder:
        async with proxying(run.server.cluster.socket_folder, folder, run.scenario.chance) as proxy:
            yield proxy, run.worker("worker", folder)


@asynccontextmanager
async def killed_at_the_end(*workers: WorkerProcess) -> AsyncIterator[None]:
    """Kill the workers at the end of the block."""
    try:
        yield
    finally:
        for worker in workers:
            await worker.kill()


async def answers_again(run: FaultRun) -> None:
    while await run.scenario.waiting() < 0:
        await asyncio.sleep(0.1)


async def fill(run: FaultRun) -> Speaker:
    """Fill the inbox as a worker does. Returns the speaker with very many updates."""
    scenario = run.scenario
    scenario.load.speakers.clear()
    big = scenario.load.join()
    crowd = [scenario.load.join() for _ in range(CHATS)]
    turns = [big] * BIGGEST + [crowd[number % CHATS] for number in range(ROWS - BIGGEST)]
    scenario.chance.shuffle(turns)
    for speaker in turns:
        scenario.load.say(speaker)
    await into_the_inbox(scenario.telegram, run.server.cluster.url(run.database), run.telegram_url)
    return big


async def most_memory(worker: WorkerProcess) -> int:
    """The worker's peak resident memory, measured until this is cancelled."""
    process, most = psutil.Process(worker.pid), 0
    try:
        while True:
            most = max(most, process.memory_info().rss)
            await asyncio.sleep(0.1)
    except (asyncio.CancelledError, psutil.NoSuchProcess):
        return most


@asynccontextmanager
async def preparing(server: OwnServer, name: str, *, seed: int, messages: int) -> AsyncIterator[FaultRun]:
    """Set up a fault's own database, Telegram and scenario."""
    database = f"soak_{name.replace('-', '_')}"
    await create_database(server.cluster.url("postgres"), database, embedded.DATABASE)
    telegram = Emulator()
    async with AsyncExitStack() as opened:
        folder = opened.enter_context(short_folder())
        url = await opened.enter_async_context(serving(telegram))
        scenario = await opened.enter_async_context(
            running_scenario(telegram, server.cluster.url(database), seed=seed, speakers=SPEAKERS)
        )
        yield FaultRun(scenario, server, database, url, folder, messages)


async def run_faults(names: list[str], *, seed: int, seconds: float) -> bool:
    """Run each fault in turn. Returns True if all went well."""
    well = True
    say(f"seed {seed}, {PER_SECOND} updates a second for {seconds:.0f} s each")
    async with own_server() as server:
        for name in names:
            began = time.monotonic()
            say(f"{name}: {(FAULTS[name].__doc__ or '').strip()}")
            async with preparing(server, name, seed=seed, messages=round(seconds * PER_SECOND)) as run:
                verdict = await verdict_on(run, FAULTS[name])
                if not verdict:
                    keep_logs(run, name)
            well = well and verdict
            say(f"    {'as promised' if verdict else 'BROKEN'}, {time.monotonic() - began:.0f} s")
    return well


async def verdict_on(run: FaultRun, fault: Fault) -> bool:
    trouble: list[BaseException] = []
    try:
        await fault(run)
    except Exception as error:  # noqa: BLE001 -- the other faults still run
        trouble = list(error.exceptions) if isinstance(error, ExceptionGroup) else [error]
    for one in trouble:
        say(f"    {type(one).__name__}: {one}")
    account: Account = await run.scenario.account()
    say(f"    {account}")
    return not trouble and account.flawless


def keep_logs(run: FaultRun, name: str) -> None:
    kept = Path(os.environ.get("SOAK_LOGS", "/tmp")) / f"soak-{name}-{os.getpid()}"
    shutil.copytree(run.folder, kept)
    say(f"    the workers' logs are kept in {kept}")


def say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.faults.soak", description=__doc__)
    parser.add_argument("--seed", type=int, default=random.randrange(10**6), help="to repeat a run's choices")
    parser.add_argument("--minutes", type=float, default=0.5, help="of load, for each fault (0.5)")
    parser.add_argument("faults", nargs="*", metavar="fault", help=f"which, in this order: {', '.join(FAULTS)} (all)")
    arguments = parser.parse_args()
    unknown = set(arguments.faults) - FAULTS.keys()
    if unknown:
        parser.error(f"there is no {', '.join(sorted(unknown))}")
    return not asyncio.run(
        run_faults(arguments.faults or list(FAULTS), seed=arguments.seed, seconds=60 * arguments.minutes)
    )


if __name__ == "__main__":
    sys.exit(main())
