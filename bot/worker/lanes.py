"""Lanes: one thing of a chat at a time, in order; chats side by side."""

import asyncio
import math
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Iterable
from contextlib import asynccontextmanager
from typing import Generic, Protocol, TypeVar

import structlog

from bot.errors import TransientError

KEPT_IN_MEMORY = 8  # rows of one chat; the rest stays in the table until the lane gets there
ALL_IN_MEMORY = 4_000  # rows of all chats together, beyond which a row just committed stays in the table, too
LOAD_AGAIN_AFTER = 1.0  # seconds
CANCELLED_AGAIN_AFTER = 1.0  # seconds

log = structlog.get_logger(__name__)


class Row(Protocol):
    """A row of a table whose order is that of `id`."""

    @property
    def id(self) -> int: ...
    @property
    def chat_id(self) -> int: ...


R = TypeVar("R", bound=Row)
R_contra = TypeVar("R_contra", bound=Row, contravariant=True)
Do = Callable[[R], Awaitable[float | None]]
"""Does one row's work. Returns None when it is done with it, or how many seconds to wait before it is tried again."""
Load = Callable[[int, Collection[int], int], Awaitable[list[R]]]
"""(chat, besides, limit): the chat's first rows, in order, without those in `besides`. May raise TransientError."""


Announce = Callable[[Iterable[R]], None]
"""Names rows that a transaction has written, before its commit."""


class AnnouncedRows(Protocol[R_contra]):
    """Lanes, or what stands before them."""

    @property
    def expect(self) -> Callable[[Iterable[R_contra]], None]: ...
    @property
    def forget(self) -> Callable[[Iterable[R_contra]], None]: ...
    @property
    def put(self) -> Callable[[Iterable[R_contra]], None]: ...


@asynccontextmanager
async def put_after_commit(lanes: AnnouncedRows[R]) -> AsyncIterator[Announce[R]]:
    """Yields `announce`, for the rows that a transaction within the block writes.

    When the block ends well, and so after the commit, they are put into the lanes; otherwise they are forgotten.
    """
    announced: list[R] = []

    def announce(rows: Iterable[R]) -> None:
        announced.extend(rows)
        lanes.expect(announced)

    try:
        yield announce
    except BaseException:
        lanes.forget(announced)
        raise
    lanes.put(announced)


class _Lane(Generic[R]):
    __slots__ = ("loading", "missed", "more", "resting", "rows")

    def __init__(self) -> None:
        self.rows: deque[R] = deque()
        self.more = False  # the table holds rows that aren't in memory
        self.loading = False
        self.missed = math.inf  # the first id whose announcement ended during the load, which may not have seen it
        self.resting: asyncio.Task[None] | None = None


class Lanes(Generic[R]):
    """Each chat's rows one after another, `width` chats at once, taking turns after each row.

    Memory holds a few rows of each chat that has work and nothing of those that have none, so that neither a
    flooded chat nor a long backlog fills it. Sources: the interface of grammY's runner (order by key) and
    Go's `x/sync` semaphores (a turn first, then a slot).
    """

    def __init__(self, *, width: int, do: Do[R], load: Load[R], tasks: asyncio.TaskGroup, name: str) -> None:
        self._width = width
        self._do = do
        self._load = load
        self._tasks = tasks
        self._name = name
        self._lanes: dict[int, _Lane[R]] = {}
        self._ready: deque[int] = deque()
        self._expected: set[int] = set()
        self._turns: set[asyncio.Task[None]] = set()
        self._held = 0  # rows in memory
        self._holding: set[asyncio.Task[None]] = set()  # the turns that hold a slot
        self._open = True
        self._quiet = asyncio.Event()
        self._quiet.set()

    def expect(self, rows: Iterable[R]) -> None:
        """Announce rows before their commit: no lane loads them from the table until they are put or forgotten.

        Otherwise a lane that happens to look into the table between the commit and `put` would take them twice.
        """
        self._expected.update(row.id for row in rows)

    def forget(self, rows: Iterable[R]) -> None:
        """Take an announcement back."""
        for row in rows:
            self._announced_no_more(row)

    def put(self, rows: Iterable[R]) -> None:
        """Queue rows just committed, each behind what its chat has already."""
        for row in rows:
            self._announced_no_more(row)
            lane = self._lane(row.chat_id)
            if lane.more or len(lane.rows) >= KEPT_IN_MEMORY or self._held >= ALL_IN_MEMORY:
                lane.more = True
            else:
                lane.rows.append(row)
                self._held += 1
        self._start_turns()

    def look(self, chats: Iterable[int]) -> None:
        """Have these chats' lanes look into the table."""
        for chat_id in chats:
            self._lane(chat_id).more = True
        self._start_turns()

    def pause(self) -> None:
        """Begin nothing more."""
        self._open = False

    async def close(self) -> None:
        """Begin nothing more, and wait until what runs has ended."""
        self.pause()
        for lane in self._lanes.values():
            if lane.resting is not None:
                lane.resting.cancel()
        await self._quiet.wait()

    async def abandon(self) -> None:
        """Begin nothing more, and cut off what runs."""
        self.pause()
        for turn in self._turns:
            turn.cancel()
        await self._quiet.wait()

    def _announced_no_more(self, row: R) -> None:
        self._expected.discard(row.id)
        lane = self._lanes.get(row.chat_id)
        if lane is not None and lane.loading:
            lane.missed = min(lane.missed, row.id)
            lane.more = True

    def _lane(self, chat_id: int) -> _Lane[R]:
        lane = self._lanes.get(chat_id)
        if lane is None:
            lane = self._lanes[chat_id] = _Lane()
            self._ready.append(chat_id)
        return lane

    def _start_turns(self) -> None:
        while self._open and self._ready and len(self._holding) < self._width:
            chat_id = self._ready.popleft()
            turn = self._tasks.create_task(self._turn(chat_id), name=f"{self._name} of chat {chat_id}")
            self._turns.add(turn)
            self._holding.add(turn)
            self._quiet.clear()
            turn.add_done_callback(self._over)

    async def _turn(self, chat_id: int) -> None:
        lane = self._lanes[chat_id]
        rest: float | None
        try:
            rest = await self._next(chat_id, lane)
        except asyncio.CancelledError:
            if _asked_to_end():
                raise
            log.exception("work ended as cancelled, and nobody had cancelled it", work=self._name, chat_id=chat_id)
            rest = CANCELLED_AGAIN_AFTER
        finally:
            self._let_go(asyncio.current_task())
        if rest is not None:
            await self._rest(lane, rest)
        if lane.rows or lane.more:
            self._ready.append(chat_id)
        else:  # no await since the last look, so that put() can't have slipped in between
            del self._lanes[chat_id]
        self._start_turns()

    def _over(self, turn: asyncio.Task[None]) -> None:
        """Also for one that was cancelled before its first step."""
        self._turns.discard(turn)
        self._let_go(turn)

    def _let_go(self, turn: asyncio.Task[None] | None) -> None:
        self._holding.discard(turn)
        if not self._holding:
            self._quiet.set()

    async def _rest(self, lane: _Lane[R], seconds: float) -> None:
        """Wait without a slot, in the turn's own task, so that nothing is left to wake up when the group has ended."""
        self._start_turns()
        if self._open:
            lane.resting = asyncio.current_task()
            await asyncio.sleep(seconds)
            lane.resting = None

    async def _next(self, chat_id: int, lane: _Lane[R]) -> float | None:
        if not lane.rows:
            try:
                await self._refill(chat_id, lane)
            except TransientError:
                return LOAD_AGAIN_AFTER
        if not lane.rows:
            return None
        again_after = await self._do(lane.rows[0])
        if again_after is None:
            lane.rows.popleft()
            self._held -= 1
        return again_after

    async def _refill(self, chat_id: int, lane: _Lane[R]) -> None:
        lane.more, lane.loading = False, True  # whoever puts a row from here on says anew that there are more
        lane.missed = math.inf
        try:
            rows = await self._load(chat_id, self._expected, KEPT_IN_MEMORY)
        except BaseException:
            lane.more = True
            raise
        finally:
            lane.loading = False
        fitting = [row for row in rows if self._belongs_here(row, lane)]
        lane.rows.extend(fitting)
        self._held += len(fitting)
        lane.more = lane.more or len(rows) == KEPT_IN_MEMORY

    def _belongs_here(self, row: R, lane: _Lane[R]) -> bool:
        """False for what was announced since the load was asked for, and for what may come behind rows it missed."""
        return row.id not in self._expected and row.id < lane.missed


def _asked_to_end() -> bool:
    """Whether a CancelledError here is one's own; work that awaits something cancelled raises one, too.

    A group of tasks takes no notice of either, so a chat whose turn ended by the latter would be forgotten for good.
    """
    task = asyncio.current_task()
    return task is not None and task.cancelling() > 0
