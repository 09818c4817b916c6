"""The terms, and what is said about agreeing to them."""

from bot.features.start.views import Press, Screen
from bot.framework.i18n import Texts
from bot.messages import Button

AGREE = "agree"


def terms(words: Texts, version: str) -> Screen:
    agree = Button(words.plain("button-agree"), f"{AGREE}:{version}")
    privacy = Button(words.plain("button-privacy"), Press.PRIVACY)
    return Screen(words.html("terms", version=version), ((agree,), (privacy,)))


def agreed(words: Texts) -> Screen:
    return Screen(words.html("terms-agreed"), ((Button(words.plain("button-begin"), Press.START),),))


def agree_first(words: Texts) -> str:
    return words.plain("terms-first")


def changed(words: Texts) -> str:
    return words.plain("terms-changed")


def not_asked(words: Texts) -> str:
    return words.plain("terms-not-asked")
