"""Waiting tasks see each change, and a slow condition leaves time for others."""

import asyncio
import time

from bot.sandbox.world.changes import Changes

SLOW = 0.01  # seconds


def happens_in(seconds: float, changes: Changes, happened: asyncio.Event) -> None:
    def happen() -> None:
        happened.set()
        changes.notify()

    asyncio.get_running_loop().call_later(seconds, happen)


async def test_a_change_is_seen_at_once() -> None:
    changes, happened = Changes(), asyncio.Event()
    happens_in(0.01, changes, happened)
    assert await changes.until(happened.is_set, within=5)


async def test_a_change_while_a_slow_condition_rests_is_not_missed() -> None:
    changes, happened = Changes(), asyncio.Event()

    def looked() -> bool:
        time.sleep(SLOW)
        return happened.is_set()

    happens_in(1.5 * SLOW, changes, happened)
    assert await changes.until(looked, within=5)


async def test_a_slow_condition_leaves_most_of_the_time_to_others() -> None:
    changes, end = Changes(), time.monotonic() + 0.5
    checks = 0

    def looked() -> bool:
        nonlocal checks
        checks += 1
        time.sleep(SLOW)
        return time.monotonic() > end

    waiting = asyncio.ensure_future(changes.until(looked, within=5))
    while not waiting.done():
        changes.notify()
        await asyncio.sleep(0)
    assert 1 < checks <= 0.5 / SLOW / 4
