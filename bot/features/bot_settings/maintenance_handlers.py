"""Maintenance, on and off: /maintenance."""

from telegram import Update

from bot.features.admin import views as admin_view
from bot.features.bot_settings import maintenance_service as maintenance
from bot.features.bot_settings import maintenance_views as view
from bot.features.start.views import Screen
from bot.framework import runtime_settings
from bot.framework.context import Context
from bot.framework.runtime_settings import MAINTENANCE


async def command(_: Update, context: Context) -> None:
    context.reply(_screen(context, on=await maintenance.is_on(await context.work())))


async def show(_: Update, context: Context) -> None:
    context.show(_screen(context, on=await maintenance.is_on(await context.work())))


async def switch_on(_: Update, context: Context) -> None:
    await _switch(context, on=True)


async def switch_off(_: Update, context: Context) -> None:
    await _switch(context, on=False)


async def _switch(context: Context, *, on: bool) -> None:
    work = await context.work()
    await runtime_settings.change(work, context.bot_id, context.person_id, MAINTENANCE, on)
    context.show(_screen(context, on=on))


def _screen(context: Context, *, on: bool) -> Screen:
    return admin_view.under_panel(context.words, view.screen(context.words, on=on))
