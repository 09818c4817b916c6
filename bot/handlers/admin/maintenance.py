"""Maintenance, on and off: /maintenance."""

from telegram import Update

from bot.handlers.context import Context
from bot.services import maintenance, runtime_settings
from bot.services.runtime_settings import MAINTENANCE
from bot.views import maintenance as view


async def command(_: Update, context: Context) -> None:
    context.reply(view.screen(context.words, on=await maintenance.is_on(await context.work())))


async def show(_: Update, context: Context) -> None:
    context.show(view.screen(context.words, on=await maintenance.is_on(await context.work())))


async def switch_on(_: Update, context: Context) -> None:
    await _switch(context, on=True)


async def switch_off(_: Update, context: Context) -> None:
    await _switch(context, on=False)


async def _switch(context: Context, *, on: bool) -> None:
    work = await context.work()
    await runtime_settings.change(work, context.bot_id, context.person_id, MAINTENANCE, on)
    context.show(view.screen(context.words, on=on))
