"""What people choose for themselves."""

from functools import partial

from bot.features.settings import handlers as settings
from bot.features.settings import views as view
from bot.features.start.views import Press
from bot.framework import time_zones
from bot.framework.route import Route, button, command


def routes() -> tuple[Route, ...]:
    return (
        command("settings", settings.settings),
        setting_button(settings.menu, Press.SETTINGS),
        setting_button(settings.choose, f"{Press.SETTINGS}:(news|offers):(on|off)"),
        setting_button(settings.languages, view.LANGUAGE),
        setting_button(settings.choose_language, f"{view.LANGUAGE}:(en|ru|{view.AS_TELEGRAM})"),
        setting_button(settings.regions, view.ZONE),
        setting_button(settings.zones, f"{view.ZONE}:({'|'.join(time_zones.REGIONS)})"),
        setting_button(settings.choose_zone, f"{view.ZONE}:set:([A-Za-z_/]{{1,40}})"),
    )


def setting_button(action: settings.Action, press: str) -> Route:
    """The groups in the pattern are what the action is given."""
    return button(press, partial(settings.pressed, action))
