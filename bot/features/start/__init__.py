"""The first screens, the help, and answers to unknown messages."""

from telegram.ext import filters

from bot.features.start import handlers
from bot.features.start.handlers import ADDRESSED, COMMAND_FOR_THIS_BOT, StartSettings
from bot.features.start.views import HELP, ID, START
from bot.framework.feature import Feature
from bot.framework.registry import Command
from bot.framework.route import any_other_button, button, command, keeping_prompt, membership, new_message

_membership = membership(handlers.membership_changed)
KEYS = frozenset({"/help", "/cancel", _membership.key})
"""Keys of the routes that are open to everybody."""

FEATURE = Feature(
    name="start",
    routes=(
        command("start", handlers.start),
        command("help", handlers.help_),
        keeping_prompt(command("cancel", handlers.cancel)),
        command("id", handlers.own_id),
        button(START, handlers.show_start),
        button(HELP, handlers.show_help),
        button(ID, handlers.show_id),
        _membership,
    ),
    fallbacks=(
        any_other_button(handlers.unknown_button),
        new_message(filters.COMMAND & COMMAND_FOR_THIS_BOT, handlers.unknown_command),
        new_message(ADDRESSED & ~filters.COMMAND & ~filters.StatusUpdate.ALL, handlers.unknown_message),
    ),
    settings=StartSettings,
    runtime_settings=handlers.runtime_settings,
    commands=(
        Command("start", "start-command-start", rank=10, help="start-help-start"),
        Command("help", "start-command-help", rank=30, help="start-help-help"),
        Command("cancel", "start-command-cancel", rank=50, help="start-help-cancel"),
        Command("id", "start-command-id", rank=60, help="start-help-id"),
    ),
)
