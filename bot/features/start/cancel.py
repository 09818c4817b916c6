"""/cancel: nothing is being asked any more."""

from telegram import Update

from bot.features.broadcasts import panels as broadcast_panels
from bot.features.start import cancel_views as view
from bot.framework import permissions as people
from bot.framework.context import Context


async def cancel(_: Update, context: Context) -> None:
    work = await context.work()
    asked = await people.ask_no_more(work, context.chat_id, context.person_id)
    draft = None
    if context.private and context.administers:
        draft = await broadcast_panels.collect_no_more(work, context.bot_id, context.person_id)
    context.reply(view.cancelled(context.words, asked=asked, draft=draft))
