"""A job whose function always fails."""

import asyncio
from collections.abc import Coroutine
from typing import Any

import pytest

TIMES = 3


async def tried_again_after_each_failure(
    job: Coroutine[Any, Any, None], place: object, function: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Let `place.function` fail, and assert that the job calls it again and again and doesn't end."""
    tries = asyncio.Queue[None]()

    async def fails(*_: Any) -> None:
        tries.put_nowait(None)
        raise ZeroDivisionError("a bug")

    monkeypatch.setattr(place, function, fails)
    task = asyncio.ensure_future(job)
    async with asyncio.timeout(10):
        for _ in range(TIMES):
            await tries.get()
    assert not task.done()
    task.cancel()
    await asyncio.wait({task})
