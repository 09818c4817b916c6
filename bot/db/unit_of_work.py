"""The unit of work: the only place where a transaction begins and ends."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
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
from bot.db.driver_errors import NO_SUCH_SETTING, driver_errors_named, named
from bot.errors import ConfigurationError

CONNECTED_WITHIN = 5.0  # seconds to be given a connection that answers
DONE_WITHIN = 15.0  # seconds; a transaction that takes longer has met a connection that fell silent
ENDED_WITHIN = 6.0  # seconds for a COMMIT or ROLLBACK, which waits for nobody's lock

_BE_PATIENT = text(
    "SELECT set_config('lock_timeout', :locks, true), set_config('idle_in_transaction_session_timeout', :idle, true),"
    " CASE WHEN current_setting('server_version_num')::int >= 170000"
    " THEN set_config('transaction_timeout', :whole, true) END"
)


@dataclass(frozen=True, slots=True)
class Patience:
    """How long, in seconds, a transaction waits for another's lock, and how long it may be idle before it is ended.

    A process may also be stopped (SIGSTOP) between a statement's preparation and its execution, when its session isn't
    idle to the server; from PostgreSQL 17 on that, too, has an end, since both together are all the time there is.
    """

    for_locks: float = 2.0
    when_idle: float = 5.0

    def settings(self) -> dict[str, str]:
        limits = {"locks": self.for_locks, "idle": self.when_idle, "whole": self.for_locks + self.when_idle}
        return {name: f"{seconds * 1000:.0f}ms" for name, seconds in limits.items()}


class _Mark:
    """That a unit of work was opened here. Tasks begun inside inherit it, and see by `ended` that it is over."""

    __slots__ = ("ended", "outer")

    def __init__(self, outer: "_Mark | None") -> None:
        self.outer = outer
        self.ended = False


_innermost: ContextVar[_Mark | None] = ContextVar("the unit of work that this task is in", default=None)


def _open_mark() -> _Mark | None:
    mark = _innermost.get()
    while mark is not None and mark.ended:
        mark = mark.outer
    return mark


def in_transaction() -> bool:
    """True while this task is inside a unit of work: nobody may wait for the network then."""
    return _open_mark() is not None


R = TypeVar("R", bound=Repository)


class Work:
    """One transaction. It makes each repository once, so that they share what they note."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session
        self._repositories: dict[type[Repository], Repository] = {}
        self.changed_people: set[int] = set()
        """Telegram ids of people of whom handlers know something else after this transaction than before."""

    def of(self, kind: type[R]) -> R:
        """The repository of this kind, on this transaction."""
        repository = self._repositories.get(kind)
        if repository is None:
            repository = self._repositories[kind] = kind(self._session, self.changed_people)
        assert isinstance(repository, kind)
        return repository

    async def now(self) -> datetime:
        """The time of this transaction's start, by the database's clock."""
        return (await self._session.execute(select(func.now()))).scalar_one()

    async def wake(self, bot_id: int) -> None:
        """Have the bot's leader look into inbox and outbox as soon as this is committed."""
        await notify(self._session, bot_id)


class UnitOfWork:
    """Opens transactions: each commits when its block ends well and rolls back when it doesn't. Nothing else ends one.

    Raises DatabaseAwayError and ConflictError for what is worth another try, and StatementRefusedError for what isn't.
    """

    def __init__(self, sessions: async_sessionmaker[AsyncSession]) -> None:
        self._sessions = sessions
        self._open: set[_Watched] = set()

    @asynccontextmanager
    async def open(
        self, patience: Patience | None = None, *, within: float | None = DONE_WITHIN
    ) -> AsyncIterator[Work]:
        """A transaction for the block, with how long it may wait for others and be idle, where that matters.

        Its connection is cut when it isn't done `within` so many seconds (None: the caller sees to that), or when its
        end isn't answered: one that falls silent would be waited for without end, since a COMMIT can't be cancelled.
        """
        mark = _Mark(_open_mark())
        _innermost.set(mark)
        watched = _Watched()
        try:
            with _cancellation_kept(), driver_errors_named():
                async with self._sessions.begin() as session:
                    watched.connection = await _connect(session)
                    self._open.add(watched)
                    watched.cut_after(within)
                    try:
                        if patience is not None:
                            await session.execute(_BE_PATIENT, patience.settings())
                        yield Work(session)
                    finally:
                        watched.cut_after(min(within or ENDED_WITHIN, ENDED_WITHIN))
        finally:
            watched.cut_after(None)
            self._open.discard(watched)
            mark.ended = True

    def cut_all(self) -> None:
        """Cut the connections of all transactions that are open: what they raise then is DatabaseAwayError."""
        for watched in self._open:
            watched.cut()

    @asynccontextmanager
    async def deferred(self) -> AsyncIterator["Deferred"]:
        """A unit of work that begins when it is first asked for, and ends with this block."""
        async with AsyncExitStack() as stack:
            yield Deferred(self, stack)


class Deferred:
    """Gives the block's one Work; whoever never asks for it needs no transaction."""

    def __init__(self, unit_of_work: UnitOfWork, stack: AsyncExitStack) -> None:
        self._unit_of_work = unit_of_work
        self._stack = stack
        self._work: Work | None = None

    @property
    def begun(self) -> bool:
        return self._work is not None

    @property
    def changed_people(self) -> set[int]:
        """Of whom handlers know something else after it than before; perhaps, where its end failed."""
        return set() if self._work is None else self._work.changed_people

    async def work(self) -> Work:
        if self._work is None:
            self._work = await self._stack.enter_async_context(self._unit_of_work.open(within=None))
        return self._work


class _Watched:
    """A transaction's connection, and the timer that cuts it."""

    def __init__(self) -> None:
        self.connection: asyncpg.Connection | None = None
        self._timer: asyncio.TimerHandle | None = None

    def cut_after(self, seconds: float | None) -> None:
        """Set the timer anew; None stops it."""
        if self._timer is not None:
            self._timer.cancel()
        self._timer = None if seconds is None else asyncio.get_running_loop().call_later(seconds, self.cut)

    def cut(self) -> None:
        if self.connection is not None:
            self.connection.terminate()


async def _connect(session: AsyncSession) -> asyncpg.Connection:
    """Take a connection at once, so that whatever goes wrong with it is told apart from a statement's failure."""
    async with database_away(), asyncio.timeout(CONNECTED_WITHIN):
        pooled = await (await session.connection()).get_raw_connection()
        return pooled.driver_connection


@asynccontextmanager
async def database_away() -> AsyncIterator[None]:
    """Turn whatever goes wrong in the block, which connects or asks a plain question, into DatabaseAwayError."""
    try:
        yield
    except (asyncpg.ClientConfigurationError, *NO_SUCH_SETTING) as error:
        raise ConfigurationError(f"DATABASE_URL can't be used: {error}") from error
    except (OSError, TimeoutError, PoolTimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
        raise named(error) from error
    except DBAPIError as error:
        raise named(error.orig or error) from error


@contextmanager
def _cancellation_kept() -> Iterator[None]:
    """Let a cancellation pass on that came while a COMMIT was waited for, and the COMMIT then failed.

    SQLAlchemy waits for a transaction's end whatever comes, and raises what that raises instead.
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
