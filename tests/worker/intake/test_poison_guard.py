"""Tries of an update are counted once per process, not per term."""

import asyncio

from sqlalchemy.ext.asyncio import AsyncEngine

from bot.db.engine import AsyncSessionLocal
from bot.db.tables.pollers import Term
from bot.db.tables.updates import Inbox, NewUpdate, Waiting
from bot.db.unit_of_work import UnitOfWork
from bot.worker.intake.poison_guard import MAX_TRIES, PoisonGuard

BOT, ANN = 42, 1001


async def next_term(unit_of_work: UnitOfWork, begun: dict[int, int]) -> int:
    """Begin the only update, as a term that found it does. Returns its number of tries."""
    async with unit_of_work.open() as work:
        [waiting] = (await work.of(Inbox).next_of(BOT, [ANN], [], 1))[ANN]
    guard = PoisonGuard(Term(BOT, "", 1, found_up_to=waiting.id), unit_of_work, begun)
    async with asyncio.TaskGroup() as tasks:
        running = tasks.create_task(guard.run())
        counts = {await guard.count(waiting) for _ in range(3)}
        running.cancel()
    assert len(counts) == 1
    return counts.pop()


async def kept(unit_of_work: UnitOfWork) -> Waiting:
    async with unit_of_work.open() as work:
        [waiting] = await work.of(Inbox).add(BOT, [NewUpdate(1, ANN, "message", b"{}")])
    return waiting


async def test_a_process_that_leads_again_and_again_counts_once(engine: AsyncEngine) -> None:
    unit_of_work = UnitOfWork(AsyncSessionLocal)
    await kept(unit_of_work)
    begun: dict[int, int] = {}
    assert [await next_term(unit_of_work, begun) for _ in range(MAX_TRIES + 1)] == [1] * (MAX_TRIES + 1)


async def test_what_other_processes_counted_in_between_is_heeded(engine: AsyncEngine) -> None:
    unit_of_work = UnitOfWork(AsyncSessionLocal)
    await kept(unit_of_work)
    mine: dict[int, int] = {}
    assert await next_term(unit_of_work, mine) == 1
    assert [await next_term(unit_of_work, {}) for _ in range(2)] == [2, 3]
    assert await next_term(unit_of_work, mine) == 3
    assert await next_term(unit_of_work, {}) == 4


async def test_an_update_that_came_to_its_end_is_remembered_no_longer(engine: AsyncEngine) -> None:
    unit_of_work = UnitOfWork(AsyncSessionLocal)
    waiting = await kept(unit_of_work)
    begun: dict[int, int] = {}
    await next_term(unit_of_work, begun)
    assert begun == {waiting.id: 1}
    PoisonGuard(Term(BOT, "", 2), unit_of_work, begun).forget(waiting)
    assert begun == {}
