"""What a route is, the kinds of them, and what can be said of any."""

from collections.abc import Callable, Coroutine
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from telegram import Update
from telegram.ext import (
    BaseHandler,
    CallbackQueryHandler,
    ChatMemberHandler,
    CommandHandler,
    MessageHandler,
    filters,
)

from bot.framework.context import Context
from bot.framework.permissions import Person, is_asked

Callback = Callable[[Update, Context], Coroutine[Any, Any, None]]

NUMBER = "([0-9]{1,18})"
"""A number in a button's data."""


def anybody(_: Person | None) -> bool:
    return True


@dataclass(frozen=True, slots=True)
class Route:
    """A handler and the kind of update that it takes, as getUpdates' `allowed_updates` names it."""

    kind: str
    handler: BaseHandler[Update, Context, Any]
    name: str
    for_administrators: bool = False
    takes: Callable[[Person | None], bool] = anybody
    always: bool = False  # also for people who haven't agreed to the terms: what everybody is owed
    ends_question: bool = False  # what somebody is being asked is over with it
    before_all: bool = False  # nothing else is said first, neither of a flood, though it is counted, nor of terms


def command(name: str, callback: Callback) -> Route:
    handler = CommandHandler(name, callback, filters.UpdateType.MESSAGE)
    return Route(Update.MESSAGE, handler, f"/{name}", ends_question=True)


def new_message(which: filters.BaseFilter, callback: Callback, name: str | None = None) -> Route:
    handler = MessageHandler(filters.UpdateType.MESSAGE & which, callback)
    return Route(Update.MESSAGE, handler, name or callback.__name__)


def button(press: str, callback: Callback) -> Route:
    """`press` is a pattern for the whole of the button's data.

    Whoever presses it goes on to something else: what they write next is no answer to what they were asked before.
    """
    handler = CallbackQueryHandler(callback, pattern=rf"{press}\Z")
    return Route(Update.CALLBACK_QUERY, handler, f"button {press}", ends_question=True)


def any_other_button(callback: Callback) -> Route:
    return Route(Update.CALLBACK_QUERY, CallbackQueryHandler(callback), callback.__name__)


def own_standing(callback: Callback) -> Route:
    """For what becomes of the bot in a chat."""
    handler = ChatMemberHandler(callback, ChatMemberHandler.MY_CHAT_MEMBER)
    return Route(Update.MY_CHAT_MEMBER, handler, callback.__name__)


def under_question(route: Route) -> Route:
    """For a button that answers what is being asked, or goes on asking it."""
    return replace(route, ends_question=False)


def for_administrators(route: Route) -> Route:
    return replace(route, for_administrators=True)


def always(route: Route) -> Route:
    return replace(route, always=True)


def when_asked(what: str, route: Route) -> Route:
    """For the answer to what a person is being asked in their private chat."""
    return replace(route, takes=lambda person: is_asked(person, datetime.now(UTC)) == what)
