"""Dispatch: guards come first, then the first route that takes the update, then the fallbacks.

Handlers that features add to python-telegram-bot's Application have two places: groups below 0 before the guards, and
groups from 0 on between routes and fallbacks.

`bot/worker/intake/handling.py` calls it and handles what a handler raises.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

from telegram import Update

from bot.db.tables.administrators import Administrators
from bot.db.tables.users import UserFacts
from bot.db.unit_of_work import LazyUnitOfWork
from bot.framework.context import Context, HandlerDeps
from bot.framework.floods import Floods, Verdict
from bot.framework.permissions import is_administrator
from bot.framework.ptb_handlers import UpdateHandlers
from bot.framework.ptb_lifecycle import TermApplication
from bot.framework.route import Guard, Route
from bot.framework.route_index import IndexedRoute, RouteIndex
from bot.framework.screen import Screen
from bot.messages import Outgoing


@dataclass(frozen=True)
class Dispatcher:
    """Decides which handler an update goes to."""

    application: TermApplication
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
    dispatcher: Dispatcher, update: Update, work: LazyUnitOfWork, person: UserFacts | None
) -> Dispatched | None:
    """Handle an update; None if nothing takes it. A handler's exception passes through.

    python-telegram-bot's `process_update` returns normally after a handler raised and doesn't say whether a handler
    took the update.
    """
    if person is not None and person.telegram_id in dispatcher.deps.owners:
        person = replace(person, banned_at=None)  # an owner can't be banned
    application = dispatcher.application
    context = Context.from_update(update, application.current)
    context.take(update, work.work, person, dispatcher.deps)
    try:
        if not application.used:
            return await _dispatched(dispatcher, update, context, work)
        handlers = UpdateHandlers(application.stored, update, context, work)
        taken = await _dispatched(dispatcher, update, context, work, handlers)
        await handlers.store()
        return taken
    finally:
        context.end()


async def _dispatched(
    dispatcher: Dispatcher,
    update: Update,
    context: Context,
    work: LazyUnitOfWork,
    handlers: UpdateHandlers | None = None,
) -> Dispatched | None:
    if handlers is not None and await handlers.run_below_zero():
        return Dispatched("application", context.outgoing)
    for guard in dispatcher.guards:
        if guard.before_routes and guard.applies(update, context):
            return await _guarded(dispatcher, guard, update, context)
    taken = await _by_route(dispatcher, dispatcher.route_index, update, context, work)
    if taken is None and handlers is not None:
        if not context.administers and dispatcher.floods.goes_on(update):  # before the sender's data are loaded
            return Dispatched("flood", context.outgoing, dropped=True)
        if await handlers.take():
            return await _by_application(dispatcher, handlers, update, context)
    return taken or await _by_route(dispatcher, dispatcher.fallback_index, update, context, work)


async def _by_route(
    dispatcher: Dispatcher, routes: RouteIndex, update: Update, context: Context, work: LazyUnitOfWork
) -> Dispatched | None:
    for indexed in routes.candidates(update):
        check = indexed.handler.check_update(update)
        if check is not None and check is not False and await _may_take(indexed.route, context, work):
            return await _routed(dispatcher, indexed, update, context, check)
    return None


async def _by_application(
    dispatcher: Dispatcher, handlers: UpdateHandlers, update: Update, context: Context
) -> Dispatched:
    """Call the Application's handlers as a route's handler is called, and end the prompt that is pending."""
    answer = await _in_its_place(dispatcher, None, update, context)
    if answer is not None:
        return answer
    name = await handlers.run_from_zero()
    acts = update.message is not None or update.callback_query is not None  # and not edits, reactions and the like
    if acts and context.private and context.person is not None and context.person.prompt is not None:
        await context.end_prompt()
    return Dispatched(f"application {name}", context.outgoing)


async def _may_take(route: Route, context: Context, work: LazyUnitOfWork) -> bool:
    return route.takes(context.person) and (not route.for_administrators or await _may_administer(context, work))


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
    answer = await _in_its_place(dispatcher, route, update, context)
    if answer is not None:
        return answer
    if route.ends_prompt and context.private and context.person is not None and context.person.prompt is not None:
        await context.end_prompt()
    await indexed.handler.handle_update(update, dispatcher.application.current, check, context)
    return Dispatched(route.name, context.outgoing)


async def _in_its_place(
    dispatcher: Dispatcher, route: Route | None, update: Update, context: Context
) -> Dispatched | None:
    """Answer in a handler's place if the sender exceeds their limit or a guard applies; None otherwise."""
    if not context.administers:
        verdict = dispatcher.floods.judge_update(update)
        if verdict is not Verdict.FINE:
            return _too_much(context, verdict)
    for guard in dispatcher.guards:
        let_through = guard.before_routes or (route is not None and route.key in guard.lets_through)
        if not let_through and guard.applies(update, context):
            return await _guarded(dispatcher, guard, update, context)
    return None


def _too_much(context: Context, verdict: Verdict) -> Dispatched:
    """Answer the first update of a flood and drop the rest."""
    if verdict is Verdict.FIRST_TOO_MUCH and context.incoming.callback_query is not None:
        context.answer(context.texts.plain("framework-too-much-toast"))
    elif verdict is Verdict.FIRST_TOO_MUCH:
        context.reply(Screen(context.texts.html("framework-too-much")))
    return Dispatched("flood", context.outgoing, dropped=True)


async def _may_administer(context: Context, work: LazyUnitOfWork) -> bool:
    """Return whether an owner or an administrator sent this in their private chat with the bot.

    An administrator's right is read in the transaction that acts on it and can't be taken away until that ends. Other
    users' updates go on to the next routes, so that forged callback data reveals nothing, and perhaps to handlers that
    call Telegram, for which no transaction stays open.
    """
    if context.incoming.effective_user is None or not context.private:
        return False
    if context.person_id in context.owners:
        return True
    if not is_administrator(context.person):
        return False
    begun = work.begun
    includes = await (await work.work()).of(Administrators).includes(context.person_id)
    if not (includes or begun):
        await work.end_reading()
    return includes
