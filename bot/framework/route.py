"""Routes: the updates that a handler takes, as data."""

from collections.abc import Awaitable, Callable, Collection, Coroutine
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial

from telegram import Update
from telegram.ext import filters

from bot.db.tables.users import UserFacts
from bot.framework.context import Context
from bot.framework.permissions import pending_prompt
from bot.framework.screen import CallbackData

Callback = Callable[[Update, Context], Coroutine[object, object, None]]
ButtonAction = Callable[..., Awaitable[None]]
"""A button's handler, called with the context and the groups of the pattern."""


def everyone(_: UserFacts | None) -> bool:
    """True for all users."""
    return True


@dataclass(frozen=True, slots=True)
class Route:
    """A handler, and the updates that it takes.

    `kind` is as getUpdates' `allowed_updates` names it. A route takes all updates of its kind, unless it has a command,
    a button or a filter; `bot/framework/route_index.py` finds the first that takes an update.
    """

    kind: str
    callback: Callback
    name: str
    command: str | None = None
    button: CallbackData | None = None
    patterns: tuple[str, ...] = ()  # of the button's arguments
    only: filters.BaseFilter | None = None
    for_administrators: bool = False
    takes: Callable[[UserFacts | None], bool] = everyone
    ends_prompt: bool = False  # it ends the pending prompt

    @property
    def key(self) -> str:
        """The name by which guards know the route: its command with the slash, its button's prefix, or its name."""
        if self.command is not None:
            return f"/{self.command}"
        return self.name if self.button is None else self.button.prefix


def command(name: str, callback: Callback) -> Route:
    """A route for `/name` in a new message."""
    return Route(Update.MESSAGE, callback, f"/{name}", command=name, ends_prompt=True)


def new_message(which: filters.BaseFilter, callback: Callback, name: str | None = None) -> Route:
    """A route for new messages that pass a filter."""
    return Route(Update.MESSAGE, callback, name or callback.__name__, only=which)


def button(data: CallbackData, action: ButtonAction, *patterns: str) -> Route:
    """A route for a button. The action gets the groups in `patterns`, which match the arguments, as texts.

    A press ends the pending prompt, so the user's next message is no answer to it.
    """
    callback, name = partial(_pressed, action), f"button {data(*patterns)}"
    return Route(Update.CALLBACK_QUERY, callback, name, button=data, patterns=patterns, ends_prompt=True)


def private_button(data: CallbackData, action: ButtonAction, *patterns: str, elsewhere: str) -> Route:
    """A route for a button in private chats. In a group it is answered with the text `elsewhere`."""
    return button(data, partial(_in_private, action, elsewhere), *patterns)


def any_other_button(callback: Callback) -> Route:
    """A route for buttons that no other route takes."""
    return Route(Update.CALLBACK_QUERY, callback, callback.__name__)


def membership(callback: Callback) -> Route:
    """A route for changes of the bot's own membership in a chat."""
    return Route(Update.MY_CHAT_MEMBER, callback, callback.__name__)


def any_update(kind: str, callback: Callback) -> Route:
    """A route for all updates of a kind, such as `Update.INLINE_QUERY` or `Update.MESSAGE_REACTION`.

    Source: Bot API, Update.
    """
    return Route(kind, callback, callback.__name__)


def keeping_prompt(route: Route) -> Route:
    """The route, leaving the pending prompt open."""
    return replace(route, ends_prompt=False)


def for_administrators(route: Route) -> Route:
    """The route, only for administrators in their private chat. Other updates go on to the next routes."""
    return replace(route, for_administrators=True)


def when_prompted(prompt: str, route: Route) -> Route:
    """The route, only for answers to a prompt."""
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
    """Answers an update instead of its route's handler if `applies`, which must not read the database.

    A guard `before_routes` sees every update; others see updates that a route takes, unless `lets_through` has the
    route's `key`. The updates of a `limited` guard count towards the sender's limit, and those above it are dropped
    silently.
    """

    name: str
    applies: Callable[[Update, Context], bool]
    answer: Callable[[Update, Context], Awaitable[None]]
    lets_through: Collection[str] = ()
    before_routes: bool = False
    limited: bool = False
