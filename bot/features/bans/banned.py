"""What banned people get: one notice, unless the ban is silent, and nothing else."""

from datetime import UTC, datetime

from telegram import Update

from bot.features.bans import service as sanctions
from bot.features.bans import views as view
from bot.framework import permissions
from bot.framework.context import Context


def is_banned(update: Update, context: Context) -> bool:
    """Whether a banned person wrote this or pressed this."""
    if update.message is None and update.callback_query is None:
        return False
    return permissions.is_banned(context.person, datetime.now(UTC))


async def turn_away(update: Update, context: Context) -> None:
    """Nothing is read for people who have had their notice, however much they write."""
    if update.callback_query is not None:
        context.answer()
    if not context.private or context.person is None or context.person.silenced:
        return
    ban = await sanctions.to_tell(await context.work(), context.person_id)
    if ban is not None:
        context.say(view.notice_to(context.words, context.person_id, ban))
