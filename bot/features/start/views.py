"""The welcome, the help and the user's id."""

from collections.abc import Sequence

from bot.features.settings import SETTINGS
from bot.framework.i18n import Texts
from bot.framework.names import LONGEST_NAME, isolate, sanitize, truncate
from bot.framework.registry import Command, Scope
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


def help_(texts: Texts, commands: Sequence[Command]) -> Screen:
    parts = [texts.html("start-help"), "\n".join(_line(texts, one) for one in commands if not _theirs(one))]
    if theirs := [_line(texts, one) for one in commands if _theirs(one)]:
        parts += [texts.html("start-help-administrator"), "\n".join(theirs)]
    return Screen("\n\n".join(parts), back(texts))


def _line(texts: Texts, command: Command) -> str:
    return f"/{command.name} – {texts.html(command.help or command.text)}"


def _theirs(command: Command) -> bool:
    return command.scope is Scope.ADMINISTRATORS


def own_id(texts: Texts, telegram_id: int) -> Screen:
    return Screen(texts.html("start-id", id=str(telegram_id)), back(texts))
