"""What is kept about people, in plain words; it has to be true for `db.models`, and for `db.repositories.privacy`."""

from bot.framework.i18n import Texts
from bot.framework.screen import CallbackData, Screen, back
from bot.messages import Button

PRIVACY = CallbackData("privacy")
EXPORT = CallbackData("privacy:export")
ERASE = CallbackData("privacy:erase")
FILE_NAME = "my-data.json"


def told(words: Texts, retention_days: int) -> Screen:
    export = Button(words.plain("privacy-button-export"), EXPORT())
    erase = Button(words.plain("privacy-button-erase"), ERASE())
    return Screen(words.html("privacy-text", days=retention_days), ((export,), (erase,), *back(words)))


def ask_to_erase(words: Texts) -> Screen:
    yes = Button(words.plain("privacy-button-erase-yes"), ERASE("yes"))
    no = Button(words.plain("privacy-button-erase-no"), PRIVACY())
    return Screen(words.html("privacy-ask-to-erase"), ((yes,), (no,)))


def erased(words: Texts) -> Screen:
    return Screen(words.html("privacy-erased"))


def erased_but_the_ban(words: Texts) -> Screen:
    return Screen(words.html("privacy-erased-but-the-ban"))


def exported(words: Texts) -> str:
    return words.plain("privacy-exported")


def caption(words: Texts) -> str:
    return words.plain("privacy-caption")


def broadcast_under_way(words: Texts) -> str:
    return words.plain("privacy-broadcast-under-way")


def in_private(words: Texts) -> Screen:
    return Screen(words.html("privacy-in-private"))
