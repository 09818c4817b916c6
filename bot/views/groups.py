"""What the bot says in groups as such."""

from bot.views.i18n import Texts
from bot.views.start import Screen


def leaves(words: Texts) -> Screen:
    return Screen(words.html("leaves-group"))
