"""Kill -9 during a broadcast: nobody is missed, and only sends in flight are repeated."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from functools import partial

import pytest

from bot.features.broadcasts.repository.broadcasts import State
from bot.sandbox.server.emulator import Emulator
from tests.faults.harness import Scenario, chosen_seed, running_scenario, supervised
from tests.features.broadcasts.broadcast_author import BroadcastAuthor, broadcast_author
from tests.support.fork_server import ForkedWorker

PEOPLE = 400
SPEAKERS = 16
PER_SECOND = 100
KILLS = 3
AUTHOR = 1


@pytest.fixture
async def scenario(emulator: Emulator, database_url: str) -> AsyncIterator[Scenario]:
    async with running_scenario(emulator, database_url, seed=chosen_seed(), speakers=SPEAKERS) as made:
        yield made


@pytest.fixture
async def administrator(emulator: Emulator, database_url: str) -> AsyncIterator[BroadcastAuthor]:
    async with broadcast_author(database_url, emulator.bot.id, AUTHOR) as made:
        yield made


async def test_kill_9_three_times_misses_nobody_and_repeats_at_most_what_was_in_flight(
    scenario: Scenario, worker: ForkedWorker, administrator: BroadcastAuthor
) -> None:
    people = scenario.telegram.people(PEOPLE)
    await administrator.knows(people)
    worker.variables["MESSAGES_PER_SECOND"] = str(PER_SECOND)
    in_flight = 0
    async with supervised(worker, scenario) as supervisor:
        number = await administrator.begin("Hello")
        for kill in range(1, KILLS + 1):
            goal = PEOPLE * kill // (KILLS + 1)
            await scenario.telegram.until(partial(has_sent, scenario.telegram, goal), within=60)
            await asyncio.sleep(scenario.chance.uniform(0, 0.2))
            await supervisor.kill()
            in_flight += (await administrator.statuses(number)).get("sending", 0)
        over = await administrator.ended(number)
    got = Counter(len(chat.received) for chat in people)
    assert got[0] == 0, "missed"
    repeats = sum(times * (many - 1) for many, times in got.items())
    assert (over.state, over.sent, over.failed, over.left) == (State.DONE, PEOPLE, 0, 0)
    assert repeats <= over.perhaps_twice <= in_flight <= KILLS * PER_SECOND


def has_sent(telegram: Emulator, count: int) -> bool:
    return telegram.calls.count("sendMessage") >= count
