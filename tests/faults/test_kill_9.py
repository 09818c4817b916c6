"""Kill -9 of the worker at random moments under load; it is started again each time."""

import pytest

from tests.faults.harness import Scenario, kill_again_and_again, supervised, talking
from tests.support.fork_server import ForkedWorker

KILLS = 20
MESSAGES = 2_000
PER_SECOND = 300


@pytest.mark.slow
async def test_kill_9_at_random_moments_under_load_loses_and_doubles_nothing(
    scenario: Scenario, worker: ForkedWorker
) -> None:
    async with supervised(worker, scenario) as supervisor:
        async with talking(scenario, MESSAGES, PER_SECOND):
            await kill_again_and_again(scenario, supervisor, kills=KILLS)
        await scenario.settled()
    account = await scenario.account()
    assert account.sent == MESSAGES
    assert account.flawless, str(account)
