"""Jobs that fail stop neither the worker nor other jobs."""

import asyncio
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.db.unit_of_work import UnitOfWork, Work
from bot.errors import StatementRefusedError
from bot.features.admin import jobs as starts
from bot.framework.feature import Job
from bot.worker import scheduler as timetable
from bot.worker.outgoing.term_setup import publish_commands_of_chats
from bot.worker.outgoing.transport import AiohttpRequest, Api
from bot.worker.retention import Retention
from tests.support.failing_jobs import tried_again_after_each_failure
from tests.support.system import count
from tests.support.term_deps import term_deps

BOT = 42


def now(moment: datetime) -> datetime:
    return moment


def job_of(calls: list[str], error: Exception | None = None) -> Job:
    async def fire(_: Work, due_at: datetime) -> datetime:
        calls.append(str(error))
        if error is not None:
            raise error
        return due_at + timedelta(days=1)

    return Job(now, fire)


@pytest.mark.parametrize("error", [ZeroDivisionError("a bug"), StatementRefusedError("no such column")])
async def test_what_fails_is_put_off_and_keeps_nothing_else_from_being_done(
    unit_of_work: UnitOfWork, engine: AsyncEngine, error: Exception
) -> None:
    failed, done = list[str](), list[str]()
    entries = {"a report": job_of(failed, error), "errors": job_of(done)}
    task = asyncio.ensure_future(timetable.run_jobs(unit_of_work, BOT, entries, every=0.01))
    async with asyncio.timeout(10):
        while not done or await count(engine, "timetable WHERE due_at <= now()"):
            await asyncio.sleep(0.01)
    assert not task.done()
    task.cancel()
    await asyncio.wait({task})
    assert (failed, done) == ([str(error)], ["None"])


async def test_a_start_that_can_not_be_announced_ends_no_worker(
    unit_of_work: UnitOfWork, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fails(*_: Any) -> None:
        raise ZeroDivisionError("a bug")

    monkeypatch.setattr(starts, "_run_if_due", fails)
    await starts.notify_of_start(term_deps(unit_of_work, BOT, 1), first=True, crashed=False)


async def test_retention_that_fails_is_tried_again_and_ends_no_worker(
    unit_of_work: UnitOfWork, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = Retention(unit_of_work, BOT, 30).run(soon=0, every=0.01)
    await tried_again_after_each_failure(job, Retention, "prune", monkeypatch)


async def test_lists_of_commands_that_can_not_be_read_end_no_worker(telegram_url: str) -> None:
    async def fails(*_: Any) -> Any:
        raise ZeroDivisionError("a bug")

    async with AiohttpRequest(connections=1) as request:
        await publish_commands_of_chats(Api(request, telegram_url, "42:TEST"), fails, fails)
