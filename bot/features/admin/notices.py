"""Notices to administrators: what went wrong."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from bot.db.tables import mail
from bot.db.tables.people import People
from bot.db.unit_of_work import UnitOfWork, Work
from bot.features.admin import notice_rules as notices
from bot.features.admin import notice_views as view
from bot.framework.i18n import texts
from bot.messages import Notice
from bot.worker.scheduler import Entry

ERRORS = "error notice"


@dataclass(frozen=True, slots=True)
class Means:
    """Whom notices go to, of what, and what must not be in them."""

    unit_of_work: UnitOfWork
    bot_id: int
    owners: frozenset[int]
    version: str
    clean: Callable[[str], str]


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
        return await work.of(People).now() + notices.AT_MOST_EVERY

    return Entry(lambda now: now, fire)
