"""Leadership: the holder of the lock leads, notices its loss, and detects a pooler in between."""

from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.db.embedded import cluster as embedded
from bot.db.engine import engine_for
from bot.db.lock import SessionLock
from bot.db.unit_of_work import UnitOfWork
from bot.errors import DatabaseAwayError, FatalError, LeadershipLostError
from bot.worker import leadership as leader
from bot.worker.leadership import Leadership, lock_name

Candidate = Callable[[], Leadership]


@pytest.fixture
async def candidate(
    socket_folder: Path, database: str, unit_of_work: UnitOfWork, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Candidate]:
    """Makes candidates for leadership, each with its own connection for the lock."""
    monkeypatch.setattr(leader, "CHECK_EVERY", 0.01)
    engines, all_of_them = [], []

    def another() -> Leadership:
        engine = engine_for(embedded.url(socket_folder, database), connections=1)
        one = Leadership(SessionLock(engine, lock_name(42)), unit_of_work, 42, "http://x")
        engines.append(engine)
        all_of_them.append(one)
        return one

    yield another
    for one in all_of_them:
        await one.end()
    for engine in engines:
        await engine.dispose()


async def test_one_leads_and_the_next_does_once_it_has_let_go(candidate: Candidate) -> None:
    first, second = candidate(), candidate()
    term = await first.try_to_lead()
    assert term is not None
    assert first.holds()
    assert await second.try_to_lead() is None
    assert not second.holds()
    await first.end()
    assert not first.holds()
    following = await second.try_to_lead()
    assert following is not None
    assert following.epoch == term.epoch + 1


async def test_a_lock_that_is_gone_though_nothing_broke_means_a_pooler_in_between(
    candidate: Candidate, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = candidate()
    await one.try_to_lead()
    assert one._lock._connection is not None
    await one._lock._connection.execute(text("SELECT pg_advisory_unlock_all()"))
    with pytest.raises(FatalError, match="transaction pooler"):
        await one.lost()


async def test_a_lock_that_another_session_holds_as_soon_as_a_transaction_is_open_means_a_pooler_too(
    candidate: Candidate, engine: AsyncEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody has led: the epoch is unchanged."""

    async def on_another_session(_: SessionLock) -> bool:
        return False

    monkeypatch.setattr(SessionLock, "still_held", on_another_session)
    one = candidate()
    with pytest.raises(FatalError, match="transaction pooler"):
        await one.try_to_lead()
    assert not one.holds()
    async with engine.connect() as connection:
        assert await connection.scalar(text("SELECT count(*) FROM pollers")) == 0


async def test_a_connection_that_is_gone_means_that_leadership_is(candidate: Candidate, engine: AsyncEngine) -> None:
    one = candidate()
    await one.try_to_lead()
    async with engine.connect() as connection:
        holders = "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory'"
        await connection.execute(text(holders))
    assert isinstance(await one.lost(), LeadershipLostError)


async def test_without_an_answer_for_too_long_it_leads_no_longer(
    candidate: Candidate, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = candidate()
    await one.try_to_lead()
    monkeypatch.setattr(leader, "ANSWERED_WITHIN", 0.0)
    assert not one.holds()
    with pytest.raises(LeadershipLostError):
        one.check()


async def test_an_unreachable_database_raises_database_away(unit_of_work: UnitOfWork) -> None:
    nowhere = engine_for("postgresql+asyncpg://postgres@127.0.0.1:1/x", connections=1)
    with pytest.raises(DatabaseAwayError):
        await Leadership(SessionLock(nowhere, "x"), unit_of_work, 42, "http://x").try_to_lead()


async def test_listening_once_it_leads_no_longer_raises_database_away(candidate: Candidate) -> None:
    one = candidate()
    await one.try_to_lead()
    await one.end()
    with pytest.raises(DatabaseAwayError):
        await one.listen(lambda: None)
