"""Where everybody begins: /start, /help, /id, and answers to what isn't understood."""

from telegram import Update

from bot.features.admin import menu_views as commands_view
from bot.features.settings import service as users
from bot.features.start import views as view
from bot.features.start.views import Screen
from bot.framework.context import Context


async def start(update: Update, context: Context) -> None:
    user, chat = update.effective_user, update.effective_chat
    if user is not None and chat is not None and chat.type == chat.PRIVATE and context.args:
        await users.remember_source(await context.work(), user.id, context.args[0])
    context.reply(_welcome(update, context))
    if context.private and context.administers:
        context.say(commands_view.shown_to(context.words, context.person_id, administrator=True, chosen=False))


async def help_(_: Update, context: Context) -> None:
    context.reply(_help(context))


async def own_id(update: Update, context: Context) -> None:
    if update.effective_user is not None:
        context.reply(view.own_id(context.words, update.effective_user.id))


async def start_pressed(update: Update, context: Context) -> None:
    context.show(_welcome(update, context))


async def help_pressed(_: Update, context: Context) -> None:
    context.show(_help(context))


async def id_pressed(update: Update, context: Context) -> None:
    assert update.callback_query is not None
    context.show(view.own_id(context.words, update.callback_query.from_user.id))


async def unknown_press(_: Update, context: Context) -> None:
    context.answer(view.button_gone(context.words))


async def unknown_command(_: Update, context: Context) -> None:
    context.reply(view.unknown_command(context.words))


async def unknown_message(_: Update, context: Context) -> None:
    context.reply(view.unknown_message(context.words))


def _welcome(update: Update, context: Context) -> Screen:
    name = update.effective_user.first_name if update.effective_user is not None else ""
    return view.welcome(context.words, name=name, bot=context.bot.first_name, private=context.private)


def _help(context: Context) -> Screen:
    administrator = context.private and context.administers
    return view.help_(context.words, administrator=administrator)
