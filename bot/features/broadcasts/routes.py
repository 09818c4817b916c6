"""Broadcasts, from composing a draft to what is done about one that was sent."""

from functools import partial

from telegram.ext import filters

from bot.features.broadcasts import choices
from bot.features.broadcasts import handlers as broadcasts
from bot.features.broadcasts.buttons import BROADCAST
from bot.features.broadcasts.repository.broadcasts import Option
from bot.framework.route import ButtonAction, Route, button, command, new_message
from bot.framework.screen import NUMBER

PART = "(language|active|silent|joined|source)"
ONE_OF_DAYS = "(active|silent|joined)"
ONE_OF_WORDS = "(language|source)"
VERSION = "([0-9a-f]{8})"


def drafts() -> tuple[Route, ...]:
    return (
        command("broadcast", broadcasts.panel),
        broadcast_button(broadcasts.show_list, "list"),
        broadcast_button(broadcasts.show_waiting, "waiting"),
        broadcast_button(broadcasts.new, "new"),
        broadcast_button(broadcasts.show, "show", NUMBER),
        broadcast_button(broadcasts.preview, "preview", NUMBER),
        broadcast_button(broadcasts.start_over, "over", NUMBER),
        broadcast_button(broadcasts.discard, "discard", NUMBER),
        broadcast_button(broadcasts.compose_on, "more", NUMBER),
        broadcast_button(choices.choose_category, "category", NUMBER, "(system|news|offers)"),
        broadcast_button(choices.toggle, "toggle", NUMBER, f"({'|'.join(Option)})"),
    )


def whom() -> tuple[Route, ...]:
    return (
        broadcast_button(choices.whom, "whom", NUMBER),
        broadcast_button(choices.part, "part", NUMBER, PART),
        broadcast_button(choices.choose_everyone, "choose", NUMBER, "everyone", "-"),
        broadcast_button(choices.choose_administrators, "choose", NUMBER, "administrators", "([+-])"),
        broadcast_button(choices.choose_any, "choose", NUMBER, PART, "-"),
        broadcast_button(choices.choose, "choose", NUMBER, ONE_OF_DAYS, "([0-9]{1,3})"),
        broadcast_button(choices.choose, "choose", NUMBER, ONE_OF_WORDS, "([0-9a-f]{8})"),
    )


def when() -> tuple[Route, ...]:
    return (
        broadcast_button(broadcasts.ask_to_send, "send", NUMBER),
        broadcast_button(broadcasts.send, "yes", NUMBER, VERSION),
        broadcast_button(choices.schedule, "schedule", NUMBER),
        broadcast_button(choices.day, "day", NUMBER, "([0-9]{8})"),
        broadcast_button(choices.hour, "hour", NUMBER, "([0-9]{10})"),
        broadcast_button(choices.minute, "minute", NUMBER, "([0-9]{12})"),
        broadcast_button(broadcasts.unschedule, "unschedule", NUMBER),
    )


def under_way() -> tuple[Route, ...]:
    """And what has ended."""
    return (
        broadcast_button(choices.pause, "pause", NUMBER),
        broadcast_button(choices.go_on, "go-on", NUMBER),
        broadcast_button(choices.cancel, "cancel", NUMBER),
        broadcast_button(choices.failures, "failures", NUMBER),
        broadcast_button(choices.ask_to_delete, "delete", NUMBER),
        broadcast_button(choices.delete, "delete-yes", NUMBER),
    )


def broadcast_button(action: ButtonAction, *patterns: str) -> Route:
    """The groups in the patterns are what the action is given."""
    return button(BROADCAST, partial(broadcasts.pressed, action), *patterns)


ROUTES = (*drafts(), *whom(), *when(), *under_way(), new_message(~filters.COMMAND, broadcasts.collect))
"""The last one puts any other message of an administrator's into their open draft."""
