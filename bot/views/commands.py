"""The lists of commands that Telegram shows: everybody's, and administrators' in their own chats."""

from collections.abc import Sequence

from bot.outgoing.messages import Commands
from bot.views import admin, bot_settings, broadcasts, dead_letters_chat, maintenance, stats
from bot.views.i18n import Texts
from bot.views.start import COMMANDS

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


def shown_to(words: Texts, telegram_id: int, *, administrator: bool) -> Commands:
    """For the outbox: what a person's chat shows from now on; whoever is no administrator sees everybody's list."""
    return Commands(telegram_id, of_administrator(words) if administrator else ())
