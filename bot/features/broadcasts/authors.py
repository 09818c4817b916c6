"""A broadcast's author: the message that shows it to them, the final report, and the effects of lost rights."""

from bot.db.tables.administrators import Administrators
from bot.db.tables.audit import Action, Audit
from bot.db.unit_of_work import Work
from bot.features.broadcasts import progress_views as view
from bot.features.broadcasts.repository.broadcasts import KEPT_SHOWN, Broadcast, Broadcasts
from bot.framework.i18n import Texts, texts_in
from bot.messages import Text


async def release_panel(work: Work, bot_id: int, author_id: int, message_id: int) -> None:
    """Detach all broadcasts from this message, which the author now uses for something else."""
    await work.of(Broadcasts).forget_panel(bot_id, author_id, message_id)


async def take_panel(work: Work, broadcast: Broadcast, person_id: int, message_id: int) -> Broadcast:
    """Have the sender keep this message up to date, if its reader is the author of a broadcast under way."""
    if broadcast.state not in KEPT_SHOWN or broadcast.author_id != person_id:
        return broadcast
    return await work.of(Broadcasts).change(broadcast.number, KEPT_SHOWN, panel_id=message_id) or broadcast


async def cancel(work: Work, texts: Texts, bot_id: int, person_id: int) -> str | None:
    """Close the open draft for `/cancel`, and say whether it is kept: an empty one isn't."""
    draft = await work.of(Broadcasts).draft_of(bot_id, person_id)
    if draft is None:
        return None
    await work.of(Broadcasts).close_drafts(bot_id, person_id)
    return texts.html("broadcasts-cancelled-draft" if draft.composed else "broadcasts-cancelled-empty-draft")


async def hold_back(work: Work, actor_id: int, author_id: int) -> None:
    """Turn scheduled broadcasts of somebody who lost their rights into drafts. Those under way go on."""
    for number in await work.of(Broadcasts).hold_back(author_id):
        await work.of(Audit).add(actor_id, Action.BROADCAST_HELD_BACK, author_id, number=number)


async def has_under_way(work: Work, author_id: int) -> bool:
    """Return whether a broadcast of theirs is being sent. None of theirs begins before the transaction ends."""
    return await work.of(Broadcasts).has_under_way(author_id)


async def report(owners: frozenset[int], work: Work, ended: Broadcast) -> list[Text]:
    """The report on a broadcast that has ended: to its author, or to the owners if the author may no longer see it."""
    if view.may_see(ended, owners):
        screens = [(ended.author_id, view.report(ended))]
    else:
        readers = [one for one in await work.of(Administrators).reachable(owners) if one.telegram_id in owners]
        screens = [(one.telegram_id, view.report(ended, texts_in(one.language, one.time_zone))) for one in readers]
    return [Text(chat_id, screen.text, screen.keyboard) for chat_id, screen in screens]
