"""Settings that administrators change while the bot runs."""

from functools import partial

from bot.features.admin.handlers import pressed
from bot.features.bot_settings import handlers as bot_settings
from bot.features.bot_settings.views import COMMAND, DEFAULT, data
from bot.framework.route import Route, button, command

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
