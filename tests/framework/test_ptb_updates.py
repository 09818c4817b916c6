"""Handlers of python-telegram-bot widen the kinds of updates, and have to keep to their lane."""

from collections.abc import Callable
from typing import Any

import pytest
from telegram import Update
from telegram.ext import (
    CallbackQueryHandler,
    CommandHandler,
    ConversationHandler,
    InlineQueryHandler,
    MessageHandler,
    PollAnswerHandler,
    TypeHandler,
    filters,
)

from bot.errors import FatalError
from bot.framework.application import App, Handler, TermBot, application
from bot.framework.context import Context
from bot.framework.ptb_updates import MESSAGES, allowed_updates, commands, require_blocking


async def nothing(_: Update, __: Context) -> None: ...


async def no_error(_: object, __: Context) -> None: ...


class OwnHandler(MessageHandler[Context, None]):
    """Whatever it looks at."""


def conversation(*states: Handler, **options: Any) -> Handler:
    return ConversationHandler([CommandHandler("go", nothing)], {0: list(states)}, [], **options)


def with_handlers(*handlers: Handler) -> App:
    made = application(TermBot("42:T"))
    made.add_handlers(handlers)
    return made


@pytest.mark.parametrize(
    ("make", "kinds"),
    [
        (lambda: CommandHandler("go", nothing), MESSAGES),
        (lambda: MessageHandler(filters.PHOTO, nothing), MESSAGES),
        (lambda: CallbackQueryHandler(nothing), {"callback_query"}),
        (lambda: conversation(InlineQueryHandler(nothing), per_chat=False), {*MESSAGES, "inline_query"}),
        (lambda: conversation(conversation(PollAnswerHandler(nothing), per_chat=False)), {*MESSAGES, "poll_answer"}),
        (lambda: TypeHandler(Update, nothing), set(Update.ALL_TYPES)),
        (lambda: OwnHandler(filters.ALL, nothing), set(Update.ALL_TYPES)),
    ],
)
def test_a_handler_widens_the_kinds_of_updates_by_its_class(make: Callable[[], Handler], kinds: set[str]) -> None:
    assert allowed_updates(with_handlers(make())) == kinds


def test_without_handlers_there_are_none() -> None:
    assert allowed_updates(with_handlers()) == frozenset()


def test_commands_are_found_in_conversations_too() -> None:
    assert commands(with_handlers(conversation(CommandHandler(["a", "b"], nothing)))) == {"go", "a", "b"}


@pytest.mark.parametrize(
    "make",
    [
        lambda: with_handlers(CommandHandler("go", nothing, block=False)),
        lambda: with_handlers(conversation(CommandHandler("a", nothing, block=False))),
        lambda: with_handlers(conversation(block=False)),
        lambda: _with_error_handler(with_handlers()),
    ],
    ids=["handler", "in a conversation", "conversation", "error handler"],
)
def test_a_handler_that_leaves_its_lane_is_refused(make: Callable[[], App]) -> None:
    with pytest.raises(FatalError, match="block=False"):
        require_blocking(make())


def test_others_are_not() -> None:
    made = with_handlers(CommandHandler("go", nothing), conversation(CommandHandler("a", nothing)))
    made.add_error_handler(no_error)
    require_blocking(made)


def _with_error_handler(made: App) -> App:
    made.add_error_handler(no_error, block=False)
    return made
