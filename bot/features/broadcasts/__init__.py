"""Messages to many people: composing, audience, schedule, sending, reports, deletion."""

from functools import partial

from telegram.ext import filters

from bot.features.broadcasts import authors, choices, handlers, sender, service
from bot.features.broadcasts.buttons import BROADCAST
from bot.features.broadcasts.models import Broadcast, BroadcastRecipient
from bot.features.broadcasts.repository.broadcasts import Option
from bot.features.broadcasts.repository.recipients import BROADCASTS, RECIPIENTS
from bot.framework.feature import Feature
from bot.framework.registry import Command, PanelEntry, Scope
from bot.framework.route import ButtonAction, Route, button, command, for_administrators, new_message
from bot.framework.screen import NUMBER

PART = "(language|active|silent|joined|source)"
PART_IN_DAYS = "(active|silent|joined)"
PART_IN_WORDS = "(language|source)"
FINGERPRINT = "([0-9a-f]{8})"


def _button(action: ButtonAction, *patterns: str) -> Route:
    return button(BROADCAST, partial(handlers.pressed, action), *patterns)


ROUTES = (
    command("broadcast", handlers.panel),
    _button(handlers.show_list, "list"),
    _button(handlers.show_waiting, "waiting"),
    _button(handlers.new, "new"),
    _button(handlers.show, "show", NUMBER),
    _button(handlers.preview, "preview", NUMBER),
    _button(handlers.start_over, "over", NUMBER),
    _button(handlers.discard, "discard", NUMBER),
    _button(handlers.compose_on, "more", NUMBER),
    _button(choices.choose_category, "category", NUMBER, "(system|news|offers)"),
    _button(choices.toggle, "toggle", NUMBER, f"({'|'.join(Option)})"),
    _button(choices.whom, "whom", NUMBER),
    _button(choices.part, "part", NUMBER, PART),
    _button(choices.choose_everyone, "choose", NUMBER, "everyone", "-"),
    _button(choices.choose_administrators, "choose", NUMBER, "administrators", "([+-])"),
    _button(choices.choose_any, "choose", NUMBER, PART, "-"),
    _button(choices.choose, "choose", NUMBER, PART_IN_DAYS, "([0-9]{1,3})"),
    _button(choices.choose, "choose", NUMBER, PART_IN_WORDS, FINGERPRINT),
    _button(handlers.ask_to_send, "send", NUMBER),
    _button(handlers.send, "yes", NUMBER, FINGERPRINT),
    _button(choices.schedule, "schedule", NUMBER),
    _button(choices.day, "day", NUMBER, "([0-9]{8})"),
    _button(choices.hour, "hour", NUMBER, "([0-9]{10})"),
    _button(choices.minute, "minute", NUMBER, "([0-9]{12})"),
    _button(handlers.unschedule, "unschedule", NUMBER),
    _button(choices.pause, "pause", NUMBER),
    _button(choices.go_on, "go-on", NUMBER),
    _button(choices.cancel, "cancel", NUMBER),
    _button(choices.failures, "failures", NUMBER),
    _button(choices.ask_to_delete, "delete", NUMBER),
    _button(choices.delete, "delete-yes", NUMBER),
)

FEATURE = Feature(
    name="broadcasts",
    admin_routes=ROUTES,
    fallbacks=(for_administrators(new_message(~filters.COMMAND, handlers.collect)),),  # into their open draft
    commands=(
        Command(
            "broadcast",
            "broadcasts-command-broadcast",
            rank=120,
            help="broadcasts-help-broadcast",
            scope=Scope.ADMINISTRATORS,
        ),
    ),
    panel=(PanelEntry("broadcasts-panel-entry", BROADCAST("list"), rank=20),),
    rights_lost=authors.hold_back,
    cancel=authors.cancel,
    tables={BroadcastRecipient: RECIPIENTS, Broadcast: BROADCASTS},  # in the order of erasure
    erasure_waits=authors.has_under_way,
    background=sender.BroadcastSender,
    pruning={"rows_of_broadcasts": service.prune},
)
