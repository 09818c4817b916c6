"""What somebody is told who does too much at once."""

from bot.features.start.views import Screen
from bot.framework.i18n import Texts


def too_much(words: Texts) -> Screen:
    return Screen(words.html("too-much"))


def too_much_toast(words: Texts) -> str:
    return words.plain("too-much-toast")
