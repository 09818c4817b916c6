"""What /cancel answers."""

from bot.services.broadcasts import Broadcast
from bot.views.i18n import Texts
from bot.views.start import Screen


def cancelled(words: Texts, *, asked: bool, draft: Broadcast | None) -> Screen:
    """`draft` is that of a broadcast which was open: it stays as it is if there is something in it."""
    if draft is not None:
        return Screen(words.html("cancelled-draft" if draft.composed else "cancelled-empty-draft"))
    return Screen(words.html("cancelled" if asked else "nothing-to-cancel"))
