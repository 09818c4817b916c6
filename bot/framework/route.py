"""Routes: which handler takes which update."""

from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial

from telegram import Update
from telegram.ext import (
    BaseHandler,
    CallbackQueryHandler,
    ChatMemberHandler,
    CommandHandler,
    MessageHandler,
    filters,
)

from bot.db.tables.users import UserFacts
from bot.framework.context import Context
from bot.framework.permissions import pending_prompt
from bot.framework.screen import CallbackData

Callback = Callable[[Update, Context], Coroutine[object, object, None]]
ButtonAction = Callable[..., Awaitable[None]]
"""A button's action. It gets the context and the groups of the button's pattern."""


def anybody(_: UserFacts | None) -> bool:
    """Accept everybody."""
    return True


@dataclass(frozen=True, slots=True)
class Route:
    """A handler and the kind of update that it takes, as getUpdates' `allowed_updates` names it."""

    kind: str
    handler: BaseHandler[Update, Context, None]
    name: str
    for_administrators: bool = False
    takes: Callable[[UserFacts | None], bool] = anybody
    always: bool = False  # also for people who haven't agreed to the terms
    ends_prompt: bool = False  # it ends a pending prompt


def command(name: str, callback: Callback) -> Route:
    """A route for `/name` in a new message."""
    handler = CommandHandler(name, callback, filters.UpdateType.MESSAGE)
    return Route(Update.MESSAGE, handler, f"/{name}", ends_prompt=True)


def new_message(which: filters.BaseFilter, callback: Callback, name: str | None = None) -> Route:
    """A route for new messages that pass a filter."""
    handler = MessageHandler(filters.UpdateType.MESSAGE & which, callback)
    return Route(Update.MESSAGE, handler, name or callback.__name__)


def button(data: CallbackData, action: ButtonAction, *patterns: str) -> Route:
    """A route for a button. The action gets the groups in `patterns`, its arguments' patterns, as text.

    A press ends a pending prompt, so the person's next message doesn't answer it.
    """
    pattern = data(*patterns)
    handler = CallbackQueryHandler(partial(_pressed, action), pattern=rf"{pattern}\Z")
    return Route(Update.CALLBACK_QUERY, handler, f"button {pattern}", ends_prompt=True)


def private_button(data: CallbackData, action: ButtonAction, *patterns: str, elsewhere: str) -> Route:
    """As `button`, but for private chats. A press in a group is answered with the text `elsewhere`."""
    return button(data, partial(_in_private, action, elsewhere), *patterns)


def any_other_button(callback: Callback) -> Route:
    """A route for buttons that no other route takes."""
    return Route(Update.CALLBACK_QUERY, CallbackQueryHandler(callback), callback.__name__)


def membership(callback: Callback) -> Route:
    """A route for changes of the bot's own membership in a chat."""
    handler = ChatMemberHandler(callback, ChatMemberHandler.MY_CHAT_MEMBER)
    return Route(Update.MY_CHAT_MEMBER, handler, callback.__name__)


def keeping_prompt(route: Route) -> Route:
    """The route, without ending a pending prompt."""
    return replace(route, ends_prompt=False)


def for_administrators(route: Route) -> Route:
    """The route, for administrators in their private chat. Other people's updates go on to later routes."""
    return replace(route, for_administrators=True)


def always(route: Route) -> Route:
    """The route, also for people who haven't agreed to the terms."""
    return replace(route, always=True)


def when_prompted(prompt: str, route: Route) -> Route:
    """The route, for answers to a prompt in a private chat."""
    return replace(route, takes=lambda person: pending_prompt(person, datetime.now(UTC)) == prompt)


async def _pressed(action: ButtonAction, _: Update, context: Context) -> None:
    assert context.matches is not None
    await action(context, *context.matches[0].groups())


async def _in_private(action: ButtonAction, elsewhere: str, context: Context, *groups: str) -> None:
    if context.private:
        await action(context, *groups)
    else:
        context.answer(context.texts.plain(elsewhere))


@dataclass(frozen=True, slots=True)
class Guard:
    """Answers an update in its handler's place if `applies`, which must not read the database, says so.

    With `before_routes` it sees every update; without, only those that a route takes, unless the route is `always`.
    With `limited`, its updates count towards the sender's limit, and excess ones are dropped without an answer.
    """

    name: str
    applies: Callable[[Update, Context], bool]
    answer: Callable[[Update, Context], Awaitable[None]]
    before_routes: bool = False
    limited: bool = False
