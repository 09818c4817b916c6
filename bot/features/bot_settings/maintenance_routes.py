"""Switching maintenance on and off."""

from bot.features.bot_settings import maintenance_handlers as maintenance
from bot.features.bot_settings.maintenance_views import COMMAND, Press
from bot.framework.route import Route, button, command


def routes() -> tuple[Route, ...]:
    return (
        command(COMMAND, maintenance.command),
        button(Press.SHOW, maintenance.show),
        button(Press.ON, maintenance.switch_on),
        button(Press.OFF, maintenance.switch_off),
    )
