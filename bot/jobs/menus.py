"""Administrators' own lists of commands, at the start of a term."""

from collections.abc import Sequence

from bot.db.uow import UnitOfWork
from bot.services import notices
from bot.views.commands import of_administrator
from bot.views.i18n import texts


async def lists(unit_of_work: UnitOfWork, owners: frozenset[int]) -> Sequence[tuple[int, Sequence[tuple[str, str]]]]:
    """By chat, for whoever has opened theirs, in their language."""
    async with unit_of_work.open() as work:
        recipients = await notices.recipients(work, owners)
    return [(one.telegram_id, of_administrator(texts(one.language))) for one in recipients]
