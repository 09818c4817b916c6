"""What could not be read, handled or sent: in the chat, and as a command of the command line."""

from bot.features.dead_letters import handlers
from bot.features.dead_letters.views import LETTERS
from bot.framework import route
from bot.framework.feature import Feature
from bot.framework.registry import Command, PanelEntry
from bot.framework.screen import NUMBER

FEATURE = Feature(
    name="dead_letters",
    admin_routes=(
        route.command("deadletters", handlers.command),
        route.button(LETTERS, handlers.show_list),
        route.button(LETTERS, handlers.older, "older", NUMBER),
        route.button(LETTERS, handlers.show, "show", NUMBER),
        route.button(LETTERS, handlers.file, "file", NUMBER),
        route.button(LETTERS, handlers.retry, "retry", NUMBER),
        route.button(LETTERS, handlers.ask_to_discard, "discard", NUMBER),
        route.button(LETTERS, handlers.discard, "discard-yes", NUMBER),
    ),
    commands=(Command("deadletters", "dead_letters-command-deadletters", rank=140, for_administrators=True),),
    panel=(PanelEntry("dead_letters-panel-entry", LETTERS(), rank=40),),
)
