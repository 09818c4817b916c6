"""Switching maintenance on and off."""

from bot.handlers.admin import maintenance
from bot.handlers.routes.route import Route, button, command
from bot.views.maintenance import COMMAND, Press


def routes() -> tuple[Route, ...]:
    return (
        command(COMMAND, maintenance.command),
        button(Press.SHOW, maintenance.show),
        button(Press.ON, maintenance.switch_on),
        button(Press.OFF, maintenance.switch_off),
    )
