"""The administrators' panel: one message, edited in place."""

from telegram import Update

from bot.features.admin import views as view
from bot.framework.context import Context


async def command(_: Update, context: Context) -> None:
    context.reply(view.panel(context.texts, context.deps.registry.panel))


async def show(context: Context) -> None:
    context.show(view.panel(context.texts, context.deps.registry.panel))
