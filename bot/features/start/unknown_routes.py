"""What no feature took, where it was meant for the bot."""

from telegram.ext import filters

from bot.features.start import handlers as start
from bot.features.start.addressed import ADDRESSED, COMMAND_FOR_THIS_BOT
from bot.framework.route import Route, any_other_button, new_message


def routes() -> tuple[Route, ...]:
    return (
        any_other_button(start.unknown_press),
        new_message(filters.COMMAND & COMMAND_FOR_THIS_BOT, start.unknown_command),
        new_message(ADDRESSED & ~filters.COMMAND & ~filters.StatusUpdate.ALL, start.unknown_message),
    )
