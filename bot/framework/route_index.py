"""Which routes an update may go to, without asking each of them, and the handler of python-telegram-bot for each."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from heapq import merge
from itertools import accumulate
from typing import Any

from telegram import Message, MessageEntity, Update
from telegram.ext import (
    BaseHandler,
    CallbackQueryHandler,
    CommandHandler,
    MessageHandler,
    TypeHandler,
    filters,
)

from bot.framework.context import Context
from bot.framework.route import Route

RouteHandler = BaseHandler[Any, Context, None]


@dataclass(frozen=True, slots=True)
class IndexedRoute:
    """A route with its place in the order, and the handler that decides whether it takes an update."""

    place: int
    route: Route
    handler: RouteHandler


class RouteIndex:
    """Routes by the kind of their updates, and by command or button where they have one."""

    def __init__(self, routes: Sequence[Route]) -> None:
        self._routes: defaultdict[tuple[str, str | None], list[IndexedRoute]] = defaultdict(list)
        for place, route in enumerate(routes):
            key = route.button.prefix if route.button is not None else route.command
            self._routes[route.kind, key].append(IndexedRoute(place, route, handler_of(route)))
        self._kinds = frozenset(route.kind for route in routes)

    def candidates(self, update: Update) -> Iterator[IndexedRoute]:
        """The routes that may take an update, in order."""
        kind = next((kind for kind in self._kinds if getattr(update, kind) is not None), None)
        if kind is None:
            return iter(())
        found = [self._routes[kind, key] for key in (None, *_keys(update)) if (kind, key) in self._routes]
        return merge(*found, key=lambda indexed: indexed.place)


def handler_of(route: Route) -> RouteHandler:
    """The handler of python-telegram-bot that takes what the route takes."""
    if route.kind == Update.CALLBACK_QUERY:
        pattern = None if route.button is None else rf"{route.button(*route.patterns)}\Z"
        return CallbackQueryHandler(route.callback, pattern=pattern)
    if route.kind == Update.MESSAGE and route.command is not None:
        return CommandHandler(route.command, route.callback, filters.UpdateType.MESSAGE)
    if route.kind == Update.MESSAGE and route.only is not None:
        return MessageHandler(filters.UpdateType.MESSAGE & route.only, route.callback)
    return TypeHandler(Update, route.callback)


def _keys(update: Update) -> Iterator[str]:
    """The command of a message, or all that can be the prefix of a button's data: `a` and `a:card` of `a:card`."""
    if update.callback_query is not None:
        yield from accumulate((update.callback_query.data or "").split(":"), lambda start, part: f"{start}:{part}")
    elif update.message is not None and (name := _command(update.message)) is not None:
        yield name


def _command(message: Message) -> str | None:
    first = message.entities[0] if message.entities else None
    if message.text is None or first is None or first.type != MessageEntity.BOT_COMMAND or first.offset != 0:
        return None
    return message.text[1 : first.length].partition("@")[0].lower()
