"""What newcomers see: the welcome, the help, one's number, and answers to what isn't understood."""

from dataclasses import dataclass
from enum import StrEnum

from bot.framework.i18n import FALLBACK, LANGUAGES, Texts, texts
from bot.framework.names import LONGEST_NAME, cut, isolated, tamed
from bot.messages import Button, Keyboard


@dataclass(frozen=True, slots=True)
class Screen:
    """A text, as HTML, and what stands under it."""

    text: str
    keyboard: Keyboard = ()


class Press(StrEnum):
    """Callback data of the buttons here."""

    START = "start"
    HELP = "help"
    ID = "id"
    SETTINGS = "settings"
    PRIVACY = "privacy"


COMMANDS = ("start", "settings", "help", "privacy", "cancel", "id")


def welcome(words: Texts, *, name: str, bot: str, private: bool) -> Screen:
    """Settings are a person's own, so in a group there is no button for them."""
    buttons = (Button(words.plain("button-help"), Press.HELP), Button(words.plain("button-id"), Press.ID))
    settings = ((Button(words.plain("button-settings"), Press.SETTINGS),),) if private else ()
    called = isolated(cut(tamed(name), LONGEST_NAME))
    text = words.html("welcome", named="yes" if called else "no", name=called, bot=bot)
    return Screen(text, (buttons, *settings))


def help_(words: Texts, *, administrator: bool) -> Screen:
    lines = [words.html("help"), *([words.html("help-administrator")] if administrator else [])]
    return Screen("\n\n".join(lines), _back(words))


def own_id(words: Texts, telegram_id: int) -> Screen:
    return Screen(words.html("id", id=str(telegram_id)), _back(words))


def unknown_command(words: Texts) -> Screen:
    return Screen(words.html("unknown-command"))


def unknown_message(words: Texts) -> Screen:
    return Screen(words.html("unknown-message"))


def button_gone(words: Texts) -> str:
    return words.plain("button-gone")


def failed(words: Texts, number: int) -> Screen:
    """The apology for an update that became dead letter `number`."""
    return Screen(words.html("failed", number=str(number)))


def command_lists() -> dict[str, list[tuple[str, str]]]:
    """For each language, "" for all that have no texts of their own, the commands and what they do."""
    lists = {language: commands(texts(language)) for language in LANGUAGES}
    return {"": lists.pop(FALLBACK)} | lists


def commands(words: Texts) -> list[tuple[str, str]]:
    return [(name, words.plain(f"command-{name}")) for name in COMMANDS]


def _back(words: Texts) -> Keyboard:
    return ((Button(words.plain("button-back"), Press.START),),)
