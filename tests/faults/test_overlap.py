"""Several workers on one database: overlapping deployments, a killed leader, and a paused one that wakes."""

import asyncio
import signal
import time

import psutil
import pytest

from bot.sandbox.server.emulator import Emulator
from bot.worker.leadership import ANSWERED_WITHIN
from tests.faults.harness import Scenario, has_role, stopped_one_after_the_other, talking
from tests.faults.injection import FaultAction, InjectedFault
from tests.support.fork_server import ForkedWorker

STOPPED_WHILE = {
    "connecting for a send": InjectedFault(
        "aiohttp.connector:BaseConnector.connect",
        FaultAction.PAUSE,
        after=True,
        within="bot.worker.outgoing.delivery:Delivery._send",
    ),
    # The cursor's row is locked and its session isn't idle: the server waits for the rest of the statement.
    "accepting": InjectedFault(
        "asyncpg.connection:Connection.prepare", FaultAction.PAUSE, after=True, given="INSERT INTO updates"
    ),
}
MESSAGES = 400
PER_SECOND = 150


async def test_overlapping_deployments_lose_and_repeat_nothing(
    scenario: Scenario, worker: ForkedWorker, second: ForkedWorker
) -> None:
    """The old worker stops once the new one is up: four hand-overs under load."""
    old, new = worker, second
    await old.start()
    async with talking(scenario, MESSAGES, PER_SECOND) as talk:
        for _ in range(4):
            await has_role(old, "leader")
            await new.start()
            await has_role(new, "standby")
            await scenario.replies(20)
            assert await old.stop() == 0
            old, new = new, old
        await talk
    await nothing_was_lost_or_repeated(scenario)
    assert await old.stop() == 0


async def test_when_the_leader_is_killed_the_standby_takes_over_and_nothing_is_lost(
    scenario: Scenario, worker: ForkedWorker, second: ForkedWorker
) -> None:
    leader, standby = worker, second
    await leader.start()
    await has_role(leader, "leader")
    async with talking(scenario, MESSAGES, PER_SECOND) as talk:
        for _ in range(4):
            await standby.start()
            await has_role(standby, "standby")
            await scenario.replies(20)
            scenario.note("kill -9")
            await leader.kill()
            await has_role(standby, "leader")
            leader, standby = standby, leader
        await talk
    await scenario.settled()
    account = await scenario.account()
    assert account.flawless, str(account)
    assert conflicts(scenario.telegram) == 0


async def test_a_leader_and_its_successor_both_get_sigterm_and_a_third_goes_on(
    scenario: Scenario, worker: ForkedWorker, second: ForkedWorker, third: ForkedWorker
) -> None:
    old, new, last = worker, second, third
    await old.start()
    async with talking(scenario, MESSAGES, PER_SECOND):
        for _ in range(2):
            await has_role(old, "leader")
            await new.start()
            await has_role(new, "standby")
            await scenario.replies(10)
            await stopped_one_after_the_other(scenario, old, new, last)
            old, new, last = last, old, new
    await nothing_was_lost_or_repeated(scenario)
    assert await old.stop() == 0


async def test_a_stop_between_taking_the_lock_and_leading_lets_go_of_it_at_once(
    scenario: Scenario, worker: ForkedWorker, second: ForkedWorker, third: ForkedWorker
) -> None:
    second.fault = InjectedFault("bot.db.tables.pollers:Pollers.begin_term", FaultAction.DELAY)
    await worker.start()
    await has_role(worker, "leader")
    await second.start()
    await has_role(second, "standby")
    scenario.load.say()
    leaders = await scenario.lock_holders()
    assert await worker.stop() == 0
    async with asyncio.timeout(5):
        while not (takes_over := await scenario.lock_holders() - leaders):
            await asyncio.sleep(0.01)
    second.send(signal.SIGTERM)
    assert await second.ended(within=2) == 0
    assert not await scenario.lock_holders() & takes_over
    await third.start()
    await scenario.settled()
    assert (await scenario.account()).flawless


@pytest.mark.parametrize("moment", STOPPED_WHILE)
async def test_a_leader_stopped_at_a_bad_moment_holds_up_nobody_and_sends_nothing_when_it_wakes(
    scenario: Scenario, worker: ForkedWorker, second: ForkedWorker, moment: str
) -> None:
    """Meanwhile the other one does what the stopped leader was about to do."""
    worker.fault = STOPPED_WHILE[moment]
    await worker.start()
    await has_role(worker, "leader")
    await second.start()
    await has_role(second, "standby")
    leaders = await scenario.lock_holders()
    scenario.load.say()
    await is_stopped(worker)
    since = time.monotonic()
    for pid in leaders:  # as the server itself does after 8 s
        await scenario.rows(f"SELECT pg_terminate_backend({pid})")
    await scenario.replies(1)
    await asyncio.sleep(since + ANSWERED_WITHIN - time.monotonic())  # until then it may believe that it leads
    worker.send(signal.SIGCONT)
    await has_role(worker, "standby")
    await scenario.settled()
    account = await scenario.account()
    assert account.flawless, str(account)
    assert not account.repeats


async def nothing_was_lost_or_repeated(scenario: Scenario) -> None:
    await scenario.settled()
    account = await scenario.account()
    assert account.flawless, str(account)
    assert not account.repeats
    assert conflicts(scenario.telegram) == 0


async def is_stopped(worker: ForkedWorker) -> None:
    process = psutil.Process(worker.pid)
    async with asyncio.timeout(30):
        while process.status() != psutil.STATUS_STOPPED:
            await asyncio.sleep(0.01)


def conflicts(telegram: Emulator) -> int:
    return sum(call.status == 409 for call in telegram.calls.of("getUpdates"))
