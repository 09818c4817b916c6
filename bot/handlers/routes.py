"""Every command and button and its handler, in the order in which they are asked: hop one of any behaviour."""

from collections.abc import Callable, Coroutine
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
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

from bot.handlers import banned, cancel, groups, privacy, settings, start, terms
from bot.handlers.addressed import ADDRESSED, COMMAND_FOR_THIS_BOT
from bot.handlers.admin import (
    audit,
    bot_settings,
    broadcast_choices,
    broadcast_reports,
    broadcasts,
    dead_letters,
    maintenance,
    panel,
    people,
    people_answers,
    sanctions,
    stats,
)
from bot.handlers.context import Context
from bot.services import time_zones
from bot.services.people import Person, is_asked, is_banned
from bot.services.sanctions import LONGEST_NOTE, LONGEST_REASON, TERMS
from bot.views import admin as admin_view
from bot.views import bot_settings as bot_settings_view
from bot.views import broadcast_words
from bot.views import broadcasts as broadcasts_view
from bot.views import dead_letters_chat as dead_letters_view
from bot.views import maintenance as maintenance_view
from bot.views import privacy as privacy_view
from bot.views import settings as settings_view
from bot.views import stats as stats_view
from bot.views import terms as terms_view
from bot.views.admin import Press as AdminPress
from bot.views.broadcast_words import Press as BroadcastPress
from bot.views.people import LONGEST_LETTER
from bot.views.start import Press

Callback = Callable[[Update, Context], Coroutine[Any, Any, None]]


def whoever_is_banned(person: Person | None) -> bool:
    return is_banned(person, datetime.now(UTC))


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
    before_all: bool = False  # also before floods and terms: to the banned nothing is said about either


NUMBER = "([0-9]{1,18})"
PART = "(language|active|silent|joined|source)"
ONE_OF_DAYS = "(active|silent|joined)"
ONE_OF_WORDS = "(language|source)"
TERM = f"({'|'.join(TERMS)})"
TOLD_OR_NOT = "(told|silent)"


def routes() -> tuple[Route, ...]:
    return (
        *map(for_banned, (new_message(filters.ALL, banned.said), any_other_button(banned.pressed))),
        command("start", start.start),
        command("settings", settings.settings),
        always(command("help", start.help_)),
        always(replace(command("cancel", cancel.cancel), ends_question=False)),
        command("id", start.own_id),
        button(Press.START, start.start_pressed),
        *setting_routes(),
        *map(always, privacy_routes()),
        button(Press.HELP, start.help_pressed),
        button(Press.ID, start.id_pressed),
        *map(for_administrators, (*people_routes(), *sanction_routes(), *answer_routes())),
        always(button(f"{terms_view.AGREE}:([A-Za-z0-9._-]{{1,32}})", terms.agreed)),
        always(own_standing(groups.standing_changed)),
        *map(for_administrators, stats_routes()),
        *map(for_administrators, dead_letter_routes()),
        *map(for_administrators, maintenance_routes()),
        *map(for_administrators, bot_setting_routes()),
        *map(for_administrators, broadcast_routes()),
        any_other_button(start.unknown_press),
        new_message(filters.COMMAND & COMMAND_FOR_THIS_BOT, start.unknown_command),
        new_message(ADDRESSED & ~filters.COMMAND & ~filters.StatusUpdate.ALL, start.unknown_message),
    )


def people_routes() -> tuple[Route, ...]:
    press = AdminPress
    return (
        command(admin_view.COMMAND, panel.panel),
        admin_button(panel.show_panel, press.PANEL),
        admin_button(people.show_people, press.PEOPLE),
        admin_button(people.search, press.SEARCH),
        admin_button(people.show_found, press.FOUND, NUMBER),
        admin_button(people.show_card, press.CARD, NUMBER),
        admin_button(people.promote, press.PROMOTE, NUMBER),
        admin_button(people.demote, press.DEMOTE, NUMBER),
        admin_button(people.ask_letter, press.WRITE, NUMBER),
        admin_button(people.show_notes, press.NOTES, NUMBER),
        admin_button(people.ask_note, press.NOTE, NUMBER),
        admin_button(people.export, press.EXPORT, NUMBER),
        admin_button(audit.show_newest, press.AUDIT),
        admin_button(audit.show_page, press.AUDIT, "(all|by|of)", NUMBER, NUMBER),
    )


def sanction_routes() -> tuple[Route, ...]:
    press = AdminPress
    return (
        admin_button(sanctions.choose_term, press.BAN, NUMBER),
        admin_button(sanctions.choose_silence, press.BAN, NUMBER, TERM),
        admin_button(sanctions.ask_reason, press.BAN, NUMBER, TERM, TOLD_OR_NOT),
        under_question(sanctions.ban_without_reason, press.UNREASONED, NUMBER),
        admin_button(sanctions.unban, press.UNBAN, NUMBER),
        admin_button(sanctions.ask_list, press.BULK),
        under_question(sanctions.confirm_list, press.BULK, TERM),
        under_question(sanctions.ban_list, press.BULK, TERM, TOLD_OR_NOT),
    )


def answer_routes() -> tuple[Route, ...]:
    """Before the routes of broadcasts: what is being asked for isn't put into a draft."""
    return (
        admin_answer(people.SEARCH, people_answers.search),
        admin_answer(people.LETTER, people_answers.letter, LONGEST_LETTER),
        admin_answer(people.NOTE, people_answers.note, LONGEST_NOTE),
        admin_answer(sanctions.REASON, people_answers.reason, LONGEST_REASON),
        admin_answer(sanctions.LIST, sanctions.listed),
    )


def setting_routes() -> tuple[Route, ...]:
    return (
        setting_button(settings.menu, Press.SETTINGS),
        setting_button(settings.choose, f"{Press.SETTINGS}:(news|offers):(on|off)"),
        setting_button(settings.languages, settings_view.LANGUAGE),
        setting_button(settings.choose_language, f"{settings_view.LANGUAGE}:(en|ru|{settings_view.AS_TELEGRAM})"),
        setting_button(settings.regions, settings_view.ZONE),
        setting_button(settings.zones, f"{settings_view.ZONE}:({'|'.join(time_zones.REGIONS)})"),
        setting_button(settings.choose_zone, f"{settings_view.ZONE}:set:([A-Za-z_/]{{1,40}})"),
    )


def privacy_routes() -> tuple[Route, ...]:
    return (
        command("privacy", privacy.told),
        button(Press.PRIVACY, privacy.pressed),
        button(privacy_view.EXPORT, privacy.export),
        button(privacy_view.ERASE, privacy.ask_to_erase),
        button(privacy_view.ERASE_YES, privacy.erase),
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


def bot_setting_routes() -> tuple[Route, ...]:
    """Any name and any value are taken, to be refused with a sentence where they can't be."""
    pressed, data, some = panel.pressed, bot_settings_view.data, "([^:]+)"
    return (
        command(bot_settings_view.COMMAND, bot_settings.command),
        button(data(), partial(pressed, bot_settings.show)),
        button(data(some), partial(pressed, bot_settings.show_one)),
        button(data(some, bot_settings_view.DEFAULT), partial(pressed, bot_settings.reset)),
        button(data(some, "(.+)"), partial(pressed, bot_settings.choose)),
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
    handler = CommandHandler(name, callback, filters.UpdateType.MESSAGE)
    return Route(Update.MESSAGE, handler, f"/{name}", ends_question=True)


ANSWER = ~filters.COMMAND & ~filters.StatusUpdate.ALL
"""What can be an answer to a question."""
MOST_ANSWERED = 4096  # characters: a message's


def new_message(which: filters.BaseFilter, callback: Callback, name: str | None = None) -> Route:
    handler = MessageHandler(filters.UpdateType.MESSAGE & which, callback)
    return Route(Update.MESSAGE, handler, name or callback.__name__)


def button(press: str, callback: Callback) -> Route:
    """`press` is a pattern for the whole of the button's data."""
    return Route(Update.CALLBACK_QUERY, CallbackQueryHandler(callback, pattern=rf"{press}\Z"), f"button {press}")


def any_other_button(callback: Callback) -> Route:
    return Route(Update.CALLBACK_QUERY, CallbackQueryHandler(callback), callback.__name__)


def own_standing(callback: Callback) -> Route:
    """For what becomes of the bot in a chat."""
    handler = ChatMemberHandler(callback, ChatMemberHandler.MY_CHAT_MEMBER)
    return Route(Update.MY_CHAT_MEMBER, handler, callback.__name__)


def broadcast_button(action: broadcasts.Action, press: BroadcastPress, *arguments: str) -> Route:
    """The groups in the patterns `arguments` are what the action is given."""
    return button(broadcast_words.data(press, *arguments), partial(broadcasts.pressed, action))


def admin_button(action: panel.Action, press: AdminPress, *arguments: str) -> Route:
    """The groups in the patterns `arguments` are what the action is given."""
    return button(admin_view.data(press, *arguments), partial(panel.pressed, action))


def under_question(action: panel.Action, press: AdminPress, *arguments: str) -> Route:
    """As `admin_button`, for one that answers what is being asked."""

    async def pressed(_: Update, context: Context) -> None:
        await panel.attempted(action, context)

    return button(admin_view.data(press, *arguments), pressed)


def admin_answer(what: str, answer: people_answers.Answer, most: int = MOST_ANSWERED) -> Route:
    """`most` characters, and no more, are taken."""
    callback = partial(people_answers.answered, answer, most)
    return when_asked(what, new_message(ANSWER, callback, f"answer to {what}"))


def for_banned(route: Route) -> Route:
    return replace(route, takes=whoever_is_banned, name=f"banned: {route.name}")


def setting_button(action: settings.Action, press: str) -> Route:
    """As for broadcasts, the groups in the pattern are what the action is given."""
    return button(press, partial(settings.pressed, action))


def for_administrators(route: Route) -> Route:
    return replace(route, for_administrators=True)


def always(route: Route) -> Route:
    return replace(route, always=True)


def when_asked(what: str, route: Route) -> Route:
    """For the answer to what a person is being asked in their private chat."""
    return replace(route, takes=lambda person: is_asked(person, datetime.now(UTC)) == what)
