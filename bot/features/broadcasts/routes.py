"""Broadcasts, from composing a draft to what is done about one that was sent."""

from functools import partial

from telegram.ext import filters

from bot.features.broadcasts import choices
from bot.features.broadcasts import handlers as broadcasts
from bot.features.broadcasts.buttons import Press, data
from bot.features.broadcasts.repository.broadcasts import Option
from bot.framework.route import Action, Route, button, command, for_administrators, new_message
from bot.framework.screen import NUMBER, CallbackData

PART = "(language|active|silent|joined|source)"
ONE_OF_DAYS = "(active|silent|joined)"
ONE_OF_WORDS = "(language|source)"
VERSION = "([0-9a-f]{8})"


def drafts() -> tuple[Route, ...]:
    return (
        command("broadcast", broadcasts.panel),
        broadcast_button(broadcasts.show_list, Press.LIST),
        broadcast_button(broadcasts.show_waiting, Press.WAITING),
        broadcast_button(broadcasts.new, Press.NEW),
        broadcast_button(broadcasts.show, Press.SHOW, NUMBER),
        broadcast_button(broadcasts.preview, Press.PREVIEW, NUMBER),
        broadcast_button(broadcasts.start_over, Press.START_OVER, NUMBER),
        broadcast_button(broadcasts.discard, Press.DISCARD, NUMBER),
        broadcast_button(broadcasts.compose_on, Press.MORE, NUMBER),
        broadcast_button(choices.choose_category, Press.CATEGORY, NUMBER, "(system|news|offers)"),
        broadcast_button(choices.toggle, Press.TOGGLE, NUMBER, f"({'|'.join(Option)})"),
    )


def whom() -> tuple[Route, ...]:
    return (
        broadcast_button(choices.whom, Press.WHOM, NUMBER),
        broadcast_button(choices.part, Press.PART, NUMBER, PART),
        broadcast_button(choices.choose_everyone, Press.CHOOSE, NUMBER, "everyone", "-"),
        broadcast_button(choices.choose_administrators, Press.CHOOSE, NUMBER, "administrators", "([+-])"),
        broadcast_button(choices.choose_any, Press.CHOOSE, NUMBER, PART, "-"),
        broadcast_button(choices.choose, Press.CHOOSE, NUMBER, ONE_OF_DAYS, "([0-9]{1,3})"),
        broadcast_button(choices.choose, Press.CHOOSE, NUMBER, ONE_OF_WORDS, "([0-9a-f]{8})"),
    )


def when() -> tuple[Route, ...]:
    return (
        broadcast_button(broadcasts.ask_to_send, Press.SEND, NUMBER),
        broadcast_button(broadcasts.send, Press.SEND_YES, NUMBER, VERSION),
        broadcast_button(choices.schedule, Press.SCHEDULE, NUMBER),
        broadcast_button(choices.day, Press.DAY, NUMBER, "([0-9]{8})"),
        broadcast_button(choices.hour, Press.HOUR, NUMBER, "([0-9]{10})"),
        broadcast_button(choices.minute, Press.MINUTE, NUMBER, "([0-9]{12})"),
        broadcast_button(broadcasts.unschedule, Press.UNSCHEDULE, NUMBER),
    )


def under_way() -> tuple[Route, ...]:
    """And what has ended."""
    return (
        broadcast_button(choices.pause, Press.PAUSE, NUMBER),
        broadcast_button(choices.go_on, Press.GO_ON, NUMBER),
        broadcast_button(choices.cancel, Press.CANCEL, NUMBER),
        broadcast_button(choices.failures, Press.FAILURES, NUMBER),
        broadcast_button(choices.ask_to_delete, Press.DELETE, NUMBER),
        broadcast_button(choices.delete, Press.DELETE_YES, NUMBER),
    )


def broadcast_button(action: Action, press: Press, *patterns: str) -> Route:
    """The groups in the patterns are what the action is given."""
    return button(CallbackData(data(press)), partial(broadcasts.pressed, action), *patterns)


LIST = CallbackData(data(Press.LIST))
ROUTES = tuple(
    map(
        for_administrators,
        (*drafts(), *whom(), *when(), *under_way(), new_message(~filters.COMMAND, broadcasts.collect)),
    )
)
"""The last one puts any other message of an administrator's into their open draft."""
