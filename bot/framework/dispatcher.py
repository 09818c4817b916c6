"""The first route that takes the update handles it, or it is nobody's."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

from telegram import Update
from telegram.ext import Application

from bot.features.bot_settings import maintenance
from bot.features.terms import handlers as terms
from bot.framework import flood_views as floods_view
from bot.framework.context import Context, Means, OpenWork
from bot.framework.floods import Verdict
from bot.framework.guards import Rules
from bot.framework.permissions import Person, is_banned
from bot.framework.rights import may_administer
from bot.framework.route import Route
from bot.messages import Said

App = Application[Any, Context, Any, Any, Any, Any]


@dataclass(frozen=True, slots=True)
class Dispatcher:
    """What decides which handler an update goes to."""

    application: App
    routes: Sequence[Route]
    owners: frozenset[int]
    rules: Rules = field(default_factory=Rules)
    means: Means = field(default_factory=Means)


@dataclass(frozen=True, slots=True)
class Taken:
    """Which route took an update, and what it says; `dropped` where that is too much of one person."""

    route: str
    said: list[Said]
    dropped: bool = False


async def dispatch(by: Dispatcher, update: Update, work: OpenWork, person: Person | None) -> Taken | None:
    """Handle an update; None if it is nobody's. Whatever a handler raises passes through.

    python-telegram-bot's `process_update` returns normally after a handler raised, and tells "nobody's" from
    "handled" as little; an update would be taken for done.
    """
    if person is not None and person.telegram_id in by.owners:
        person = replace(person, banned_at=None)  # whom the settings name an owner is banned no more
    banned = is_banned(person, datetime.now(UTC))
    if not banned and maintenance.turns_away(update, by.owners, person, by.means.settings):
        context = _context(by, update, work, person)
        await maintenance.turn_away(update, context)
        return Taken(maintenance.NAME, context.said)
    for route in by.routes:
        check = route.handler.check_update(update)
        if check is None or check is False or not route.takes(person):
            continue
        if route.for_administrators and not await may_administer(update, by.owners, person, work):
            continue
        context = _context(by, update, work, person)
        return await _handled(by, route, update, context, check)
    return None


async def _handled(by: Dispatcher, route: Route, update: Update, context: Context, check: object) -> Taken:
    """By the route's handler, unless something comes before that."""
    if route.before_all or not context.administers:
        verdict = by.rules.flood(update)
        if verdict is not Verdict.FINE:
            return _too_much(context, Verdict.TOO_MUCH if route.before_all else verdict)
    if not (route.before_all or route.always) and terms.missing(context):
        await terms.ask(context)
        return Taken("terms", context.said)
    if route.ends_question:
        await context.ask_no_more()
    await route.handler.handle_update(update, by.application, check, context)
    return Taken(route.name, context.said)


def _too_much(context: Context, verdict: Verdict) -> Taken:
    if verdict is Verdict.FIRST_TOO_MUCH and context.incoming.callback_query is not None:
        context.answer(floods_view.too_much_toast(context.words))
    elif verdict is Verdict.FIRST_TOO_MUCH:
        context.reply(floods_view.too_much(context.words))
    return Taken("flood", context.said, dropped=True)


def _context(by: Dispatcher, update: Update, work: OpenWork, person: Person | None) -> Context:
    context = Context.from_update(update, by.application)
    context.take(update, work, by.owners, person, by.rules)
    context.means = by.means
    return context
