"""A unit of work commits if its block ends well, rolls back otherwise, and raises an error for each kind of failure."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, nullcontext
from pathlib import Path
from typing import Any

import asyncpg
import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, ProgrammingError
from sqlalchemy.ext.asyncio import AsyncEngine, async_sessionmaker

from bot.db.embedded import cluster as embedded
from bot.db.engine import engine_for
from bot.db.tables.dead_letters import DeadLetters
from bot.db.tables.outbox import Outbox
from bot.db.tables.pollers import Pollers
from bot.db.tables.updates import Inbox
from bot.db.tables.users import Users
from bot.db.unit_of_work import UnitOfWork, Work, in_transaction
from bot.errors import BotError, ConflictError, DatabaseAwayError, LeadershipLostError, StatementRefusedError

ANN = 1001
WRITE = f"INSERT INTO users (telegram_id) VALUES ({ANN})"


async def run(work: Work, sql: str) -> Any:
    """Execute a statement in the unit of work's transaction."""
    return await work.of(Users)._session.execute(text(sql))


async def people(engine: AsyncEngine) -> int:
    async with engine.connect() as connection:
        return int(await connection.scalar(text("SELECT count(*) FROM users")) or 0)


async def idle(engine: AsyncEngine) -> bool:
    """True if no other session of the database has an open transaction."""
    async with engine.connect() as connection:
        open_ones = await connection.scalar(
            text(
                "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
                " AND state LIKE 'idle in transaction%'"
            )
        )
    return not open_ones


@pytest.fixture
async def unreachable() -> AsyncIterator[UnitOfWork]:
    """A database on a port where nobody listens."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
        engine = engine_for(f"postgresql+asyncpg://postgres:S3CRET@127.0.0.1:{port}/x", connections=1)
        yield UnitOfWork(async_sessionmaker(engine))
        await engine.dispose()


async def test_commits_when_the_block_ends(unit_of_work: UnitOfWork, engine: AsyncEngine) -> None:
    async with unit_of_work.open() as work:
        await run(work, WRITE)
        assert await people(engine) == 0
    assert await people(engine) == 1
    assert await idle(engine)


async def test_all_repositories_work_on_the_one_transaction(unit_of_work: UnitOfWork, engine: AsyncEngine) -> None:
    async with unit_of_work.open() as work:
        term = await work.of(Pollers).begin_term(42, "http://x")
        await run(work, WRITE)
        await work.of(Users).set_source(ANN, "ad")
        assert (await work.of(Pollers).cursor(term)).update_id is None
        transactions = {await repository._session.scalar(text("SELECT pg_current_xact_id()::text")) for repository in (
            work.of(Users), work.of(Inbox), work.of(Outbox), work.of(DeadLetters),
        )}  # fmt: skip
    assert len(transactions) == 1
    assert await people(engine) == 1


class _HandlersError(Exception):
    pass


@pytest.mark.parametrize(
    "error", [_HandlersError(), LeadershipLostError("x"), TimeoutError(), OSError("x"), SystemExit()]
)
async def test_rolls_back_when_the_block_fails_and_passes_the_error_on_as_it_is(
    unit_of_work: UnitOfWork, engine: AsyncEngine, error: BaseException
) -> None:
    with pytest.raises(type(error)) as caught:  # noqa: PT012 -- the block's end belongs to it
        async with unit_of_work.open() as work:
            await run(work, WRITE)
            raise error
    assert caught.value is error
    assert await people(engine) == 0
    assert await idle(engine)


async def test_rolls_back_when_it_is_cancelled_between_statements(
    unit_of_work: UnitOfWork, engine: AsyncEngine
) -> None:
    written = asyncio.Event()

    async def handler() -> None:
        async with unit_of_work.open() as work:
            await run(work, WRITE)
            written.set()
            await asyncio.Event().wait()

    task = asyncio.create_task(handler())
    await written.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert await people(engine) == 0
    assert await idle(engine)


async def test_rolls_back_when_it_is_cancelled_within_a_statement(
    unit_of_work: UnitOfWork, engine: AsyncEngine
) -> None:
    with pytest.raises(TimeoutError):  # noqa: PT012 -- the block's end belongs to it
        async with asyncio.timeout(0.2), unit_of_work.open() as work:
            await run(work, WRITE)
            await run(work, "SELECT pg_sleep(60)")
    assert await people(engine) == 0
    assert await idle(engine)
    async with unit_of_work.open() as work:
        await run(work, WRITE)
    assert await people(engine) == 1


async def test_a_cancelled_one_gives_its_connection_back(socket_folder: Any, database: str) -> None:
    engine = engine_for(embedded.url(socket_folder, database), connections=1)
    try:
        unit_of_work = UnitOfWork(async_sessionmaker(engine))
        for _ in range(3):
            with pytest.raises(TimeoutError):
                async with asyncio.timeout(0.1), unit_of_work.open() as work:
                    await run(work, "SELECT pg_sleep(60)")
        async with asyncio.timeout(10), unit_of_work.open() as work:
            await run(work, "SELECT 1")
    finally:
        await engine.dispose()


async def test_a_lazy_one_opens_nothing_unless_it_is_used(unreachable: UnitOfWork) -> None:
    async with unreachable.lazy():
        assert not in_transaction()


async def test_a_lazy_one_begins_at_its_first_use_and_is_one(unit_of_work: UnitOfWork, engine: AsyncEngine) -> None:
    async with unit_of_work.lazy() as lazy:
        assert not in_transaction()
        work = await lazy.work()
        assert in_transaction()
        await run(work, WRITE)
        assert await lazy.work() is work
        assert await people(engine) == 0
    assert not in_transaction()
    assert await people(engine) == 1


async def test_a_deferred_one_rolls_back_when_its_block_fails(unit_of_work: UnitOfWork, engine: AsyncEngine) -> None:
    with pytest.raises(_HandlersError):  # noqa: PT012 -- the block's end belongs to it
        async with unit_of_work.lazy() as lazy:
            await run(await lazy.work(), WRITE)
            raise _HandlersError
    assert not in_transaction()
    assert await people(engine) == 0


async def test_a_lazy_one_that_can_not_begin_fails_where_it_is_used(unreachable: UnitOfWork) -> None:
    async with unreachable.lazy() as lazy:
        for _ in range(2):
            with pytest.raises(DatabaseAwayError):
                await lazy.work()
            assert not in_transaction()


async def test_a_lazy_one_that_has_read_can_end_and_begin_again(unit_of_work: UnitOfWork, engine: AsyncEngine) -> None:
    async with unit_of_work.lazy() as lazy:
        await run(await lazy.work(), "SELECT 1 FROM users")
        await lazy.end_reading()
        assert not in_transaction()
        assert not lazy.begun
        assert await idle(engine)
        await run(await lazy.work(), WRITE)
    assert await people(engine) == 1


@pytest.mark.parametrize("fails", [True, False])
async def test_a_block_entered_before_a_lazy_one_begins_ends_after_it(
    unit_of_work: UnitOfWork, engine: AsyncEngine, fails: bool
) -> None:
    seen: list[object] = []

    @asynccontextmanager
    async def block() -> AsyncIterator[int]:
        try:
            yield 7
        finally:
            seen.append((in_transaction(), await people(engine)))

    async def handle() -> None:
        async with unit_of_work.lazy() as lazy:
            assert await lazy.enter(block()) == 7
            await run(await lazy.work(), WRITE)
            if fails:
                raise _HandlersError

    with pytest.raises(_HandlersError) if fails else nullcontext():
        await handle()
    assert seen == [(False, 0 if fails else 1)]


async def test_in_transaction_is_true_inside_and_false_after(unit_of_work: UnitOfWork) -> None:
    assert not in_transaction()
    async with unit_of_work.open():
        assert in_transaction()
        async with unit_of_work.open():
            assert in_transaction()
        assert in_transaction()
    assert not in_transaction()


async def test_in_transaction_is_false_after_a_failure_and_after_one_to_begin(
    unit_of_work: UnitOfWork, unreachable: UnitOfWork
) -> None:
    with pytest.raises(_HandlersError):
        async with unit_of_work.open():
            raise _HandlersError
    assert not in_transaction()
    with pytest.raises(DatabaseAwayError):
        async with unreachable.open():
            pass
    assert not in_transaction()


async def test_in_transaction_is_no_matter_of_other_tasks(unit_of_work: UnitOfWork) -> None:
    opened = asyncio.Event()

    async def another() -> bool:
        await opened.wait()
        return in_transaction()

    elsewhere = asyncio.create_task(another())
    async with unit_of_work.open():
        opened.set()
        assert not await elsewhere
        assert in_transaction()


async def test_in_transaction_is_no_matter_of_a_task_that_was_begun_inside(unit_of_work: UnitOfWork) -> None:
    """Such a task may outlive the transaction, and could never call Telegram again."""
    ended = asyncio.Event()

    async def another() -> bool:
        await ended.wait()
        return in_transaction()

    async with unit_of_work.open():
        begun_inside = asyncio.create_task(another())
    ended.set()
    assert not await begun_inside


async def test_a_task_begun_inside_may_not_call_telegram_while_the_transaction_lasts(unit_of_work: UnitOfWork) -> None:
    """Gathering calls to Telegram inside would make the transaction wait for them."""

    async def asks() -> bool:
        return in_transaction()

    async with unit_of_work.open():
        assert all(await asyncio.gather(asks(), asks()))


async def test_a_lazy_one_may_be_begun_by_a_task_that_its_own_waits_for(
    unit_of_work: UnitOfWork, engine: AsyncEngine
) -> None:
    """asyncio.wait_for does this in Python 3.11."""
    async with unit_of_work.lazy() as lazy:
        work = await asyncio.create_task(lazy.work())
        await run(work, WRITE)
    assert await people(engine) == 1


async def test_a_server_that_can_not_be_reached_is_away_and_no_secret_is_shown(unreachable: UnitOfWork) -> None:
    with pytest.raises(DatabaseAwayError) as caught:
        async with unreachable.open():
            pytest.fail("there is nothing to work on")
    assert "S3CRET" not in str(caught.value)
    assert "the database can't be used" in str(caught.value)


@pytest.mark.parametrize(("database_name", "sqlstate"), [("no_such_database", "3D000")])
async def test_a_server_that_rejects_the_session_is_away_with_its_reason(
    socket_folder: Any, database_name: str, sqlstate: str
) -> None:
    engine = engine_for(embedded.url(socket_folder, database_name), connections=1)
    with pytest.raises(DatabaseAwayError) as caught:
        async with UnitOfWork(async_sessionmaker(engine)).open():
            pytest.fail("there is nothing to work on")
    await engine.dispose()
    assert caught.value.sqlstate == sqlstate


async def test_a_pool_that_is_used_up_is_away(socket_folder: Any, database: str) -> None:
    engine = engine_for(embedded.url(socket_folder, database), connections=1)
    engine.sync_engine.pool._timeout = 0.05  # type: ignore[attr-defined] # seconds
    unit_of_work = UnitOfWork(async_sessionmaker(engine))
    try:
        async with unit_of_work.open():
            with pytest.raises(DatabaseAwayError):
                async with unit_of_work.open():
                    pytest.fail("there is no connection left")
    finally:
        await engine.dispose()


KILL = "SELECT pg_terminate_backend(pg_backend_pid())"
AN_ARRAY = "SELECT CAST('{1}' AS bigint[])"


async def test_a_session_that_is_ended_within_a_statement_is_away(
    unit_of_work: UnitOfWork, engine: AsyncEngine
) -> None:
    with pytest.raises(DatabaseAwayError):  # noqa: PT012 -- the block's end belongs to it
        async with unit_of_work.open() as work:
            await run(work, WRITE)
            await run(work, KILL)
    assert await people(engine) == 0
    async with unit_of_work.open() as work:
        await run(work, WRITE)
    assert await people(engine) == 1


async def test_a_session_that_is_ended_between_statements_is_away_at_the_next_and_at_the_commit(
    unit_of_work: UnitOfWork, engine: AsyncEngine
) -> None:
    for next_statement in (WRITE, None):
        with pytest.raises(DatabaseAwayError):  # noqa: PT012 -- the block's end belongs to it
            async with unit_of_work.open() as work:
                await run(work, WRITE)
                await _end_session_of(work, engine)
                if next_statement:
                    await run(work, next_statement)
        assert not in_transaction()
    assert await people(engine) == 0


async def test_a_failure_of_the_block_is_raised_even_if_the_session_was_ended_too(
    unit_of_work: UnitOfWork, engine: AsyncEngine
) -> None:
    with pytest.raises((_HandlersError, DatabaseAwayError)):  # noqa: PT012 -- the block's end belongs to it
        async with unit_of_work.open() as work:
            await run(work, WRITE)
            await _end_session_of(work, engine)
            raise _HandlersError
    assert await people(engine) == 0


async def test_a_connection_that_is_cut_while_the_driver_looks_up_a_type_is_away(
    unit_of_work: UnitOfWork, engine: AsyncEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    look_up = asyncpg.Connection._introspect_types
    cut = asyncio.Event()

    async def cut_first(connection: asyncpg.Connection, *arguments: Any) -> Any:
        if not cut.is_set():
            cut.set()
            unit_of_work.cut_all()
        return await look_up(connection, *arguments)

    monkeypatch.setattr(asyncpg.Connection, "_introspect_types", cut_first)
    await engine.dispose()  # a connection that knows no type yet
    with pytest.raises(DatabaseAwayError):  # noqa: PT012 -- the block's end belongs to it
        async with unit_of_work.open() as work:
            await run(work, WRITE)
            await run(work, AN_ARRAY)
    assert cut.is_set()
    assert await people(engine) == 0
    async with unit_of_work.open() as work:
        await run(work, AN_ARRAY)


async def test_a_handlers_attribute_error_stays_one(unit_of_work: UnitOfWork) -> None:
    with pytest.raises(AttributeError):
        async with unit_of_work.open():
            raise AttributeError("no such attribute")


async def _end_session_of(work: Work, engine: AsyncEngine) -> None:
    pid = (await run(work, "SELECT pg_backend_pid()")).scalar()
    async with engine.connect() as connection:
        await connection.execute(text(f"SELECT pg_terminate_backend({pid}, 10000)"))


@pytest.mark.parametrize(
    ("sqlstate", "kind"),
    [
        ("08006", DatabaseAwayError),  # connection failure
        ("25006", DatabaseAwayError),  # read-only transaction: a standby
        ("25P03", DatabaseAwayError),  # idle for too long in a transaction
        ("25P04", DatabaseAwayError),  # a transaction that took too long
        ("53100", DatabaseAwayError),  # disk full
        ("53300", DatabaseAwayError),  # too many connections
        ("57P01", DatabaseAwayError),  # admin shutdown
        ("57P03", DatabaseAwayError),  # cannot connect now
        ("58030", DatabaseAwayError),  # I/O error
        ("40001", ConflictError),  # serialization failure
        ("40P01", ConflictError),  # deadlock
        ("55P03", ConflictError),  # lock not available
        ("57014", ConflictError),  # statement time-out
        ("0A000", ConflictError),  # a plan gone stale
        ("22012", StatementRefusedError),  # division by zero
        ("23505", StatementRefusedError),  # unique violation
        ("42P01", StatementRefusedError),  # no such table
        ("P0001", StatementRefusedError),  # raised by hand
    ],
)
async def test_each_kind_of_failure_has_its_own_error(
    unit_of_work: UnitOfWork, engine: AsyncEngine, sqlstate: str, kind: type[BotError]
) -> None:
    raising = f"DO $$ BEGIN RAISE EXCEPTION 'as ordered' USING ERRCODE = '{sqlstate}'; END $$"
    with pytest.raises(kind, match="as ordered") as caught:  # noqa: PT012 -- the block's end belongs to it
        async with unit_of_work.open() as work:
            await run(work, WRITE)
            await run(work, raising)
    if isinstance(caught.value, DatabaseAwayError):
        assert caught.value.sqlstate == sqlstate
    assert isinstance(caught.value.__cause__, DBAPIError)
    assert await people(engine) == 0


async def test_a_plan_that_a_migration_has_made_stale_is_a_conflict_and_the_next_try_succeeds(
    socket_folder: Path, database: str, engine: AsyncEngine
) -> None:
    """SQLAlchemy's error has no SQLSTATE in this case."""
    query = "SELECT kind FROM updates"
    one_connection = engine_for(embedded.url(socket_folder, database), connections=1)
    unit_of_work = UnitOfWork(async_sessionmaker(one_connection))
    async with unit_of_work.open() as work:
        await run(work, query)
    async with engine.begin() as connection:
        await connection.execute(text("ALTER TABLE updates ALTER kind TYPE text"))
    with pytest.raises(ConflictError, match="cached statement plan"):
        async with unit_of_work.open() as work:
            await run(work, query)
    async with unit_of_work.open() as work:
        await run(work, query)
    await one_connection.dispose()


async def test_a_lock_that_is_waited_for_too_long_is_a_conflict(unit_of_work: UnitOfWork) -> None:
    async with unit_of_work.open() as work:
        await run(work, WRITE)
    async with unit_of_work.open() as holds:
        await run(holds, "UPDATE users SET username = 'x'")
        with pytest.raises(ConflictError):  # noqa: PT012 -- the block's end belongs to it
            async with unit_of_work.open() as waits:
                await run(waits, "SET LOCAL lock_timeout = '50ms'")
                await run(waits, "UPDATE users SET username = 'y'")


async def test_a_serialization_failure_at_the_commit_is_a_conflict(
    unit_of_work: UnitOfWork, engine: AsyncEngine
) -> None:
    """Each reads what the other one writes, so the second to commit can't be serialized."""
    serializable = "SET TRANSACTION ISOLATION LEVEL SERIALIZABLE"
    with pytest.raises(ConflictError):  # noqa: PT012 -- the block's end belongs to it
        async with unit_of_work.open() as second:
            await run(second, serializable)
            await run(second, "SELECT count(*) FROM users")
            async with unit_of_work.open() as first:
                await run(first, serializable)
                await run(first, "SELECT count(*) FROM users")
                await run(first, "INSERT INTO users (telegram_id) VALUES (1)")
            await run(second, "INSERT INTO users (telegram_id) VALUES (2)")
    assert await people(engine) == 1


async def test_a_mistake_in_a_statement_is_another_error_than_what_mends_itself(unit_of_work: UnitOfWork) -> None:
    with pytest.raises(StatementRefusedError, match="nonsense"):
        async with unit_of_work.open() as work:
            await run(work, "SELECT nonsense")
    with pytest.raises(StatementRefusedError, match="unique"):  # noqa: PT012 -- the block's end belongs to it
        async with unit_of_work.open() as work:
            await run(work, WRITE)
            await run(work, WRITE)


async def test_a_failed_statement_that_was_caught_does_not_commit_the_rest(
    unit_of_work: UnitOfWork, engine: AsyncEngine
) -> None:
    with pytest.raises(StatementRefusedError):  # noqa: PT012 -- the block's end belongs to it
        async with unit_of_work.open() as work:
            await run(work, WRITE)
            with pytest.raises(ProgrammingError):
                await run(work, "SELECT nonsense")
            await run(work, "SELECT 1")
    assert await people(engine) == 0
