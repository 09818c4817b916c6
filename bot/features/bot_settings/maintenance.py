"""Maintenance: users are notified once that the bot is down, and their updates are not handled.

Only messages and button presses are turned away; changes of membership are handled. The source of a deep link is
kept, since a link is followed only once.
"""

from telegram import Update

from bot.db.tables.users import Users
from bot.features.bot_settings import views as view
from bot.framework import runtime_settings
from bot.framework.context import Context
from bot.framework.deep_links import remember_source
from bot.framework.screen import Screen, under_panel

MAINTENANCE = runtime_settings.switch("maintenance", default=False, title="bot_settings-maintenance")


def turns_away(update: Update, context: Context) -> bool:
    """Return whether an update is turned away. Administrators can go on."""
    if not context.deps.runtime_settings.is_on(MAINTENANCE.name):
        return False
    return (update.message is not None or update.callback_query is not None) and not context.administers


async def turn_away(update: Update, context: Context) -> None:
    """Answer each press, since its spinner would go on otherwise, and one private message."""
    if update.callback_query is not None:
        context.answer(context.texts.plain("bot_settings-maintenance-notice"))
    elif update.message is not None and context.private and update.effective_user is not None:
        await remember_source(context)
        since = context.deps.runtime_settings.changed_at(MAINTENANCE.name)
        work = await context.work()
        if since is not None and await work.of(Users).note_maintenance_notice(context.person_id, since):
            context.reply(Screen(context.texts.html("bot_settings-maintenance-notice")))


async def command(_: Update, context: Context) -> None:
    context.reply(_screen(context, on=await _is_on(context)))


async def show(context: Context) -> None:
    context.show(_screen(context, on=await _is_on(context)))


async def switch_on(context: Context) -> None:
    await _switch(context, on=True)


async def switch_off(context: Context) -> None:
    await _switch(context, on=False)


async def _switch(context: Context, *, on: bool) -> None:
    work = await context.work()
    await runtime_settings.change(work, context.bot_id, context.person_id, MAINTENANCE, on)
    context.show(_screen(context, on=on))


async def _is_on(context: Context) -> bool:
    return bool((await runtime_settings.state(await context.work(), MAINTENANCE)).value)


def _screen(context: Context, *, on: bool) -> Screen:
    return under_panel(context.texts, view.screen(context.texts, on=on))
