"""The first route that takes the update handles it, or it is nobody's."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from telegram import Update
from telegram.ext import Application

from bot.handlers import maintenance
from bot.handlers.admin.rights import may_administer
from bot.handlers.context import Context, Means, OpenWork
from bot.handlers.routes import Route
from bot.outgoing.messages import Said
from bot.services.people import Person

App = Application[Any, Context, Any, Any, Any, Any]


@dataclass(frozen=True, slots=True)
class Dispatcher:
    """What decides which handler an update goes to."""

    application: App
    routes: Sequence[Route]
    owners: frozenset[int]
    means: Means = field(default_factory=Means)


async def dispatch(
    by: Dispatcher, update: Update, work: OpenWork, person: Person | None
) -> tuple[str, list[Said]] | None:
    """Handle an update: which route took it and what it says, or None. Whatever a handler raises passes through.

    python-telegram-bot's `process_update` returns normally after a handler raised, and tells "nobody's" from
    "handled" as little; an update would be taken for done.
    """
    if maintenance.turns_away(update, by.owners, person, by.means.settings):
        context = _context(by, update, work, person)
        await maintenance.turn_away(update, context)
        return maintenance.NAME, context.said
    for route in by.routes:
        check = route.handler.check_update(update)
        if check is None or check is False or not route.takes(person):
            continue
        if route.for_administrators and not await may_administer(update, by.owners, person, work):
            continue
        context = _context(by, update, work, person)
        await route.handler.handle_update(update, by.application, check, context)
        return route.name, context.said
    return None


def _context(by: Dispatcher, update: Update, work: OpenWork, person: Person | None) -> Context:
    context = Context.from_update(update, by.application)
    context.take(update, work, by.owners, person)
    context.means = by.means
    return context
