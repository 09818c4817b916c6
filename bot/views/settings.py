"""What people choose for themselves: which kinds of broadcasts reach them."""

from collections.abc import Collection

from bot.outgoing.messages import Button
from bot.services.broadcasts import Category
from bot.services.users import CHOOSABLE
from bot.views.i18n import Texts
from bot.views.start import Press, Screen

ON = "on"
OFF = "off"


def data(category: Category, to: str) -> str:
    """Says what it is to be, and not that it is to change: pressed twice, it does what it said."""
    return f"{Press.SETTINGS}:{category}:{to}"


def menu(words: Texts, opted_out: Collection[Category]) -> Screen:
    buttons = tuple((_button(words, category, on=category not in opted_out),) for category in CHOOSABLE)
    return Screen(words.html("settings"), (*buttons, (Button(words.plain("button-back"), Press.START),)))


def in_private(words: Texts) -> Screen:
    return Screen(words.html("settings-in-private"))


def in_private_toast(words: Texts) -> str:
    return words.plain("settings-in-private")


def _button(words: Texts, category: Category, *, on: bool) -> Button:
    name = words.plain("settings-category", category=str(category))
    key, to = ("settings-on", OFF) if on else ("settings-off", ON)
    return Button(words.plain(key, category=name), data(category, to))
