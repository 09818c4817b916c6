"""What the bot says in groups as such."""

from bot.features.start.views import Screen
from bot.framework.i18n import Texts


def leaves(words: Texts) -> Screen:
    return Screen(words.html("leaves-group"))
