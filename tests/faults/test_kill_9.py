"""Kill -9 of the worker at random moments under load; it is started again each time."""

from tests.faults.harness import Scenario, kill_again_and_again, supervised, talking
from tests.support.fork_server import ForkedWorker

KILLS = 20
MESSAGES = 2_000
PER_SECOND = 300


async def test_kill_9_at_random_moments_under_load_loses_and_doubles_nothing(
    on: Scenario, worker: ForkedWorker
) -> None:
    async with supervised(worker, on) as supervisor:
        async with talking(on, MESSAGES, PER_SECOND):
            await kill_again_and_again(on, supervisor, kills=KILLS)
        await on.settled()
    account = await on.account()
    assert account.sent == MESSAGES
    assert account.flawless, str(account)
