"""The welcome, the help and one's own id."""

from bot.features.settings import SETTINGS
from bot.framework.i18n import Texts
from bot.framework.names import LONGEST_NAME, cut, isolated, tamed
from bot.framework.screen import HOME, CallbackData, Screen, back
from bot.messages import Button

START, HELP, ID = CallbackData(HOME), CallbackData("help"), CallbackData("id")


def welcome(words: Texts, *, name: str, bot: str, private: bool) -> Screen:
    """Settings are a person's own, so in a group there is no button for them."""
    buttons = (Button(words.plain("start-button-help"), HELP()), Button(words.plain("start-button-id"), ID()))
    settings = ((Button(words.plain("start-button-settings"), SETTINGS()),),) if private else ()
    called = isolated(cut(tamed(name), LONGEST_NAME))
    text = words.html("start-welcome", named="yes" if called else "no", name=called, bot=bot)
    return Screen(text, (buttons, *settings))


def help_(words: Texts, *, administrator: bool) -> Screen:
    lines = [words.html("start-help"), *([words.html("start-help-administrator")] if administrator else [])]
    return Screen("\n\n".join(lines), back(words))


def own_id(words: Texts, telegram_id: int) -> Screen:
    return Screen(words.html("start-id", id=str(telegram_id)), back(words))


def unknown_command(words: Texts) -> Screen:
    return Screen(words.html("start-unknown-command"))


def cancelled(words: Texts, *, prompted: bool, said: str | None) -> Screen:
    """`said` is the sentence of a feature in which something was cancelled."""
    return Screen(said or words.html("start-cancelled" if prompted else "start-nothing-to-cancel"))
