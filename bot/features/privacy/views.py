"""What is kept about people, in plain texts; it has to be true for `db.models`, and for `db.repositories.privacy`."""

from bot.framework.i18n import Texts
from bot.framework.screen import CallbackData, Screen, back
from bot.messages import Button

PRIVACY = CallbackData("privacy")
EXPORT = CallbackData("privacy:export")
ERASE = CallbackData("privacy:erase")
FILE_NAME = "my-data.json"


def overview(texts: Texts, retention_days: int) -> Screen:
    export = Button(texts.plain("privacy-button-export"), EXPORT())
    erase = Button(texts.plain("privacy-button-erase"), ERASE())
    return Screen(texts.html("privacy-text", days=retention_days), ((export,), (erase,), *back(texts)))


def ask_to_erase(texts: Texts) -> Screen:
    yes = Button(texts.plain("privacy-button-erase-yes"), ERASE("yes"))
    no = Button(texts.plain("privacy-button-erase-no"), PRIVACY())
    return Screen(texts.html("privacy-ask-to-erase"), ((yes,), (no,)))


def erased(texts: Texts) -> Screen:
    return Screen(texts.html("privacy-erased"))


def erased_except_ban(texts: Texts) -> Screen:
    return Screen(texts.html("privacy-erased-but-the-ban"))


def exported(texts: Texts) -> str:
    return texts.plain("privacy-exported")


def caption(texts: Texts) -> str:
    return texts.plain("privacy-caption")


def broadcast_under_way(texts: Texts) -> str:
    return texts.plain("privacy-broadcast-under-way")


def in_private(texts: Texts) -> Screen:
    return Screen(texts.html("privacy-in-private"))
