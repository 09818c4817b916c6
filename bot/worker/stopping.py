"""Waiting for something, or for the stop that makes it pointless."""

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

T = TypeVar("T")


async def unless_stopped(stop: asyncio.Event, work: Coroutine[Any, Any, T]) -> T | None:
    """What `work` returns; or None once `stop` is set, with `work` cancelled."""
    async with asyncio.TaskGroup() as tasks:
        working = tasks.create_task(work, name="unless stopped")
        waiting = tasks.create_task(stop.wait(), name="stop")
        await asyncio.wait({working, waiting}, return_when=asyncio.FIRST_COMPLETED)
        working.cancel()
        waiting.cancel()
    return None if working.cancelled() else working.result()
