"""Names that this version declares. Other modules here don't know where in `bot` they come from."""

from collections.abc import Mapping

from telegram import CallbackQuery, Update, User

from bot.db.engine import AsyncSessionLocal
from bot.db.tables.audit import Action
from bot.db.tables.dead_letters import Origin
from bot.db.unit_of_work import UnitOfWork
from bot.framework.route_index import handler_of
from bot.framework.settings import JoinedSettings
from bot.messages import KINDS
from bot.worker.intake.handling import button_of
from tests.support.joined import JOINED, ROUTES, runtime_settings
from tests.support.term_deps import term_deps

NAMES: Mapping[str, set[str]] = {
    "outbox kinds": set(KINDS),
    "audit actions": {str(action) for action in Action},
    "dead letter origins": {str(origin) for origin in Origin},
    "jobs": set(JOINED.jobs(term_deps(UnitOfWork(AsyncSessionLocal), 42))),
    "settings": set(runtime_settings(JoinedSettings())),
    "buttons as counted": {counted for route in ROUTES if (counted := button_of(route.name)) is not None},
}


def route_of(data: str) -> str | None:
    """The route that handles a button with this data from an administrator; None if no route knows it."""
    pressed = CallbackQuery("1", User(1, "Ann", is_bot=False), "1", data=data)
    update = Update(1, callback_query=pressed)
    for route in (route for route in ROUTES if route.kind == Update.CALLBACK_QUERY):
        if route.takes(None) and handler_of(route).check_update(update) not in {None, False}:
            return route.name if route.button is not None else None
    return None


def patterns() -> set[str]:
    """The names of all routes for buttons."""
    return {route.name for route in ROUTES if button_of(route.name) is not None}
