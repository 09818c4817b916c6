"""What becomes of broadcasts whose author has no right to them any more."""

from collections.abc import Collection

from bot.db.tables.administrators import Administrator, Administrators
from bot.db.tables.audit import Action, Audit
from bot.db.unit_of_work import Work
from bot.features.broadcasts.repository.broadcasts import Broadcasts
from bot.features.broadcasts.service import Broadcast


async def hold_back(work: Work, actor_id: int, author_id: int) -> None:
    """In the transaction that takes somebody's rights: what they have scheduled is a draft again, and audited.

    What is under way goes on, for it was begun by right, and any administrator can cancel it.
    """
    for number in await work.of(Broadcasts).hold_back(author_id):
        await work.of(Audit).add(actor_id, Action.BROADCAST_HELD_BACK, author_id, number=number)


def may_see(broadcast: Broadcast, owners: Collection[int]) -> bool:
    """Whether its author is still an owner or an administrator, and may be told how it goes."""
    return broadcast.author_id in owners or broadcast.author_administers


async def readers(work: Work, owners: frozenset[int]) -> list[Administrator]:
    """Who gets the report in the place of an author who may not see it: the owners who can be reached.

    Somebody has to know how it went, and whoever made the author an administrator is an owner.
    """
    return [one for one in await work.of(Administrators).reachable(owners) if one.telegram_id in owners]


async def has_under_way(work: Work, author_id: int) -> bool:
    """Whether a broadcast of theirs is being sent; none of theirs begins until the transaction ends."""
    return await work.of(Broadcasts).has_under_way(author_id)
