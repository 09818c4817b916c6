"""What delays one chat, a locked row, a handler that hangs, a flood of updates, delays no other and no health check."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from sqlalchemy import text

from tests.faults.harness import Scenario, supervised
from tests.faults.load import Speaker
from tests.faults.strike import Deed, Strike
from tests.support.fork_server import ForkedWorker

FLOOD = 1_000
DISPATCH = "bot.app:dispatch"


async def test_a_persons_row_locked_by_somebody_else_delays_that_person_alone(
    on: Scenario, worker: ForkedWorker
) -> None:
    busy, *others = on.load.speakers
    on.load.say(busy)
    await worker.start()
    await on.settled()
    async with locked(on, busy):
        for speaker in (busy, *others, busy, *others):
            on.load.say(speaker, "/start from-here")
        await on.telegram.until(lambda: all(len(speaker.replies) == 2 for speaker in others), within=20)
        await on.telegram.until(lambda: not on.telegram.pending_updates)
        await worker.health_becomes("ok")
    await on.settled()
    account = await on.account()
    assert account.flawless, str(account)
    assert not account.repeats


async def test_a_handler_that_hangs_delays_its_own_chat_alone(on: Scenario, worker: ForkedWorker) -> None:
    stuck, *others = on.load.speakers
    worker.strike = Strike(DISPATCH, Deed.HANG, given="from-stuck")
    await worker.start()
    on.load.say(stuck, "/start from-stuck")
    for speaker in (*others, stuck, *others):
        on.load.say(speaker)
    await on.telegram.until(lambda: all(len(speaker.replies) == 2 for speaker in others), within=20)
    await worker.health_becomes("ok")
    assert stuck.replies == []
    on.note("kill -9")
    await worker.kill()
    worker.strike = None
    await worker.start()
    await on.settled()
    account = await on.account()
    assert account.flawless, str(account)


async def test_a_chat_with_very_many_updates_keeps_no_other_waiting(on: Scenario, worker: ForkedWorker) -> None:
    flooded, *others = on.load.speakers
    for _ in range(FLOOD):
        on.load.say(flooded, "/start")
    await worker.start()
    await on.telegram.until(lambda: len(flooded.chat.chat.by_bot) > 10, within=20)
    for speaker in others:
        on.load.say(speaker)
    await on.telegram.until(lambda: all(speaker.replies for speaker in others), within=20)
    assert len(flooded.chat.chat.by_bot) < FLOOD
    await on.settled()
    account = await on.account()
    assert account.flawless, str(account)


async def test_an_update_that_ends_the_process_each_time_becomes_a_dead_letter_and_the_others_are_served(
    on: Scenario, worker: ForkedWorker
) -> None:
    deadly, *others = on.load.speakers
    worker.strike = Strike(DISPATCH, Deed.DIE, given="from-the-deadly-one", every=True)
    async with supervised(worker, on) as supervisor:
        on.note("kill -9")
        on.load.say(deadly, "/start from-the-deadly-one")
        for speaker in (*others, deadly, *others):
            on.load.say(speaker)
        await on.settled(within=30)
    assert supervisor.starts > 1
    [letter] = await on.rows("SELECT chat_id, update_id, origin FROM dead_letters")
    assert letter == {"chat_id": deadly.chat.id, "update_id": deadly.update_ids[0], "origin": "update"}
    assert all({reply.number for reply in speaker.replies} == {1, 2} for speaker in others)
    assert {reply.number for reply in deadly.replies} == {2}
    account = await on.account()
    assert (account.lost, account.doubled, account.out_of_order) == (0, 0, 0), str(account)


@asynccontextmanager
async def locked(on: Scenario, speaker: Speaker) -> AsyncIterator[None]:
    """Somebody else's transaction holds this person's row for as long as the block lasts."""
    async with on.engine.connect() as connection:
        await connection.execute(
            text("SELECT FROM users WHERE telegram_id = :id FOR UPDATE"), {"id": speaker.person.id}
        )
        yield
