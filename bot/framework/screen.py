"""A screen: the text and keyboard of one message."""

from dataclasses import dataclass

from bot.framework.i18n import Texts
from bot.messages import Button, Keyboard

HOME = "start"
"""Callback data of the button that opens the start screen."""
PANEL = "a:panel"
"""Callback data of the button that opens the administrators' panel."""


@dataclass(frozen=True, slots=True)
class Screen:
    """A text as HTML, and its buttons."""

    text: str
    keyboard: Keyboard = ()


def back(texts: Texts, to: str = HOME) -> Keyboard:
    """A row with a button back to `to`, which is callback data."""
    return ((Button(texts.plain("framework-back"), to),),)


def under_panel(texts: Texts, screen: Screen) -> Screen:
    """The screen with a button back to the administrators' panel."""
    return Screen(screen.text, (*screen.keyboard, *back(texts, PANEL)))


def headed(sentence: str, screen: Screen) -> Screen:
    """The screen with a sentence above it."""
    return Screen(f"{sentence}\n\n{screen.text}", screen.keyboard)


NUMBER = "([0-9]{1,18})"
"""The pattern of a number in callback data."""


@dataclass(frozen=True, slots=True)
class CallbackData:
    """Callback data with a prefix: if `CARD` is `CallbackData("a:card")`, `CARD(1001)` is `a:card:1001`.

    Called with patterns, it returns a pattern. Telegram takes 1 to 64 bytes.
    Source: Bot API, InlineKeyboardButton.
    """

    prefix: str

    def __call__(self, *arguments: object) -> str:
        """The prefix and the arguments, separated by colons."""
        return ":".join([self.prefix, *map(str, arguments)])
