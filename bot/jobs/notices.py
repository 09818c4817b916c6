"""Notices to administrators: that a worker began to lead, that the one before crashed, and what went wrong."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

import structlog

from bot.db.uow import UnitOfWork, Work
from bot.errors import TransientError
from bot.jobs.timetable import Entry
from bot.outgoing.messages import Notice
from bot.services import mail, notices
from bot.views import notices as view
from bot.views.i18n import texts
from bot.views.notices import Start

ERRORS = "error notice"
TRIES = 10
AGAIN_AFTER = 3.0  # seconds

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Means:
    """Whom notices go to, of what, and what must not be in them."""

    unit_of_work: UnitOfWork
    bot_id: int
    owners: frozenset[int]
    version: str
    clean: Callable[[str], str]


async def tell_of_start(means: Means, *, first: bool, crashed: bool) -> None:
    """Tell how a term began: whether it is this worker's first, and whether the one before ended without a word."""
    if not (first or crashed):
        return
    for _ in range(TRIES):
        try:
            async with means.unit_of_work.open() as work:
                await _post_start(work, means, first=first, crashed=crashed)
        except TransientError as error:
            log.warning("administrators can't be told of the start yet", reason=str(error))
            await asyncio.sleep(AGAIN_AFTER)
        else:
            return


def errors(means: Means) -> Entry:
    """One notice in ten minutes at the most; due at once as soon as there is something to tell."""

    async def fire(work: Work, due_at: datetime) -> datetime:
        since = due_at - notices.AT_MOST_EVERY
        groups = await notices.errors(work, means.bot_id, since, view.MOST_GROUPS + 1)
        recipients = await notices.recipients(work, means.owners) if groups else []
        if not recipients:
            return due_at
        said = [(one.telegram_id, texts(one.language, one.time_zone)) for one in recipients]
        told = [Notice(chat_id, view.errors(words, groups, since, clean=means.clean)) for chat_id, words in said]
        await mail.post(work, means.bot_id, told)
        return await work.people.now() + notices.AT_MOST_EVERY

    return Entry(lambda now: now, fire)


async def _post_start(work: Work, means: Means, *, first: bool, crashed: bool) -> None:
    recipients = await notices.recipients(work, means.owners)
    if not recipients:
        return
    start = Start(
        version=means.version,
        schema=await work.stats.schema(),
        people=await work.stats.people(),
        updates=await work.inbox.pending(means.bot_id),
        messages=await work.outbox.pending(means.bot_id),
    )
    told = []
    for one in recipients:
        words = texts(one.language, one.time_zone)
        parts = [*([view.crashed(words)] if crashed else []), *([view.started(words, start)] if first else [])]
        told.append(Notice(one.telegram_id, "\n\n".join(parts)))
    await mail.post(work, means.bot_id, told)
