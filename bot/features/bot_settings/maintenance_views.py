"""Maintenance: what administrators switch, and what people are told meanwhile."""

from enum import StrEnum

from bot.features.start.views import Screen
from bot.framework.i18n import Texts
from bot.messages import Button

COMMAND = "maintenance"


class Press(StrEnum):
    """Callback data of the buttons here."""

    SHOW = "s:maintenance"
    ON = "s:maintenance:on"
    OFF = "s:maintenance:off"


def screen(words: Texts, *, on: bool) -> Screen:
    """The button says what it is to be, so that two quick presses do it once."""
    key, press = ("maintenance-switch-off", Press.OFF) if on else ("maintenance-switch-on", Press.ON)
    text = words.html("maintenance-is-on" if on else "maintenance-is-off")
    return Screen(text, ((Button(words.plain(key), press),),))


def notice(words: Texts) -> Screen:
    return Screen(words.html("maintenance-notice"))


def toast(words: Texts) -> str:
    return words.plain("maintenance-notice")
