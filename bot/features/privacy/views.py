"""The bot's statement of the data that it keeps. It has to agree with all `models.py` and with what erasure does."""

from bot.framework.i18n import Texts
from bot.framework.screen import CallbackData, Screen, back
from bot.messages import Button

PRIVACY = CallbackData("privacy")
EXPORT = CallbackData("privacy:export")
ERASE = CallbackData("privacy:erase")


def overview(texts: Texts, retention_days: int) -> Screen:
    export = Button(texts.plain("privacy-button-export"), EXPORT())
    erase = Button(texts.plain("privacy-button-erase"), ERASE())
    return Screen(texts.html("privacy-text", days=retention_days), ((export,), (erase,), *back(texts)))


def ask_to_erase(texts: Texts) -> Screen:
    yes = Button(texts.plain("privacy-button-erase-yes"), ERASE("yes"))
    no = Button(texts.plain("privacy-button-erase-no"), PRIVACY())
    return Screen(texts.html("privacy-ask-to-erase"), ((yes,), (no,)))
