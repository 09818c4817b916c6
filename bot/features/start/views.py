"""The welcome, the help and the user's id."""

from bot.features.settings import SETTINGS
from bot.framework.i18n import Texts
from bot.framework.names import LONGEST_NAME, isolate, sanitize, truncate
from bot.framework.screen import HOME, CallbackData, Screen, back
from bot.messages import Button

START, HELP, ID = CallbackData(HOME), CallbackData("help"), CallbackData("id")


def welcome(texts: Texts, *, name: str, bot: str, private: bool) -> Screen:
    """The welcome. In a group it has no button to settings, which are personal."""
    buttons = (Button(texts.plain("start-button-help"), HELP()), Button(texts.plain("start-button-id"), ID()))
    settings = ((Button(texts.plain("start-button-settings"), SETTINGS()),),) if private else ()
    called = isolate(truncate(sanitize(name), LONGEST_NAME))
    text = texts.html("start-welcome", named="yes" if called else "no", name=called, bot=bot)
    return Screen(text, (buttons, *settings))


def help_(texts: Texts, *, administrator: bool) -> Screen:
    lines = [texts.html("start-help"), *([texts.html("start-help-administrator")] if administrator else [])]
    return Screen("\n\n".join(lines), back(texts))


def own_id(texts: Texts, telegram_id: int) -> Screen:
    return Screen(texts.html("start-id", id=str(telegram_id)), back(texts))
