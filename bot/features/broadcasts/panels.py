"""Which message shows how a broadcast goes: the one in its author's chat that was last opened on it."""

from bot.db.unit_of_work import Work
from bot.features.broadcasts.repository.broadcasts import Broadcasts
from bot.features.broadcasts.service import KEPT_SHOWN, Broadcast
from bot.framework.i18n import Texts


async def leave(work: Work, bot_id: int, author_id: int, message_id: int) -> None:
    """Have the message changed by no broadcast any more: its author goes on to something else in it."""
    await work.of(Broadcasts).forget_panel(bot_id, author_id, message_id)


async def take(work: Work, broadcast: Broadcast, person_id: int, message_id: int) -> Broadcast:
    """Have the message kept up to date, if a sender does that and it is its author who looks at it."""
    if broadcast.state not in KEPT_SHOWN or broadcast.author_id != person_id:
        return broadcast
    return await work.of(Broadcasts).change(broadcast.number, KEPT_SHOWN, panel_id=message_id) or broadcast


async def collect_no_more(work: Work, bot_id: int, author_id: int) -> Broadcast | None:
    """Have the author's open draft collect nothing: it is kept if there is something in it.

    Returns it as it was; None if there is none.
    """
    draft = await work.of(Broadcasts).draft_of(bot_id, author_id)
    if draft is not None:
        await work.of(Broadcasts).close_drafts(bot_id, author_id)
    return draft


async def cancel(work: Work, words: Texts, bot_id: int, person_id: int) -> str | None:
    """Close the open draft for `/cancel`, and say what becomes of it."""
    draft = await collect_no_more(work, bot_id, person_id)
    if draft is None:
        return None
    return words.html("broadcasts-cancelled-draft" if draft.composed else "broadcasts-cancelled-empty-draft")
