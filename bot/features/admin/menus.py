"""Administrators' own lists of commands, at the start of a term; and their end, with whoever is none any more.

An owner is one by the settings, and is taken out of them while no worker runs that could say so to Telegram. So it is
kept whose chat may show that list: those of all owners, also of whoever opens theirs later, and of all administrators.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from bot.db.tables.administrators import Administrators
from bot.db.tables.users import Users
from bot.db.unit_of_work import UnitOfWork
from bot.features.admin.repository import AdministratorsChats
from bot.framework.command_menu import menu_of
from bot.framework.registry import Command
from bot.messages import Commands


@dataclass(frozen=True, slots=True)
class AdminMenus:
    unit_of_work: UnitOfWork
    bot_id: int
    owners: frozenset[int]
    commands: Sequence[Command]

    async def pending(self) -> Sequence[Commands]:
        """For whoever administers and has opened their chat, in their language; and for whoever did, everybody's."""
        async with self.unit_of_work.open() as work:
            recipients = await work.of(Administrators).reachable(self.owners)
            administrators = self.owners | set(await work.of(Administrators).ids(free=True))
            await work.of(AdministratorsChats).add(self.bot_id, administrators)
            former = await work.of(AdministratorsChats).excluding(self.bot_id, administrators)
            people = await work.of(Users).facts(former)
        theirs = [menu_of(self.commands, one.telegram_id, None, one.language, administrator=True) for one in recipients]
        chosen = {telegram_id: people[telegram_id].language for telegram_id in former if telegram_id in people}
        return theirs + [menu_of(self.commands, one, chosen.get(one), None, administrator=False) for one in former]

    async def mark_published(self, telegram_ids: Collection[int]) -> None:
        """These chats show now what they are to show: of whoever is no administrator, nothing more need be known."""
        async with self.unit_of_work.open() as work:
            administrators = self.owners | set(await work.of(Administrators).ids(free=True))
            await work.of(AdministratorsChats).remove(self.bot_id, set(telegram_ids) - administrators)
