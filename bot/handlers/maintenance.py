"""While the bot is under maintenance: people are told so, once, and nothing is done for them."""

from telegram import Update

from bot.handlers.context import Context
from bot.services import maintenance
from bot.services.people import Person, is_administrator
from bot.services.runtime_settings import Current
from bot.views import maintenance as view

NAME = "maintenance"


def turns_away(update: Update, owners: frozenset[int], person: Person | None, settings: Current) -> bool:
    """Whether this is done nothing about: administrators work on."""
    if settings.maintenance_since is None:
        return False
    user = update.effective_user
    return user is None or not (user.id in owners or is_administrator(person))


async def turn_away(update: Update, context: Context) -> None:
    """A press is answered each time, for it would spin otherwise; a message in private once."""
    if update.callback_query is not None:
        context.answer(view.toast(context.words))
    elif update.message is not None and context.private and update.effective_user is not None:
        since = context.means.settings.maintenance_since
        if since is not None and await maintenance.tell(await context.work(), context.person_id, since):
            context.reply(view.notice(context.words))
