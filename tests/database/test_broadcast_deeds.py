"""What administrators do about broadcasts stands in the audit, in the transaction of the deed."""

from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.db.uow import UnitOfWork, Work
from bot.services import audit, broadcasts
from bot.services.audit import Of
from bot.services.broadcasts import ChangedMeanwhileError, State

BOT, OLGA, IVAN = 42, 5001, 5002
DUE = datetime.now(UTC) + timedelta(days=1)

Deeds = list[tuple[int | None, str, dict[str, object]]]


async def previewed(work: Work) -> int:
    draft = await broadcasts.begin_draft(work, BOT, OLGA, "en")
    await broadcasts.collect(work, BOT, OLGA, {"text": "Hello"})
    await broadcasts.preview(work, BOT, draft.number)
    return draft.number


async def audited(work: Work) -> Deeds:
    page = await audit.page(work, Of.ALL, 0, None)
    return [(deed.actor_id, deed.action, deed.details) for deed in reversed(page.deeds)]


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
    "deed", [broadcasts.unschedule, broadcasts.pause, broadcasts.go_on, broadcasts.cancel, broadcasts.delete_messages]
)
async def test_what_was_not_done_is_not_audited(work: Work, deed: Callable[..., Awaitable[object]]) -> None:
    number = await previewed(work)
    with pytest.raises(ChangedMeanwhileError):
        await deed(work, BOT, OLGA, number)
    assert (await broadcasts.found(work, BOT, number)).state is State.PREVIEWED
    assert await audited(work) == []
