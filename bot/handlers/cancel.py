"""/cancel: nothing is being asked any more."""

from telegram import Update

from bot.handlers.context import Context
from bot.services import broadcast_panels, people
from bot.views import cancel as view


async def cancel(_: Update, context: Context) -> None:
    work = await context.work()
    asked = await people.ask_no_more(work, context.chat_id, context.person_id)
    draft = None
    if context.private and context.administers:
        draft = await broadcast_panels.collect_no_more(work, context.bot_id, context.person_id)
    context.reply(view.cancelled(context.words, asked=asked, draft=draft))
