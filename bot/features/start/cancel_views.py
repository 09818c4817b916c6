"""What /cancel answers."""

from bot.features.broadcasts.service import Broadcast
from bot.features.start.views import Screen
from bot.framework.i18n import Texts


def cancelled(words: Texts, *, asked: bool, draft: Broadcast | None) -> Screen:
    """`draft` is that of a broadcast which was open: it stays as it is if there is something in it."""
    if draft is not None:
        return Screen(words.html("cancelled-draft" if draft.composed else "cancelled-empty-draft"))
    return Screen(words.html("cancelled" if asked else "nothing-to-cancel"))
