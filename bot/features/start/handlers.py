"""/start, /help, /id, /cancel, and answers to what isn't understood."""

from telegram import Update

from bot.features.start import views as view
from bot.framework import command_menu, permissions
from bot.framework.context import Context
from bot.framework.deep_links import remember_source, start_parameter
from bot.framework.screen import Screen


async def start(update: Update, context: Context) -> None:
    if context.private and (parameter := start_parameter(update.message)) is not None:
        await remember_source(await context.work(), context.person_id, parameter)
    context.reply(_welcome(context))
    if context.private and context.administers:
        commands, user_id = context.deps.registry.commands, context.person_id
        context.say(command_menu.menu(commands, context.words, user_id, administrator=True, chosen=False))


async def help_(_: Update, context: Context) -> None:
    context.reply(_help(context))


async def own_id(update: Update, context: Context) -> None:
    if update.effective_user is not None:
        context.reply(view.own_id(context.words, update.effective_user.id))


async def cancel(_: Update, context: Context) -> None:
    work = await context.work()
    prompted = await permissions.ask_no_more(work, context.chat_id, context.person_id)
    said = None
    if context.private and context.administers:
        for cancel_in_feature in context.deps.registry.cancels:
            said = said or await cancel_in_feature(work, context.words, context.bot_id, context.person_id)
    context.reply(view.cancelled(context.words, prompted=prompted, said=said))


async def show_start(context: Context) -> None:
    context.show(_welcome(context))


async def show_help(context: Context) -> None:
    context.show(_help(context))


async def show_id(context: Context) -> None:
    context.show(view.own_id(context.words, context.person_id))


async def unknown_button(_: Update, context: Context) -> None:
    context.outdated()


async def unknown_command(_: Update, context: Context) -> None:
    context.reply(view.unknown_command(context.words))


async def unknown_message(_: Update, context: Context) -> None:
    context.not_understood()


def _welcome(context: Context) -> Screen:
    user = context.incoming.effective_user
    name = user.first_name if user is not None else ""
    return view.welcome(context.words, name=name, bot=context.bot.first_name, private=context.private)


def _help(context: Context) -> Screen:
    administrator = context.private and context.administers
    return view.help_(context.words, administrator=administrator)
