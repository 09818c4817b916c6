"""What is kept about people, in plain words; it has to be true for `db.models`, and for `db.repositories.privacy`."""

from bot.features.start.views import Press, Screen
from bot.framework.i18n import Texts
from bot.messages import Button

EXPORT = f"{Press.PRIVACY}:export"
ERASE = f"{Press.PRIVACY}:erase"
ERASE_YES = f"{Press.PRIVACY}:erase:yes"
FILE_NAME = "my-data.json"


def told(words: Texts, retention_days: int) -> Screen:
    export = Button(words.plain("button-export"), EXPORT)
    erase = Button(words.plain("button-erase"), ERASE)
    back = Button(words.plain("button-back"), Press.START)
    return Screen(words.html("privacy", days=retention_days), ((export,), (erase,), (back,)))


def ask_to_erase(words: Texts) -> Screen:
    yes = Button(words.plain("button-erase-yes"), ERASE_YES)
    no = Button(words.plain("button-erase-no"), Press.PRIVACY)
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


def in_private_toast(words: Texts) -> str:
    return words.plain("privacy-in-private")
