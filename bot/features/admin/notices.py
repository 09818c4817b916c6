"""Notices to administrators: what went wrong."""

from datetime import datetime, timedelta

from bot.db.tables.administrators import Administrators
from bot.db.tables.dead_letters import DeadLetters
from bot.db.tables.outbox import Outbox
from bot.db.unit_of_work import Work
from bot.features.admin import notice_views as view
from bot.framework.feature import Job, TermDeps
from bot.framework.i18n import texts
from bot.messages import Notice

ERRORS = "error notice"
AT_MOST_EVERY = timedelta(minutes=10)  # errors, however many there are
ABOUT_ADMINISTRATORS = ("notice", "commands")
"""Kinds of messages whose own refusal is never reported: that would make another to be refused."""


def errors(deps: TermDeps) -> Job:
    """One notice in ten minutes at the most; due at once as soon as there is something to tell."""

    async def run(work: Work, due_at: datetime) -> datetime:
        since = due_at - AT_MOST_EVERY
        groups = await work.of(DeadLetters).since(deps.bot_id, since, ABOUT_ADMINISTRATORS, view.MOST_GROUPS + 1)
        recipients = await work.of(Administrators).reachable(deps.owners) if groups else []
        if not recipients:
            return due_at
        said = [(one.telegram_id, texts(one.language, one.time_zone)) for one in recipients]
        told = [Notice(chat_id, view.errors(words, groups, since, clean=deps.clean)) for chat_id, words in said]
        await work.of(Outbox).enqueue(deps.bot_id, told)
        return await work.now() + AT_MOST_EVERY

    return Job(lambda now: now, run)
