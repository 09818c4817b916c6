"""/settings: the messages that a user gets, their language and their time zone."""

from functools import partial

from bot.features.settings import handlers
from bot.features.settings.service import Category
from bot.features.settings.views import AS_TELEGRAM, LANGUAGE, SETTINGS, ZONE
from bot.framework import time_zones
from bot.framework.feature import Feature
from bot.framework.i18n import LANGUAGES
from bot.framework.registry import Command
from bot.framework.route import command, private_button

__all__ = ["FEATURE", "SETTINGS", "Category"]

_button = partial(private_button, elsewhere="settings-in-private")

FEATURE = Feature(
    name="settings",
    routes=(
        command("settings", handlers.settings),
        _button(SETTINGS, handlers.menu),
        _button(SETTINGS, handlers.choose, "(news|offers)", "(on|off)"),
        _button(LANGUAGE, handlers.languages),
        _button(LANGUAGE, handlers.choose_language, f"({'|'.join((*LANGUAGES, AS_TELEGRAM))})"),
        _button(ZONE, handlers.regions),
        _button(ZONE, handlers.zones, f"({'|'.join(time_zones.REGIONS)})"),
        _button(ZONE, handlers.choose_zone, "set", "([A-Za-z_/]{1,40})"),
    ),
    commands=(Command("settings", "settings-command-settings", rank=20, help="settings-help-settings"),),
)
