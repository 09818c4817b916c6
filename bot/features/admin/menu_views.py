"""The lists of commands that Telegram shows: everybody's, and administrators' in their own chats."""

from collections.abc import Sequence

from bot.features.admin import views as admin
from bot.features.bot_settings import maintenance_views as maintenance
from bot.features.bot_settings import views as bot_settings
from bot.features.broadcasts import views as broadcasts
from bot.features.dead_letters import views as dead_letters_chat
from bot.features.start.views import COMMANDS, commands
from bot.features.statistics import views as stats
from bot.framework.i18n import Texts
from bot.messages import Commands

ADMINISTRATORS = (
    admin.COMMAND,
    broadcasts.COMMAND,
    stats.COMMAND,
    dead_letters_chat.COMMAND,
    maintenance.COMMAND,
    bot_settings.COMMAND,
)


def of_administrator(words: Texts) -> Sequence[tuple[str, str]]:
    return [(name, words.plain(f"command-{name}")) for name in (*COMMANDS, *ADMINISTRATORS)]


def shown_to(words: Texts, telegram_id: int, *, administrator: bool, chosen: bool) -> Commands:
    """For the outbox: the list that a person's chat is to show, now that their role or language is another.

    `words` are in the language that they are answered in, and `chosen` says whether they chose it: then everybody's
    list has to be set for their chat, which would show it in Telegram's language otherwise.
    """
    if administrator:
        return Commands(telegram_id, of_administrator(words))
    return Commands(telegram_id, commands(words) if chosen else ())
