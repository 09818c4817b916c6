"""Every command and button and its handler, in the order in which they are asked: hop one of any behaviour."""

from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Any

from telegram import Update
from telegram.ext import BaseHandler, CallbackQueryHandler, CommandHandler, MessageHandler, filters

from bot.handlers import start
from bot.handlers.addressed import ADDRESSED, COMMAND_FOR_THIS_BOT
from bot.handlers.context import Context
from bot.views.start import Press

Callback = Callable[[Update, Context], Coroutine[Any, Any, None]]


@dataclass(frozen=True, slots=True)
class Route:
    """A handler and the kind of update that it takes, as getUpdates' `allowed_updates` names it."""

    kind: str
    handler: BaseHandler[Update, Context, Any]
    name: str


def routes() -> tuple[Route, ...]:
    return (
        command("start", start.start),
        command("help", start.help_),
        command("id", start.own_id),
        button(Press.START, start.start_pressed),
        button(Press.HELP, start.help_pressed),
        button(Press.ID, start.id_pressed),
        any_other_button(start.unknown_press),
        new_message(filters.COMMAND & COMMAND_FOR_THIS_BOT, start.unknown_command),
        new_message(ADDRESSED & ~filters.COMMAND & ~filters.StatusUpdate.ALL, start.unknown_message),
    )


def allowed_updates() -> set[str]:
    """What Telegram is asked for: what the routes take, and who blocks the bot or starts it again."""
    return {route.kind for route in routes()} | {Update.MY_CHAT_MEMBER}


def command(name: str, callback: Callback) -> Route:
    return Route(Update.MESSAGE, CommandHandler(name, callback, filters.UpdateType.MESSAGE), f"/{name}")


def new_message(which: filters.BaseFilter, callback: Callback) -> Route:
    return Route(Update.MESSAGE, MessageHandler(filters.UpdateType.MESSAGE & which, callback), callback.__name__)


def button(press: str, callback: Callback) -> Route:
    return Route(Update.CALLBACK_QUERY, CallbackQueryHandler(callback, pattern=f"^{press}$"), f"button {press}")


def any_other_button(callback: Callback) -> Route:
    return Route(Update.CALLBACK_QUERY, CallbackQueryHandler(callback), callback.__name__)
