"""The floor on which handlers work: many at once, or one alone that may bring the process down."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager


class ReadWriteLock:
    """A read-write lock: `shared` by any number, or held `alone` once the others have left."""

    def __init__(self) -> None:
        self._inside = 0
        self._nobody = asyncio.Event()
        self._nobody.set()
        self._open = asyncio.Event()
        self._open.set()
        self._one_alone = asyncio.Lock()

    @asynccontextmanager
    async def shared(self) -> AsyncIterator[None]:
        while not self._open.is_set():
            await self._open.wait()
        self._inside += 1
        self._nobody.clear()
        try:
            yield
        finally:
            self._inside -= 1
            if not self._inside:
                self._nobody.set()

    @asynccontextmanager
    async def exclusive(self) -> AsyncIterator[None]:
        async with self._one_alone:
            self._open.clear()
            try:
                await self._nobody.wait()
                yield
            finally:
                self._open.set()
