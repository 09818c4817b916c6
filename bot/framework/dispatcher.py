"""Dispatch: guards come first, then the first route that takes the update.

`bot/worker/intake/handling.py` calls it and handles what a handler raises.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from telegram import Update
from telegram.ext import Application, ExtBot

from bot.db.tables.administrators import Administrators
from bot.db.tables.users import UserFacts
from bot.framework.context import Context, HandlerDeps, OpenWork
from bot.framework.floods import Floods, Verdict
from bot.framework.permissions import is_administrator
from bot.framework.route import Guard, Route
from bot.framework.route_index import IndexedRoute, RouteIndex
from bot.framework.screen import Screen
from bot.messages import Outgoing

App = Application[ExtBot[int], Context, Any, Any, Any, Any]


@dataclass(frozen=True)
class Dispatcher:
    """Decides which handler an update goes to."""

    application: App
    routes: Sequence[Route]
    fallbacks: Sequence[Route] = ()
    guards: Sequence[Guard] = ()
    floods: Floods = field(default_factory=lambda: Floods(lambda: 0))
    deps: HandlerDeps = field(default_factory=HandlerDeps)

    @cached_property
    def route_index(self) -> RouteIndex:
        return RouteIndex(self.routes)

    @cached_property
    def fallback_index(self) -> RouteIndex:
        return RouteIndex(self.fallbacks)


@dataclass(frozen=True, slots=True)
class Dispatched:
    """The route that took an update, and the messages to send. `dropped` if the sender exceeds their limit."""

    route: str
    outgoing: list[Outgoing]
    dropped: bool = False


async def dispatch(
    dispatcher: Dispatcher, update: Update, work: OpenWork, person: UserFacts | None
) -> Dispatched | None:
    """Handle an update; None if no guard or route takes it. A handler's exception passes through.

    python-telegram-bot's `process_update` returns normally after a handler raised and doesn't say whether a handler
    took the update.
    """
    if person is not None and person.telegram_id in dispatcher.deps.owners:
        person = replace(person, banned_at=None)  # an owner can't be banned
    context = Context.from_update(update, dispatcher.application)
    context.take(update, work, person, dispatcher.deps)
    for guard in dispatcher.guards:
        if guard.before_routes and guard.applies(update, context):
            return await _guarded(dispatcher, guard, update, context)
    for routes in (dispatcher.route_index, dispatcher.fallback_index):
        for indexed in routes.candidates(update):
            check = indexed.handler.check_update(update)
            if check is not None and check is not False and await _may_take(indexed.route, context):
                return await _routed(dispatcher, indexed, update, context, check)
    return None


async def _may_take(route: Route, context: Context) -> bool:
    return route.takes(context.person) and (not route.for_administrators or await _may_administer(context))


async def _guarded(dispatcher: Dispatcher, guard: Guard, update: Update, context: Context) -> Dispatched:
    if guard.limited and dispatcher.floods.judge_update(update) is not Verdict.FINE:
        return Dispatched("flood", context.outgoing, dropped=True)
    await guard.answer(update, context)
    return Dispatched(guard.name, context.outgoing)


async def _routed(
    dispatcher: Dispatcher, indexed: IndexedRoute, update: Update, context: Context, check: object
) -> Dispatched:
    """Call the route's handler, unless the sender exceeds their limit or a guard answers."""
    route = indexed.route
    if not context.administers:
        verdict = dispatcher.floods.judge_update(update)
        if verdict is not Verdict.FINE:
            return _too_much(context, verdict)
    for guard in dispatcher.guards:
        if not guard.before_routes and route.key not in guard.lets_through and guard.applies(update, context):
            return await _guarded(dispatcher, guard, update, context)
    if route.ends_prompt and context.private and context.person is not None and context.person.prompt is not None:
        await context.end_prompt()
    await indexed.handler.handle_update(update, dispatcher.application, check, context)
    return Dispatched(route.name, context.outgoing)


def _too_much(context: Context, verdict: Verdict) -> Dispatched:
    """Answer the first update of a flood and drop the rest."""
    if verdict is Verdict.FIRST_TOO_MUCH and context.incoming.callback_query is not None:
        context.answer(context.texts.plain("framework-too-much-toast"))
    elif verdict is Verdict.FIRST_TOO_MUCH:
        context.reply(Screen(context.texts.html("framework-too-much")))
    return Dispatched("flood", context.outgoing, dropped=True)


async def _may_administer(context: Context) -> bool:
    """Return whether an owner or an administrator sent this in their private chat with the bot.

    An administrator's right is read in the transaction that acts on it and can't be taken away until that ends. Other
    users' updates go on to the next routes, so that forged callback data reveals nothing.
    """
    if context.incoming.effective_user is None or not context.private:
        return False
    if context.person_id in context.owners:
        return True
    if not is_administrator(context.person):
        return False
    return await (await context.work()).of(Administrators).includes(context.person_id)
