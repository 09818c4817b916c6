"""The terms, and what is said about agreeing to them."""

from bot.features.privacy import PRIVACY
from bot.framework.i18n import Texts
from bot.framework.screen import HOME, CallbackData, Screen
from bot.messages import Button

AGREE = CallbackData("agree")


def terms(words: Texts, version: str) -> Screen:
    agree = Button(words.plain("terms-button-agree"), AGREE(version))
    privacy = Button(words.plain("terms-button-privacy"), PRIVACY())
    return Screen(words.html("terms-text", version=version), ((agree,), (privacy,)))


def agreed(words: Texts) -> Screen:
    return Screen(words.html("terms-agreed"), ((Button(words.plain("terms-button-begin"), HOME),),))


def agree_first(words: Texts) -> str:
    return words.plain("terms-first")


def changed(words: Texts) -> str:
    return words.plain("terms-changed")


def not_asked(words: Texts) -> str:
    return words.plain("terms-not-asked")
