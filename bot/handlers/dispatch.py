"""The first route that takes the update handles it, or it is nobody's."""

from collections.abc import Sequence
from typing import Any

from telegram import Update
from telegram.ext import Application

from bot.handlers.context import Context, OpenWork
from bot.handlers.routes import Route
from bot.outgoing.messages import Said

App = Application[Any, Context, Any, Any, Any, Any]


async def dispatch(
    application: App, routes: Sequence[Route], update: Update, work: OpenWork, administrators: frozenset[int]
) -> tuple[str, list[Said]] | None:
    """Handle an update: which route took it and what it says, or None. Whatever a handler raises passes through.

    python-telegram-bot's `process_update` returns normally after a handler raised, and tells "nobody's" from
    "handled" as little; an update would be taken for done.
    """
    for route in routes:
        check = route.handler.check_update(update)
        if check is not None and check is not False:
            context = Context.from_update(update, application)
            context.take(update, work, administrators)
            await route.handler.handle_update(update, application, check, context)
            return route.name, context.said
    return None
