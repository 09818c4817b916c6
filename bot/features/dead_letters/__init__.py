"""Dead letters, in the chat and on the command line: what could not be read, handled or sent."""

from bot.features.dead_letters import command, handlers
from bot.features.dead_letters.views import LETTERS
from bot.framework import route
from bot.framework.feature import Feature
from bot.framework.registry import Command, PanelEntry, Scope
from bot.framework.screen import NUMBER

FEATURE = Feature(
    name="dead_letters",
    admin_routes=(
        route.command("deadletters", handlers.command),
        route.button(LETTERS, handlers.show_list),
        route.button(LETTERS, handlers.older, "older", NUMBER),
        handlers.letter_button(handlers.show, "show"),
        handlers.letter_button(handlers.file, "file"),
        handlers.letter_button(handlers.retry, "retry"),
        handlers.letter_button(handlers.ask_to_discard, "discard"),
        handlers.letter_button(handlers.discard, "discard-yes"),
    ),
    commands=(
        Command(
            "deadletters",
            "dead_letters-command-deadletters",
            rank=140,
            help="dead_letters-help-deadletters",
            scope=Scope.ADMINISTRATORS,
        ),
    ),
    subcommands=(command.DEAD_LETTERS,),
    apology=handlers.apology,
    panel=(PanelEntry("dead_letters-panel-entry", LETTERS(), rank=40),),
)
