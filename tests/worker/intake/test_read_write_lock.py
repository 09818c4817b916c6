"""Tests that `ReadWriteLock` lets in many sharers or one exclusive holder."""

import asyncio

from bot.worker.intake.poison_guard import ReadWriteLock


async def test_one_alone_waits_for_the_others_and_the_others_for_it() -> None:
    lock, seen = ReadWriteLock(), []
    first_may_go, alone_may_go = asyncio.Event(), asyncio.Event()

    async def shared(name: str, may_go: asyncio.Event) -> None:
        async with lock.shared():
            seen.append(f"{name} in")
            await may_go.wait()
            seen.append(f"{name} out")

    async def alone() -> None:
        async with lock.exclusive():
            seen.append("alone in")
            await alone_may_go.wait()
            seen.append("alone out")

    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(shared("first", first_may_go))
        await asyncio.sleep(0)
        tasks.create_task(alone())
        await asyncio.sleep(0)
        tasks.create_task(shared("second", alone_may_go))
        await asyncio.sleep(0)
        assert seen == ["first in"]
        first_may_go.set()
        while "alone in" not in seen:
            await asyncio.sleep(0)
        assert "second in" not in seen
        alone_may_go.set()
    assert seen == ["first in", "first out", "alone in", "alone out", "second in", "second out"]


async def test_whoever_gives_up_waiting_to_be_alone_lets_the_others_in_again() -> None:
    lock = ReadWriteLock()
    async with lock.shared(), asyncio.TaskGroup() as tasks:
        waiting = tasks.create_task(_alone(lock))
        await asyncio.sleep(0)
        waiting.cancel()
    async with asyncio.timeout(5), lock.shared():
        pass


async def _alone(lock: ReadWriteLock) -> None:
    async with lock.exclusive():
        pass
