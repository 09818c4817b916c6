"""While the bot is under maintenance: people are told so, once, and nothing is done for them.

Only what they say and press is turned away. Into which groups the bot is put goes on to its route; and where somebody
came from is kept, for they bring it once.
"""

from telegram import Message, Update

from bot.features.bot_settings import maintenance_service as maintenance
from bot.features.bot_settings import maintenance_views as view
from bot.features.settings import service as users
from bot.framework.context import Context
from bot.framework.permissions import Person, is_administrator
from bot.framework.runtime_settings import Current

NAME = "maintenance"


def turns_away(update: Update, owners: frozenset[int], person: Person | None, settings: Current) -> bool:
    """Whether this is done nothing about: administrators work on."""
    if settings.maintenance_since is None or (update.message is None and update.callback_query is None):
        return False
    user = update.effective_user
    return user is None or not (user.id in owners or is_administrator(person))


async def turn_away(update: Update, context: Context) -> None:
    """A press is answered each time, for it would spin otherwise; a message in private once."""
    if update.callback_query is not None:
        context.answer(view.toast(context.words))
    elif update.message is not None and context.private and update.effective_user is not None:
        if (source := _brought(update.message)) is not None:
            await users.remember_source(await context.work(), context.person_id, source)
        since = context.means.settings.maintenance_since
        if since is not None and await maintenance.tell(await context.work(), context.person_id, since):
            context.reply(view.notice(context.words))


def _brought(message: Message) -> str | None:
    """The parameter of the deep link by which somebody comes."""
    words = (message.text or "").split()
    return words[1] if len(words) > 1 and words[0] == "/start" else None
