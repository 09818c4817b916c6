"""Two workers on one database: deployments that overlap, a leader that is killed, one that is paused and wakes."""

from bot.sandbox.emulator import Emulator
from tests.faults.harness import Scenario, has_role, talking
from tests.faults.nursery import ForkedWorker

MESSAGES = 400
PER_SECOND = 150


async def test_overlapping_deployments_lose_and_repeat_nothing(
    on: Scenario, worker: ForkedWorker, second: ForkedWorker
) -> None:
    """The old one stops while the new one is up, and back again: four hand-overs under load."""
    old, new = worker, second
    await old.start()
    async with talking(on, MESSAGES, PER_SECOND) as talk:
        for _ in range(4):
            await has_role(old, "leader")
            await new.start()
            await has_role(new, "standby")
            await on.replies(20)
            assert await old.stop() == 0
            old, new = new, old
        await talk
    await on.settled()
    account = await on.account()
    assert account.flawless, str(account)
    assert not account.repeats
    assert conflicts(on.telegram) == 0
    assert await old.stop() == 0


async def test_when_the_leader_is_killed_the_standby_takes_over_and_nothing_is_lost(
    on: Scenario, worker: ForkedWorker, second: ForkedWorker
) -> None:
    leader, standby = worker, second
    await leader.start()
    await has_role(leader, "leader")
    async with talking(on, MESSAGES, PER_SECOND) as talk:
        for _ in range(4):
            await standby.start()
            await has_role(standby, "standby")
            await on.replies(20)
            on.note("kill -9")
            await leader.kill()
            await has_role(standby, "leader")
            leader, standby = standby, leader
        await talk
    await on.settled()
    account = await on.account()
    assert account.flawless, str(account)
    assert conflicts(on.telegram) == 0


def conflicts(telegram: Emulator) -> int:
    return sum(call.status == 409 for call in telegram.calls.of("getUpdates"))
