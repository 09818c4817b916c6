"""The terms, and thanks for agreeing to them."""

from bot.features.privacy import PRIVACY
from bot.framework.i18n import Texts
from bot.framework.screen import HOME, CallbackData, Screen
from bot.messages import Button

AGREE = CallbackData("agree")


def terms(texts: Texts, version: str) -> Screen:
    agree = Button(texts.plain("terms-button-agree"), AGREE(version))
    privacy = Button(texts.plain("terms-button-privacy"), PRIVACY())
    return Screen(texts.html("terms-text", version=version), ((agree,), (privacy,)))


def agreed(texts: Texts) -> Screen:
    return Screen(texts.html("terms-agreed"), ((Button(texts.plain("terms-button-begin"), HOME),),))
