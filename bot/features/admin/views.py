"""The administrators' panel, and what all that is reached from it has in common: callback data."""

from enum import StrEnum

from bot.features.bot_settings.maintenance_views import Press as MaintenancePress
from bot.features.bot_settings.views import SHOW as BOT_SETTINGS
from bot.features.broadcasts.buttons import Press as BroadcastPress
from bot.features.broadcasts.buttons import data as broadcast_data
from bot.features.dead_letters.views import Press as DeadLettersPress
from bot.features.start.views import Screen
from bot.features.statistics.views import Press as StatsPress
from bot.framework.i18n import Texts
from bot.messages import Button, Keyboard

COMMAND = "admin"
PREFIX = "a"


class Press(StrEnum):
    """What a button does: the second part of its callback data, behind PREFIX."""

    PANEL = "panel"
    PEOPLE = "people"
    SEARCH = "search"
    FOUND = "found"
    CARD = "card"
    BAN = "ban"
    UNREASONED = "skip"
    UNBAN = "unban"
    PROMOTE = "promote"
    DEMOTE = "demote"
    WRITE = "write"
    NOTES = "notes"
    NOTE = "note"
    EXPORT = "export"
    BULK = "bulk"
    AUDIT = "audit"


def data(press: Press, *arguments: object) -> str:
    return ":".join([PREFIX, press, *map(str, arguments)])


BUTTONS: tuple[tuple[str, str], ...] = (
    ("admin-button-people", data(Press.PEOPLE)),
    ("admin-button-broadcasts", broadcast_data(BroadcastPress.LIST)),
    ("admin-button-stats", StatsPress.SHOW),
    ("admin-button-dead-letters", DeadLettersPress.LIST),
    ("admin-button-maintenance", MaintenancePress.SHOW),
    ("admin-button-bot-settings", BOT_SETTINGS),
    ("admin-button-audit", data(Press.AUDIT)),
)
"""The panel's buttons, one a row: the label's text and the callback data."""


def panel(words: Texts) -> Screen:
    return Screen(words.html("admin-panel"), tuple((Button(words.plain(key), to),) for key, to in BUTTONS))


def under_panel(words: Texts, screen: Screen) -> Screen:
    """A screen that the panel leads to, with the way back."""
    return Screen(screen.text, (*screen.keyboard, *back(words, Press.PANEL)))


def back(words: Texts, to: Press, *arguments: object) -> Keyboard:
    return ((Button(words.plain("admin-button-back"), data(to, *arguments)),),)
