"""A locked row, a handler that hangs or a flood of updates delays one chat, but no other and no health check."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from sqlalchemy import text

from tests.faults.harness import Scenario, supervised
from tests.faults.injection import FaultAction, InjectedFault
from tests.faults.load import Speaker
from tests.support.fork_server import ForkedWorker

FLOOD = 1_000
DISPATCH = "bot.app:dispatch"


async def test_a_persons_row_locked_by_somebody_else_delays_that_person_alone(
    scenario: Scenario, worker: ForkedWorker
) -> None:
    locked_out, *others = scenario.load.speakers
    scenario.load.say(locked_out)
    await worker.start()
    await scenario.settled()
    async with locked(scenario, locked_out):
        for speaker in (locked_out, *others, locked_out, *others):
            scenario.load.say(speaker, "/start from-here")
        await scenario.telegram.until(lambda: all(len(speaker.replies) == 2 for speaker in others), within=20)
        await scenario.telegram.until(lambda: not scenario.telegram.pending_updates)
        await worker.health_becomes("ok")
    await scenario.settled()
    account = await scenario.account()
    assert account.flawless, str(account)
    assert not account.repeats


async def test_a_handler_that_hangs_delays_its_own_chat_alone(scenario: Scenario, worker: ForkedWorker) -> None:
    stuck, *others = scenario.load.speakers
    worker.fault = InjectedFault(DISPATCH, FaultAction.HANG, given="from-stuck")
    await worker.start()
    scenario.load.say(stuck, "/start from-stuck")
    for speaker in (*others, stuck, *others):
        scenario.load.say(speaker)
    await scenario.telegram.until(lambda: all(len(speaker.replies) == 2 for speaker in others), within=20)
    await worker.health_becomes("ok")
    assert stuck.replies == []
    scenario.note("kill -9")
    await worker.kill()
    worker.fault = None
    await worker.start()
    await scenario.settled()
    account = await scenario.account()
    assert account.flawless, str(account)


@pytest.mark.slow
async def test_a_chat_with_very_many_updates_keeps_no_other_waiting(scenario: Scenario, worker: ForkedWorker) -> None:
    flooded, *others = scenario.load.speakers
    for _ in range(FLOOD):
        scenario.load.say(flooded, "/start")
    await worker.start()
    await scenario.telegram.until(lambda: len(flooded.chat.chat.by_bot) > 10, within=20)
    for speaker in others:
        scenario.load.say(speaker)
    await scenario.telegram.until(lambda: all(speaker.replies for speaker in others), within=20)
    assert len(flooded.chat.chat.by_bot) < FLOOD
    await scenario.settled()
    account = await scenario.account()
    assert account.flawless, str(account)


async def test_an_update_that_ends_the_process_each_time_becomes_a_dead_letter_and_the_others_are_served(
    scenario: Scenario, worker: ForkedWorker
) -> None:
    deadly, *others = scenario.load.speakers
    worker.fault = InjectedFault(DISPATCH, FaultAction.DIE, given="from-the-deadly-one", every=True)
    async with supervised(worker, scenario) as supervisor:
        scenario.note("kill -9")
        scenario.load.say(deadly, "/start from-the-deadly-one")
        for speaker in (*others, deadly, *others):
            scenario.load.say(speaker)
        await scenario.settled(within=30)
    assert supervisor.starts > 1
    [letter] = await scenario.rows("SELECT chat_id, update_id, origin FROM dead_letters")
    assert letter == {"chat_id": deadly.chat.id, "update_id": deadly.update_ids[0], "origin": "update"}
    assert all({reply.number for reply in speaker.replies} == {1, 2} for speaker in others)
    assert {reply.number for reply in deadly.replies} == {2}
    account = await scenario.account()
    assert (account.lost, account.doubled, account.out_of_order) == (0, 0, 0), str(account)


@asynccontextmanager
async def locked(scenario: Scenario, speaker: Speaker) -> AsyncIterator[None]:
    """Lock this person's row in another transaction during the block."""
    async with scenario.engine.connect() as connection:
        await connection.execute(
            text("SELECT FROM users WHERE telegram_id = :id FOR UPDATE"), {"id": speaker.person.id}
        )
        yield
