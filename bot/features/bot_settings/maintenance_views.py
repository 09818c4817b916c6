"""Maintenance: what administrators switch, and what people are told meanwhile."""

from bot.framework.callback_data import CallbackData
from bot.framework.i18n import Texts
from bot.framework.screen import Screen
from bot.messages import Button

MAINTENANCE = CallbackData("s:maintenance")


def screen(words: Texts, *, on: bool) -> Screen:
    """The button says what it is to be, so that two quick presses do it once."""
    key, to = ("bot_settings-maintenance-switch-off", "off") if on else ("bot_settings-maintenance-switch-on", "on")
    text = words.html("bot_settings-maintenance-is-on" if on else "bot_settings-maintenance-is-off")
    return Screen(text, ((Button(words.plain(key), MAINTENANCE(to)),),))


def notice(words: Texts) -> Screen:
    return Screen(words.html("bot_settings-maintenance-notice"))


def toast(words: Texts) -> str:
    return words.plain("bot_settings-maintenance-notice")
