"""What somebody is told whose update could not be handled."""

from telegram import Update

from bot.framework.context import reply
from bot.framework.i18n import texts
from bot.framework.screen import Screen
from bot.messages import Text


def apology(update: Update, number: int) -> list[Text]:
    """Only whoever addressed the bot is told: in private, by a command or by a button."""
    message, chat = update.message, update.effective_chat
    commanded = message is not None and (message.text or "").startswith("/")
    addressed = commanded or update.callback_query is not None or (chat is not None and chat.type == chat.PRIVATE)
    if not addressed or update.effective_user is None:
        return []
    words = texts(update.effective_user.language_code)
    said = reply(update, Screen(words.html("dead_letters-failed", number=str(number))))
    return [] if said is None else [said]
