"""The welcome, the help and one's own id."""

from bot.features.settings import SETTINGS
from bot.framework.i18n import Texts
from bot.framework.names import LONGEST_NAME, isolate, sanitize, truncate
from bot.framework.screen import HOME, CallbackData, Screen, back
from bot.messages import Button

START, HELP, ID = CallbackData(HOME), CallbackData("help"), CallbackData("id")


def welcome(texts: Texts, *, name: str, bot: str, private: bool) -> Screen:
    """Settings are a person's own, so in a group there is no button for them."""
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


def unknown_command(texts: Texts) -> Screen:
    return Screen(texts.html("start-unknown-command"))


def cancelled(texts: Texts, *, prompted: bool, cancelled_in_feature: str | None) -> Screen:
    """`cancelled_in_feature` is the sentence of a feature in which something was cancelled."""
    return Screen(cancelled_in_feature or texts.html("start-cancelled" if prompted else "start-nothing-to-cancel"))
