"""Each action on a broadcast is audited in its own transaction."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.db.tables.administrators import Administrators
from bot.db.tables.audit import Audit
from bot.db.tables.seen_users import SeenUser, SeenUsers
from bot.db.unit_of_work import UnitOfWork, Work
from bot.features.broadcasts import authors
from bot.features.broadcasts import progress_views as view
from bot.features.broadcasts import service as broadcasts
from bot.features.broadcasts.progress_views import may_see
from bot.features.broadcasts.repository.broadcasts import Broadcasts, Option, State
from bot.features.broadcasts.service import ChangedMeanwhileError, NothingComposedError
from bot.features.privacy.repository import Privacy
from bot.features.users import service as profiles
from bot.features.users.service import Actor, UserAction
from tests.support.joined import REGISTRY

BOT, OLGA, IVAN = 42, 5001, 5002
DUE = datetime.now(UTC) + timedelta(days=1)

AuditEntries = list[tuple[int | None, str, dict[str, object]]]


async def previewed(work: Work, author: int = OLGA) -> int:
    draft = await work.of(Broadcasts).add(BOT, author, "en", {})
    await broadcasts.collect(work, BOT, author, {"text": "Hello"})
    await broadcasts.preview(work, BOT, draft.number)
    return draft.number


async def audited(work: Work) -> AuditEntries:
    entries = await work.of(Audit).newest(8)
    return [(entry.actor_id, entry.action, entry.details) for entry in reversed(entries)]


@pytest.fixture
async def work(engine: AsyncEngine, unit_of_work: UnitOfWork) -> AsyncIterator[Work]:
    del engine
    async with unit_of_work.open() as work:
        yield work


async def test_each_step_is_audited_with_its_number_and_by_whom(work: Work) -> None:
    number = await previewed(work)
    await broadcasts.schedule(work, BOT, OLGA, number, DUE)
    await broadcasts.unschedule(work, BOT, IVAN, number)
    await broadcasts.send_now(work, BOT, OLGA, number)
    await broadcasts.pause(work, BOT, IVAN, number)
    await broadcasts.go_on(work, BOT, OLGA, number)
    await broadcasts.cancel(work, BOT, IVAN, number)
    await broadcasts.delete_messages(work, BOT, OLGA, number)
    what = {"number": number}
    assert await audited(work) == [
        (OLGA, "broadcast scheduled", what | {"due": DUE.isoformat()}),
        (IVAN, "broadcast unscheduled", what),
        (OLGA, "broadcast sent", what),
        (IVAN, "broadcast paused", what),
        (OLGA, "broadcast continued", what),
        (IVAN, "broadcast cancelled", what),
        (OLGA, "broadcast deleted", what),
    ]


@pytest.mark.parametrize(
    "change", [broadcasts.unschedule, broadcasts.pause, broadcasts.go_on, broadcasts.cancel, broadcasts.delete_messages]
)
async def test_what_was_not_done_is_not_audited(work: Work, change: Callable[..., Awaitable[object]]) -> None:
    number = await previewed(work)
    with pytest.raises(ChangedMeanwhileError):
        await change(work, BOT, OLGA, number)
    assert (await broadcasts.found(work, BOT, number)).state is State.PREVIEWED
    assert await audited(work) == []


async def test_nothing_is_neither_sent_nor_scheduled(work: Work) -> None:
    number = (await work.of(Broadcasts).add(BOT, OLGA, "en", {})).number
    await work.of(Broadcasts).change(number, (State.COMPOSING,), state=State.PREVIEWED)
    with pytest.raises(NothingComposedError):
        await broadcasts.send_now(work, BOT, OLGA, number)
    with pytest.raises(NothingComposedError):
        await broadcasts.schedule(work, BOT, OLGA, number, DUE)
    assert (await broadcasts.found(work, BOT, number)).state is State.PREVIEWED
    assert await audited(work) == []


async def test_composing_one_closes_another_and_discards_it_if_it_is_empty(work: Work) -> None:
    first = await previewed(work)
    empty = (await work.of(Broadcasts).add(BOT, OLGA, "en", {})).number
    await broadcasts.compose_on(work, BOT, first)
    assert await work.of(Broadcasts).one(BOT, empty) is None
    second = await work.of(Broadcasts).add(BOT, OLGA, "en", {})
    await broadcasts.start_over(work, BOT, second.number)
    states = [(await broadcasts.found(work, BOT, number)).state for number in (first, second.number)]
    assert states == [State.PREVIEWED, State.COMPOSING]


@pytest.mark.parametrize("act", [UserAction.DEMOTE, UserAction.BAN])
async def test_whose_rights_are_taken_has_nothing_scheduled_any_more(work: Work, act: UserAction) -> None:
    await administrators(work, IVAN)
    scheduled, running, others = [await previewed(work, author) for author in (IVAN, IVAN, OLGA)]
    for number in (scheduled, others):
        await broadcasts.schedule(work, BOT, OLGA, number, DUE)
    await broadcasts.send_now(work, BOT, IVAN, running)
    await take_rights(work, act)
    states = [(await broadcasts.found(work, BOT, number)).state for number in (scheduled, running, others)]
    assert states == [State.PREVIEWED, State.RUNNING, State.SCHEDULED]
    [entry, *_] = await work.of(Audit).newest(1, person_id=IVAN)
    assert (entry.actor_id, entry.action, entry.details) == (OLGA, "broadcast held back", {"number": scheduled})


@pytest.mark.parametrize("act", [UserAction.DEMOTE, UserAction.BAN])
async def test_how_it_goes_is_for_authors_who_still_have_the_right(work: Work, act: UserAction) -> None:
    await administrators(work, IVAN)
    number = await previewed(work, IVAN)
    await broadcasts.send_now(work, BOT, IVAN, number)
    assert may_see(await broadcasts.found(work, BOT, number), {OLGA})
    await take_rights(work, act)
    assert not may_see(await broadcasts.found(work, BOT, number), {OLGA})
    assert may_see(await broadcasts.found(work, BOT, number), {OLGA, IVAN}), "an owner"


async def test_of_an_author_who_is_erased_the_owners_get_the_report_and_nobody_is_written_to_as_nobody(
    work: Work,
) -> None:
    await administrators(work, OLGA, IVAN)
    number = await previewed(work, IVAN)
    await work.of(Broadcasts).change(
        number, tuple(State), state=State.DONE, started_at=DUE, finished_at=DUE, panel_id=7
    )
    await work.of(Privacy).erase(BOT, IVAN, REGISTRY.tables)
    await broadcasts.delete_messages(work, BOT, OLGA, number)
    deleted = await work.of(Broadcasts).change(number, (State.DELETING,), state=State.DELETED)
    assert deleted is not None
    owners = frozenset({OLGA})
    assert [text.chat_id for text in await authors.report(owners, work, deleted)] == [OLGA]
    assert view.to_author(owners, deleted) is None


async def take_rights(work: Work, act: UserAction) -> None:
    owner = Actor(OLGA, frozenset({OLGA}), REGISTRY)
    if act is UserAction.BAN:
        bans = pytest.importorskip("bot.features.bans.service", reason="nobody is banned")
        await bans.ban(work, owner, IVAN, bans.BanOptions("ever", silent=True))
    else:
        await profiles.give_role(work, owner, IVAN, act)


async def administrators(work: Work, *ids: int) -> None:
    seen = {"username": None, "last_name": None, "language_code": "en", "messages": 1, "seen_at": datetime.now(UTC)}
    facts: dict[str, Any] = seen | {"private_since": datetime.now(UTC), "reachable": True}
    await work.of(SeenUsers).upsert([SeenUser(telegram_id=one, first_name="Ivan", **facts) for one in ids])
    for one in ids:
        await work.of(Administrators).set_role(one, "administrator")


MONTH = timedelta(days=30)
_AGED = text("UPDATE broadcasts SET created_at = now() - interval '31 days', alive_at = now() - interval '31 days'")


async def test_a_draft_is_as_old_as_its_last_change(work: Work, unit_of_work: UnitOfWork) -> None:
    left, changed = await previewed(work), await previewed(work, IVAN)
    await work._session.execute(_AGED)
    await broadcasts.toggle(work, BOT, changed, Option.SILENT)
    assert await work.of(Broadcasts).prune(BOT, MONTH, 10) == 1
    assert await work.of(Broadcasts).one(BOT, left) is None
    assert await work.of(Broadcasts).one(BOT, changed) is not None
    assert await work.of(Broadcasts).prune(BOT, MONTH, 10) == 0


async def test_an_old_draft_that_is_sent_at_that_moment_is_not_pruned(
    engine: AsyncEngine, unit_of_work: UnitOfWork
) -> None:
    async with unit_of_work.open() as work:
        number = await previewed(work)
        await work._session.execute(_AGED)

    async def prune() -> int:
        async with unit_of_work.open() as work:
            return await work.of(Broadcasts).prune(BOT, MONTH, 10)

    async with unit_of_work.open() as work:
        await broadcasts.send_now(work, BOT, OLGA, number)
        pruning = asyncio.ensure_future(prune())
        await asyncio.wait({pruning}, timeout=2)  # or until this transaction ends
    assert await pruning == 0
    async with unit_of_work.open() as work:
        assert await work.of(Broadcasts).one(BOT, number) is not None
