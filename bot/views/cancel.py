"""What /cancel answers."""

from bot.views.i18n import Texts
from bot.views.start import Screen


def cancelled(words: Texts, *, asked: bool, collected: bool) -> Screen:
    """`collected` says that a draft of a broadcast was open, which stays as it is."""
    if collected:
        return Screen(words.html("cancelled-draft"))
    return Screen(words.html("cancelled" if asked else "nothing-to-cancel"))
