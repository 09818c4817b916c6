"""Bans in the database: what is kept, that the clock ends them, and that handlers know of each change at once."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.db.tables.administrators import Administrators
from bot.db.tables.prompts import Prompts
from bot.db.tables.users import UserFacts
from bot.db.unit_of_work import UnitOfWork, Work
from bot.features.bans import jobs
from bot.features.bans import service as sanctions
from bot.features.bans.jobs import keep_lifting, lift_expired
from bot.features.bans.service import BanOptions
from bot.features.users import service as profiles
from bot.features.users.service import Actor, NotAllowedError, NotPossibleError, UserAction
from bot.framework.permissions import is_banned
from bot.worker.intake.user_cache import UserCache
from tests.support.failing_jobs import tried_again_after_each_failure
from tests.support.term_deps import term_deps

OWNER = Actor(1, frozenset({1}))
ANN, BOT = 7, 42
NOTIFY = BanOptions("hour", silent=False, reason="Spam")


@pytest.fixture(autouse=True)
async def ann(engine: AsyncEngine) -> None:
    await run(engine, f"INSERT INTO users (telegram_id, first_name, private_since) VALUES ({ANN}, 'Ann', now())")


async def run(engine: AsyncEngine, statement: str) -> None:
    async with engine.begin() as connection:
        await connection.execute(text(statement))


async def rows(engine: AsyncEngine, query: str) -> list[dict[str, Any]]:
    async with engine.connect() as connection:
        return [dict(row) for row in (await connection.execute(text(query))).mappings()]


@asynccontextmanager
async def remembering(unit_of_work: UnitOfWork) -> AsyncIterator[Callable[..., Awaitable[UserFacts]]]:
    """The leader's memory of Ann after a handler has done something, as its next update sees it."""
    known = UserCache(unit_of_work)

    async def after(done: Callable[[Work], Awaitable[object]]) -> UserFacts:
        await known.get(ANN)
        async with unit_of_work.open() as work:
            await done(work)
        known.invalidate(work.changed_people)
        person = await known.get(ANN)
        assert person is not None
        return person

    async with asyncio.TaskGroup() as tasks:
        running = tasks.create_task(known.run())
        yield after
        running.cancel()


async def test_each_change_shows_at_the_next_update(unit_of_work: UnitOfWork) -> None:
    now = datetime.now(UTC)
    async with remembering(unit_of_work) as after:
        banned = await after(lambda work: sanctions.ban(work, OWNER, ANN, BanOptions("hour", silent=True)))
        assert (is_banned(banned, now), banned.silenced) == (True, True)
        assert not is_banned(await after(lambda work: sanctions.unban(work, OWNER, ANN)), now)
        assert (
            await after(lambda work: profiles.give_role(work, OWNER, ANN, UserAction.PROMOTE))
        ).role == "administrator"
        assert (await after(lambda work: profiles.give_role(work, OWNER, ANN, UserAction.DEMOTE))).role == "user"
        assert (await after(lambda work: work.of(Prompts).ask(ANN, ANN, "people-search"))).prompt == "people-search"
        assert (await after(lambda work: work.of(Prompts).close(ANN, ANN))).prompt is None


async def test_who_was_told_is_told_nothing_more(engine: AsyncEngine, unit_of_work: UnitOfWork) -> None:
    await run(engine, "UPDATE users SET blocked_at = now()")
    async with remembering(unit_of_work) as after:
        banned = await after(lambda work: sanctions.ban(work, OWNER, ANN, NOTIFY))
        assert not banned.silenced
        notified = await after(lambda work: sanctions.ban_to_notify(work, ANN))
        assert notified.silenced
        async with unit_of_work.open() as work:
            assert await sanctions.ban_to_notify(work, ANN) is None


async def test_a_ban_that_has_run_out_is_lifted_and_audited(engine: AsyncEngine, unit_of_work: UnitOfWork) -> None:
    async with unit_of_work.open() as work:
        await sanctions.ban(work, OWNER, ANN, NOTIFY)
    assert await lift_expired(term_deps(unit_of_work, BOT, *OWNER.owners)) == 0
    await run(engine, "UPDATE users SET banned_until = now()")
    assert await lift_expired(term_deps(unit_of_work, BOT, *OWNER.owners)) == 1
    assert await lift_expired(term_deps(unit_of_work, BOT, *OWNER.owners)) == 0
    [sanction] = await rows(engine, "SELECT * FROM sanctions")
    assert (sanction["lifted_at"] is not None, sanction["lifted_by"]) == (True, None)
    entries = await rows(engine, "SELECT actor_id, person_id, action FROM audit ORDER BY id")
    assert [tuple(entry.values()) for entry in entries] == [(1, ANN, "ban"), (None, ANN, "unban")]


@pytest.mark.parametrize(("role", "lists"), [("administrator", 1), ("user", 0)])
async def test_an_administrator_whose_ban_has_run_out_gets_the_list_of_commands_back(
    engine: AsyncEngine, unit_of_work: UnitOfWork, role: str, lists: int
) -> None:
    await run(engine, f"UPDATE users SET role = '{role}'")
    async with unit_of_work.open() as work:
        await sanctions.ban(work, OWNER, ANN, NOTIFY)
    await run(engine, "UPDATE users SET banned_until = now()")
    assert await lift_expired(term_deps(unit_of_work, BOT, *OWNER.owners)) == 1
    sent = await rows(engine, "SELECT bot_id, chat_id, kind, payload FROM outbox")
    assert [(row["bot_id"], row["chat_id"], row["kind"]) for row in sent] == [(BOT, ANN, "commands")] * lists
    assert all("admin" in [one["command"] for one in row["payload"]["commands"]] for row in sent)


async def test_the_job_wakes_when_the_next_ban_runs_out(engine: AsyncEngine, unit_of_work: UnitOfWork) -> None:
    async with unit_of_work.open() as work:
        await sanctions.ban(work, OWNER, ANN, NOTIFY)
    await run(engine, "UPDATE users SET banned_until = now() + interval '0.4 seconds'")
    async with asyncio.TaskGroup() as tasks:
        job = tasks.create_task(keep_lifting(term_deps(unit_of_work, BOT, *OWNER.owners), look_every=3600))
        async with asyncio.timeout(10):
            while await rows(engine, "SELECT 1 FROM users WHERE banned_at IS NOT NULL"):
                await asyncio.sleep(0.02)
        job.cancel()


async def test_what_the_clock_sees_late_is_no_other_ban(engine: AsyncEngine, unit_of_work: UnitOfWork) -> None:
    """Lifted by hand and banned again between the job's query and its update."""
    async with unit_of_work.open() as work:
        await sanctions.ban(work, OWNER, ANN, NOTIFY)
        await sanctions.expire(work, ANN)
    assert len(await rows(engine, "SELECT 1 FROM users WHERE banned_at IS NOT NULL")) == 1


async def test_a_new_ban_can_follow_one_that_has_run_out_unseen(engine: AsyncEngine, unit_of_work: UnitOfWork) -> None:
    async with unit_of_work.open() as work:
        await sanctions.ban(work, OWNER, ANN, NOTIFY)
    await run(engine, "UPDATE users SET banned_until = now()")
    async with unit_of_work.open() as work:
        await sanctions.ban(work, OWNER, ANN, BanOptions("ever", silent=False))
    kept = await rows(engine, "SELECT lifted_at IS NULL AS running, expires_at FROM sanctions ORDER BY id")
    assert [row["running"] for row in kept] == [False, True]
    assert kept[1]["expires_at"] is None


async def test_two_administrators_at_once_ban_once(engine: AsyncEngine, unit_of_work: UnitOfWork) -> None:
    async def ban() -> bool:
        try:
            async with unit_of_work.open() as work:
                await sanctions.ban(work, OWNER, ANN, NOTIFY)
        except NotPossibleError:
            return False
        return True

    assert sorted(await asyncio.gather(ban(), ban(), ban())) == [False, False, True]
    assert len(await rows(engine, "SELECT 1 FROM audit")) == 1


async def test_nothing_is_kept_of_what_is_not_allowed(engine: AsyncEngine, unit_of_work: UnitOfWork) -> None:
    administrator = Actor(5, frozenset({1, ANN}))
    with pytest.raises(NotAllowedError):
        async with unit_of_work.open() as work:
            await sanctions.ban(work, administrator, ANN, NOTIFY)
    assert await rows(engine, "SELECT 1 FROM audit UNION ALL SELECT 1 FROM sanctions") == []


async def test_a_banned_administrator_has_no_right(engine: AsyncEngine, unit_of_work: UnitOfWork) -> None:
    await run(engine, "UPDATE users SET role = 'administrator'")
    async with unit_of_work.open() as work:
        assert await work.of(Administrators).includes(ANN)
        await sanctions.ban(work, OWNER, ANN, NOTIFY)
        assert not await work.of(Administrators).includes(ANN)


async def test_lifting_that_fails_is_tried_again_and_ends_no_worker(
    unit_of_work: UnitOfWork, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = jobs.keep_lifting(term_deps(unit_of_work, BOT), look_every=0.01)
    await tried_again_after_each_failure(job, jobs, "lift_expired", monkeypatch)
