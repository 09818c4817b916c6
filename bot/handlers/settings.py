"""What people choose for themselves: /settings, in private."""

from telegram import Update

from bot.handlers.context import Context
from bot.services import users
from bot.services.broadcasts import Category
from bot.views import settings as view


async def settings(_: Update, context: Context) -> None:
    if not context.private:
        context.reply(view.in_private(context.words))
        return
    opted_out = await users.opted_out(await context.work(), context.person_id)
    context.reply(view.menu(context.words, opted_out))


async def settings_pressed(_: Update, context: Context) -> None:
    if not context.private:
        context.answer(view.in_private_toast(context.words))
        return
    opted_out = await users.opted_out(await context.work(), context.person_id)
    context.show(view.menu(context.words, opted_out))


async def choice_pressed(_: Update, context: Context) -> None:
    if not context.private or context.matches is None:
        context.answer(view.in_private_toast(context.words))
        return
    category, to = context.matches[0].groups()
    wanted = to == view.ON
    opted_out = await users.choose(await context.work(), context.person_id, Category(category), wanted=wanted)
    context.show(view.menu(context.words, opted_out))
