"""Who may do what only administrators may."""

from telegram import Update

from bot.db.tables.people import People
from bot.framework import permissions as people
from bot.framework.context import OpenWork
from bot.framework.permissions import Person


async def may_administer(update: Update, owners: frozenset[int], person: Person | None, work: OpenWork) -> bool:
    """Whether an owner or an administrator does this, in their private chat with the bot.

    An administrator's right is looked at in the transaction that acts on it, and can't be taken away until that ends.
    What anybody else sends goes on to the routes behind, as if there were no such command or button: whoever forges a
    button's data learns nothing by it.
    """
    user, chat = update.effective_user, update.effective_chat
    if user is None or chat is None or chat.type != chat.PRIVATE:
        return False
    if user.id in owners:
        return True
    return people.is_administrator(person) and await (await work()).of(People).is_administrator(user.id)
