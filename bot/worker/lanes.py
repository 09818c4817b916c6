"""Lanes: each chat's rows one at a time and in order, several chats in parallel."""

import asyncio
import math
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Iterable
from contextlib import asynccontextmanager
from typing import Generic, Protocol, TypeVar

import structlog

from bot.errors import TransientError

KEPT_IN_MEMORY = 8  # rows of one chat; the rest stays in the table until the lane reaches them
ALL_IN_MEMORY = 4_000  # rows of all chats; beyond that, new rows stay in the table, too
LOAD_AGAIN_AFTER = 1.0  # seconds
CANCELLED_AGAIN_AFTER = 1.0  # seconds

log = structlog.get_logger(__name__)


class Row(Protocol):
    """A row of a table ordered by `id`."""

    @property
    def id(self) -> int: ...
    @property
    def chat_id(self) -> int: ...


R = TypeVar("R", bound=Row)
R_contra = TypeVar("R_contra", bound=Row, contravariant=True)
Process = Callable[[R], Awaitable[float | None]]
"""Processes a row. Returns None when it is done, or the seconds to wait before it is tried again."""
Load = Callable[[int, Collection[int], int], Awaitable[list[R]]]
"""(chat, exclude, limit): the chat's first rows, in order, without those in `exclude`. May raise TransientError."""
Announce = Callable[[Iterable[R]], None]
"""Announces rows that a transaction has written, before its commit."""


class AnnouncedRows(Protocol[R_contra]):
    """Lanes, or an object that passes rows on to them."""

    def expect(self, rows: Iterable[R_contra], /) -> None: ...
    def forget(self, rows: Iterable[R_contra], /) -> None: ...
    def put(self, rows: Iterable[R_contra], /) -> None: ...


@asynccontextmanager
async def put_after_commit(lanes: AnnouncedRows[R]) -> AsyncIterator[Announce[R]]:
    """Yield `announce`, for the rows that a transaction within the block writes.

    After the block, and so after the commit, they are put into the lanes. If the block fails, they are forgotten.
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
        self.missed = math.inf  # the lowest id whose announcement ended during the load, which may have missed it
        self.resting: asyncio.Task[None] | None = None


class Lanes(Generic[R]):
    """Processes each chat's rows one after another, `width` chats in parallel, taking turns after each row.

    Memory holds a few rows of each chat with work and nothing of idle chats, so that neither a flooded chat nor a long
    backlog fills it. Sources: the interface of grammY's runner (order by key) and
    Go's `x/sync` semaphores (a turn first, then a slot).
    """

    def __init__(self, *, width: int, do: Process[R], load: Load[R], tasks: asyncio.TaskGroup, name: str) -> None:
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
        self._holding: set[asyncio.Task[None]] = set()  # turns that hold a slot
        self._open = True
        self._quiet = asyncio.Event()
        self._quiet.set()

    def expect(self, rows: Iterable[R]) -> None:
        """Announce rows before their commit: no lane loads them until they are put or forgotten.

        Otherwise a lane that reads the table between the commit and `put` would process them twice.
        """
        self._expected.update(row.id for row in rows)

    def forget(self, rows: Iterable[R]) -> None:
        """Withdraw an announcement."""
        for row in rows:
            self._end_announcement(row)

    def put(self, rows: Iterable[R]) -> None:
        """Queue rows that were just committed, each at the end of its chat's lane."""
        for row in rows:
            self._end_announcement(row)
            lane = self._lane(row.chat_id)
            lane.more = lane.more or len(lane.rows) >= KEPT_IN_MEMORY or self._held >= ALL_IN_MEMORY
            if not lane.more:
                lane.rows.append(row)
                self._held += 1
        self._start_turns()

    def reload(self, chats: Iterable[int]) -> None:
        """Have the lanes of these chats read the table."""
        for chat_id in chats:
            self._lane(chat_id).more = True
        self._start_turns()

    def pause(self) -> None:
        """Start nothing new."""
        self._open = False

    async def close(self) -> None:
        """Start nothing new, and wait until running work has ended."""
        self.pause()
        for resting in [lane.resting for lane in self._lanes.values() if lane.resting is not None]:
            resting.cancel()
        await self._quiet.wait()

    async def abandon(self) -> None:
        """Start nothing new, and cancel running work."""
        self.pause()
        for turn in self._turns:
            turn.cancel()
        await self._quiet.wait()

    def _end_announcement(self, row: R) -> None:
        self._expected.discard(row.id)
        lane = self._lanes.get(row.chat_id)
        if lane is not None and lane.loading:
            lane.missed = min(lane.missed, row.id)
            lane.more = True

    def _lane(self, chat_id: int) -> _Lane[R]:
        if chat_id not in self._lanes:
            self._lanes[chat_id] = _Lane()
            self._ready.append(chat_id)
        return self._lanes[chat_id]

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
            if _cancelled():
                raise
            log.exception("work ended as cancelled, and nobody had cancelled it", work=self._name, chat_id=chat_id)
            rest = CANCELLED_AGAIN_AFTER
        finally:
            self._let_go(asyncio.current_task())
        if rest is not None:
            await self._rest(lane, rest)
        if lane.rows or lane.more:
            self._ready.append(chat_id)
        else:  # no await since the check, so that put() can't have come in between
            del self._lanes[chat_id]
        self._start_turns()

    def _over(self, turn: asyncio.Task[None]) -> None:
        """Clean up after a turn, even one that was cancelled before its first step."""
        self._turns.discard(turn)
        self._let_go(turn)

    def _let_go(self, turn: asyncio.Task[None] | None) -> None:
        self._holding.discard(turn)
        if not self._holding:
            self._quiet.set()

    async def _rest(self, lane: _Lane[R], seconds: float) -> None:
        """Wait without a slot, in the turn's own task, so that no timer outlives the task group."""
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
        if (again_after := await self._do(lane.rows[0])) is None:
            lane.rows.popleft()
            self._held -= 1
        return again_after

    async def _refill(self, chat_id: int, lane: _Lane[R]) -> None:
        lane.more, lane.loading, lane.missed = False, True, math.inf  # a row put from here on sets `more` again
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
        """False for rows announced after the load began, and for rows after some that it may have missed."""
        return row.id not in self._expected and row.id < lane.missed


def _cancelled() -> bool:
    """Return whether this task itself was cancelled; work that awaits something cancelled raises CancelledError, too.

    A task group ignores both, so a chat whose turn ended with the latter would be forgotten for good.
    """
    task = asyncio.current_task()
    return task is not None and task.cancelling() > 0
