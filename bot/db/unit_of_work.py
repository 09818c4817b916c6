"""The unit of work: the only place where a transaction begins and ends."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager, contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

import asyncpg
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from bot.db.base import Repository, notify
from bot.db.driver_errors import UNKNOWN_SETTING, translated, translated_driver_errors
from bot.errors import ConfigurationError, DatabaseAwayError, NoUpdateError

CONNECTED_WITHIN = 5.0  # seconds to get a working connection
DONE_WITHIN = 15.0  # seconds; a transaction that takes longer has a silent connection
ENDED_WITHIN = 6.0  # seconds for a COMMIT or ROLLBACK, which waits for no lock

_SET_TIMEOUTS = text(
    "SELECT set_config('lock_timeout', :locks, true), set_config('idle_in_transaction_session_timeout', :idle, true),"
    " CASE WHEN current_setting('server_version_num')::int >= 170000"
    " THEN set_config('transaction_timeout', :whole, true) END"
)


@dataclass(frozen=True, slots=True)
class LockTimeouts:
    """Seconds a transaction waits for a lock, and seconds it may be idle before the server ends it.

    A process may also be stopped (SIGSTOP) between preparing and executing a statement, when the server doesn't see its
    session as idle. From PostgreSQL 17 on, the sum of both limits the whole transaction, which covers that, too.
    """

    lock: float = 2.0
    idle: float = 5.0

    def settings(self) -> dict[str, str]:
        limits = {"locks": self.lock, "idle": self.idle, "whole": self.lock + self.idle}
        return {name: f"{seconds * 1000:.0f}ms" for name, seconds in limits.items()}


class _Scope:
    """Marks that a unit of work is open. Tasks started inside inherit it; `ended` tells them when it is over."""

    __slots__ = ("ended", "outer")

    def __init__(self, outer: "_Scope | None") -> None:
        self.outer = outer
        self.ended = False


_innermost: ContextVar[_Scope | None] = ContextVar("the unit of work that this task is in", default=None)


def _open_scope() -> _Scope | None:
    scope = _innermost.get()
    while scope is not None and scope.ended:
        scope = scope.outer
    return scope


def in_transaction() -> bool:
    """Return whether this task is inside a unit of work, where nothing may wait for the network."""
    return _open_scope() is not None


R = TypeVar("R", bound=Repository)
T = TypeVar("T")


class Work:
    """One transaction. It makes each repository once."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session
        self._repositories: dict[type[Repository], Repository] = {}
        self.changed_people: set[int] = set()
        """Telegram ids of users whose `UserFacts` this transaction changes."""

    def of(self, kind: type[R]) -> R:
        """The transaction's repository of this type."""
        repository = self._repositories.get(kind)
        if repository is None:
            repository = self._repositories[kind] = kind(self._session, self.changed_people)
        assert isinstance(repository, kind)
        return repository

    async def now(self) -> datetime:
        """The time of this transaction's start, by the database's clock."""
        return (await self._session.execute(select(func.now()))).scalar_one()

    async def wake(self, bot_id: int) -> None:
        """Have the bot's leader read the inbox and the outbox once this is committed."""
        await notify(self._session, bot_id)


class UnitOfWork:
    """Opens transactions. Each commits when its block succeeds and rolls back when it raises; nothing else ends one.

    Raises DatabaseAwayError and ConflictError for failures worth retrying, and StatementRefusedError for the others.
    """

    def __init__(self, sessions: async_sessionmaker[AsyncSession]) -> None:
        self._sessions = sessions
        self._open: set[_Watched] = set()

    @asynccontextmanager
    async def open(
        self, timeouts: LockTimeouts | None = None, *, within: float | None = DONE_WITHIN
    ) -> AsyncIterator[Work]:
        """Open a transaction for the block, with `timeouts`, if given.

        The connection is cut if the transaction takes longer than `within` seconds (None: the caller limits it), or if
        its COMMIT or ROLLBACK isn't answered: a COMMIT can't be cancelled, so a silent connection would block for ever.
        """
        scope = _Scope(_open_scope())
        _innermost.set(scope)
        watched = _Watched()
        try:
            with _cancellation_kept(), watched.lost_connection(), translated_driver_errors():
                async with self._sessions.begin() as session:
                    watched.connection = await _connect(session)
                    self._open.add(watched)
                    watched.cut_after(within)
                    try:
                        if timeouts is not None:
                            await session.execute(_SET_TIMEOUTS, timeouts.settings())
                        yield Work(session)
                    finally:
                        watched.cut_after(min(within or ENDED_WITHIN, ENDED_WITHIN))
        finally:
            watched.cut_after(None)
            self._open.discard(watched)
            scope.ended = True

    def cut_all(self) -> None:
        """Cut the connections of all open transactions, which then raise DatabaseAwayError."""
        for watched in self._open:
            watched.cut()

    @asynccontextmanager
    async def lazy(self, *, within: float | None = None) -> AsyncIterator["LazyUnitOfWork"]:
        """A unit of work that opens at its first use and ends with the block. `within` is `open`'s."""
        async with AsyncExitStack() as stack:
            lazy = LazyUnitOfWork(self, stack, within)
            try:
                yield lazy
            finally:
                lazy.ended = True


class LazyUnitOfWork:
    """Opens the block's one Work at the first call of `work`. Without a call there is no transaction."""

    def __init__(self, unit_of_work: UnitOfWork, stack: AsyncExitStack, within: float | None = None) -> None:
        self._unit_of_work = unit_of_work
        self._within = within
        self._stack = stack
        self._transaction = AsyncExitStack()
        self._work: Work | None = None
        self.ended = False

    @property
    def begun(self) -> bool:
        return self._work is not None

    @property
    def changed_people(self) -> set[int]:
        """Telegram ids of users whose `UserFacts` it changed, or may have changed if its COMMIT failed."""
        return set() if self._work is None else self._work.changed_people

    async def work(self) -> Work:
        """The block's transaction. Raises NoUpdateError after the block."""
        if self.ended:
            raise NoUpdateError
        if self._work is None:
            self._transaction = await self._stack.enter_async_context(AsyncExitStack())
            self._work = await self._transaction.enter_async_context(self._unit_of_work.open(within=self._within))
        return self._work

    async def end_reading(self) -> None:
        """End a transaction that has only read, so that Telegram can be called. The next `work` opens another."""
        if self._work is not None:
            self._work = None
            await self._transaction.aclose()

    async def enter(self, block: AbstractAsyncContextManager[T]) -> T:
        """Enter a block that ends after the transaction. Only before the first `work`."""
        return await self._stack.enter_async_context(block)


class _Watched:
    """A transaction's connection, and the timer that cuts it."""

    def __init__(self) -> None:
        self.connection: asyncpg.Connection | None = None
        self._timer: asyncio.TimerHandle | None = None

    def cut_after(self, seconds: float | None) -> None:
        """Restart the timer; None stops it."""
        if self._timer is not None:
            self._timer.cancel()
        self._timer = None if seconds is None else asyncio.get_running_loop().call_later(seconds, self.cut)

    def cut(self) -> None:
        if self.connection is not None:
            self.connection.terminate()

    @contextmanager
    def lost_connection(self) -> Iterator[None]:
        """Turn asyncpg's AttributeError into DatabaseAwayError if the connection is closed.

        asyncpg sends a statement in several steps. If the connection is cut between two of them, the next step finds
        None instead of the protocol.
        """
        try:
            yield
        except AttributeError as error:
            if self.connection is not None and self.connection.is_closed():
                raise DatabaseAwayError("the connection was closed within a statement") from error
            raise


async def _connect(session: AsyncSession) -> asyncpg.Connection:
    """Take a connection right away, so that its failures aren't mistaken for a statement's."""
    async with database_away(), asyncio.timeout(CONNECTED_WITHIN):
        pooled = await (await session.connection()).get_raw_connection()
        return pooled.driver_connection


@asynccontextmanager
async def database_away() -> AsyncIterator[None]:
    """Turn any database error in the block into DatabaseAwayError; the block connects or runs a trivial query."""
    try:
        yield
    except (asyncpg.ClientConfigurationError, *UNKNOWN_SETTING) as error:
        raise ConfigurationError(f"DATABASE_URL can't be used: {error}") from error
    except (OSError, TimeoutError, PoolTimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
        raise translated(error) from error
    except DBAPIError as error:
        raise translated(error.orig or error) from error


@contextmanager
def _cancellation_kept() -> Iterator[None]:
    """Raise CancelledError where a cancellation arrived during a COMMIT that then failed.

    SQLAlchemy shields the end of a transaction, and raises its error instead of the cancellation.
    """
    task = asyncio.current_task()
    assert task is not None
    before = task.cancelling()
    try:
        yield
    except Exception as error:
        if task.cancelling() > before:
            raise asyncio.CancelledError from error
        raise
