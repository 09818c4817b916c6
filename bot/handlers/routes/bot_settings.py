"""Settings that administrators change while the bot runs."""

from functools import partial

from bot.handlers.admin import bot_settings
from bot.handlers.admin.panel import pressed
from bot.handlers.routes.route import Route, button, command
from bot.views.bot_settings import COMMAND, DEFAULT, data

SOME = "([^:]+)"


def routes() -> tuple[Route, ...]:
    """Any name and any value are taken, to be refused with a sentence where they can't be."""
    return (
        command(COMMAND, bot_settings.command),
        button(data(), partial(pressed, bot_settings.show)),
        button(data(SOME), partial(pressed, bot_settings.show_one)),
        button(data(SOME, DEFAULT), partial(pressed, bot_settings.reset)),
        button(data(SOME, "(.+)"), partial(pressed, bot_settings.choose)),
    )
