"""What banned people get: one notice, unless the ban is silent, and nothing else."""

from telegram import Update

from bot.features.bans import service as sanctions
from bot.features.bans import views as view
from bot.framework.context import Context


async def said(_: Update, context: Context) -> None:
    await _tell(context)


async def pressed(_: Update, context: Context) -> None:
    context.answer()
    await _tell(context)


async def _tell(context: Context) -> None:
    """Nothing is read for whoever is to be told nothing more, however much they write."""
    if not context.private or context.person is None or context.person.silenced:
        return
    ban = await sanctions.to_tell(await context.work(), context.person_id)
    if ban is not None:
        context.say(view.notice_to(context.words, context.person_id, ban))
