"""Every command and button and its handler, in the order in which they are asked: hop one of any behaviour."""

from collections.abc import Callable, Coroutine
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from typing import Any

from telegram import Update
from telegram.ext import BaseHandler, CallbackQueryHandler, CommandHandler, MessageHandler, filters

from bot.handlers import settings, start
from bot.handlers.addressed import ADDRESSED, COMMAND_FOR_THIS_BOT
from bot.handlers.admin import broadcast_choices, broadcast_reports, broadcasts, dead_letters, maintenance, stats
from bot.handlers.context import Context
from bot.services.people import Person, is_asked
from bot.views import broadcast_words
from bot.views import broadcasts as broadcasts_view
from bot.views import dead_letters_chat as dead_letters_view
from bot.views import maintenance as maintenance_view
from bot.views import stats as stats_view
from bot.views.broadcast_words import Press as BroadcastPress
from bot.views.start import Press

Callback = Callable[[Update, Context], Coroutine[Any, Any, None]]


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


NUMBER = "([0-9]{1,18})"
PART = "(language|active|silent|joined|source)"
ONE_OF_DAYS = "(active|silent|joined)"
ONE_OF_WORDS = "(language|source)"


def routes() -> tuple[Route, ...]:
    return (
        command("start", start.start),
        command("settings", settings.settings),
        command("help", start.help_),
        command("id", start.own_id),
        button(Press.START, start.start_pressed),
        button(Press.SETTINGS, settings.settings_pressed),
        button(f"{Press.SETTINGS}:(news|offers):(on|off)", settings.choice_pressed),
        button(Press.HELP, start.help_pressed),
        button(Press.ID, start.id_pressed),
        *map(for_administrators, stats_routes()),
        *map(for_administrators, dead_letter_routes()),
        *map(for_administrators, maintenance_routes()),
        *map(for_administrators, broadcast_routes()),
        any_other_button(start.unknown_press),
        new_message(filters.COMMAND & COMMAND_FOR_THIS_BOT, start.unknown_command),
        new_message(ADDRESSED & ~filters.COMMAND & ~filters.StatusUpdate.ALL, start.unknown_message),
    )


def stats_routes() -> tuple[Route, ...]:
    press = stats_view.Press
    return (
        command(stats_view.COMMAND, stats.command),
        button(press.SHOW, stats.show),
        button(press.CHART, stats.chart),
        button(press.REPORT_ON, stats.report_on),
        button(press.REPORT_OFF, stats.report_off),
    )


def dead_letter_routes() -> tuple[Route, ...]:
    press, data = dead_letters_view.Press, dead_letters_view.data
    return (
        command(dead_letters_view.COMMAND, dead_letters.command),
        button(press.LIST, dead_letters.show_list),
        button(data(press.OLDER, NUMBER), dead_letters.older),
        button(data(press.SHOW, NUMBER), dead_letters.show),
        button(data(press.FILE, NUMBER), dead_letters.file),
        button(data(press.RETRY, NUMBER), dead_letters.retry),
        button(data(press.DISCARD, NUMBER), dead_letters.ask_to_discard),
        button(data(press.DISCARD_YES, NUMBER), dead_letters.discard),
    )


def maintenance_routes() -> tuple[Route, ...]:
    press = maintenance_view.Press
    return (
        command(maintenance_view.COMMAND, maintenance.command),
        button(press.SHOW, maintenance.show),
        button(press.ON, maintenance.switch_on),
        button(press.OFF, maintenance.switch_off),
    )


def broadcast_routes() -> tuple[Route, ...]:
    press, choices, reports = BroadcastPress, broadcast_choices, broadcast_reports
    return (
        command(broadcasts_view.COMMAND, broadcasts.panel),
        broadcast_button(broadcasts.show_list, press.LIST),
        broadcast_button(broadcasts.show_waiting, press.WAITING),
        broadcast_button(broadcasts.new, press.NEW),
        broadcast_button(broadcasts.show, press.SHOW, NUMBER),
        broadcast_button(broadcasts.preview, press.PREVIEW, NUMBER),
        broadcast_button(broadcasts.start_over, press.START_OVER, NUMBER),
        broadcast_button(broadcasts.discard, press.DISCARD, NUMBER),
        broadcast_button(broadcasts.compose_on, press.MORE, NUMBER),
        broadcast_button(choices.choose_category, press.CATEGORY, NUMBER, "(system|news|offers)"),
        broadcast_button(choices.toggle, press.TOGGLE, NUMBER, "(silent|protected|no_preview)"),
        broadcast_button(choices.whom, press.WHOM, NUMBER),
        broadcast_button(choices.part, press.PART, NUMBER, PART),
        broadcast_button(choices.choose_everyone, press.CHOOSE, NUMBER, "everyone", "-"),
        broadcast_button(choices.choose_administrators, press.CHOOSE, NUMBER, "administrators", "([+-])"),
        broadcast_button(choices.choose_any, press.CHOOSE, NUMBER, PART, "-"),
        broadcast_button(choices.choose, press.CHOOSE, NUMBER, ONE_OF_DAYS, "([0-9]{1,3})"),
        broadcast_button(choices.choose, press.CHOOSE, NUMBER, ONE_OF_WORDS, "([0-9a-f]{8})"),
        broadcast_button(broadcasts.ask_to_send, press.SEND, NUMBER),
        broadcast_button(broadcasts.send, press.SEND_YES, NUMBER),
        broadcast_button(choices.schedule, press.SCHEDULE, NUMBER),
        broadcast_button(choices.day, press.DAY, NUMBER, "([0-9]{8})"),
        broadcast_button(choices.hour, press.HOUR, NUMBER, "([0-9]{10})"),
        broadcast_button(choices.minute, press.MINUTE, NUMBER, "([0-9]{12})"),
        broadcast_button(broadcasts.unschedule, press.UNSCHEDULE, NUMBER),
        broadcast_button(reports.pause, press.PAUSE, NUMBER),
        broadcast_button(reports.go_on, press.GO_ON, NUMBER),
        broadcast_button(reports.cancel, press.CANCEL, NUMBER),
        broadcast_button(reports.failures, press.FAILURES, NUMBER),
        broadcast_button(reports.ask_to_delete, press.DELETE, NUMBER),
        broadcast_button(reports.delete, press.DELETE_YES, NUMBER),
        new_message(~filters.COMMAND, broadcasts.collect),
    )


def allowed_updates() -> set[str]:
    """What Telegram is asked for: what the routes take, and who blocks the bot or starts it again."""
    return {route.kind for route in routes()} | {Update.MY_CHAT_MEMBER}


def command(name: str, callback: Callback) -> Route:
    return Route(Update.MESSAGE, CommandHandler(name, callback, filters.UpdateType.MESSAGE), f"/{name}")


def new_message(which: filters.BaseFilter, callback: Callback) -> Route:
    return Route(Update.MESSAGE, MessageHandler(filters.UpdateType.MESSAGE & which, callback), callback.__name__)


def button(press: str, callback: Callback) -> Route:
    """`press` is a pattern for the whole of the button's data."""
    return Route(Update.CALLBACK_QUERY, CallbackQueryHandler(callback, pattern=rf"{press}\Z"), f"button {press}")


def any_other_button(callback: Callback) -> Route:
    return Route(Update.CALLBACK_QUERY, CallbackQueryHandler(callback), callback.__name__)


def broadcast_button(action: broadcasts.Action, press: BroadcastPress, *arguments: str) -> Route:
    """The groups in the patterns `arguments` are what the action is given."""
    return button(broadcast_words.data(press, *arguments), partial(broadcasts.pressed, action))


def for_administrators(route: Route) -> Route:
    return replace(route, for_administrators=True)


def when_asked(what: str, route: Route) -> Route:
    """For the answer to what a person is being asked in their private chat."""
    return replace(route, takes=lambda person: is_asked(person, datetime.now(UTC)) == what)
