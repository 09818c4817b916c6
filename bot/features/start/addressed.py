"""Which messages are meant for the bot: in private all of them, in a group those that name or answer it."""

from telegram import Message, MessageEntity
from telegram.ext import filters


class _Addressed(filters.MessageFilter):
    """In private, or a reply to the bot, or mentions it."""

    def filter(self, message: Message) -> bool:
        return message.chat.type == message.chat.PRIVATE or _answers(message) or _mentions(message)


class _CommandForThisBot(filters.MessageFilter):
    """A command in private, or one that names this bot: `/start@this_bot`."""

    def filter(self, message: Message) -> bool:
        command = (message.text or message.caption or "").split(maxsplit=1)[:1]
        _, _, named = "".join(command).partition("@")
        if named:
            return named.lower() == message.get_bot().username.lower()
        return message.chat.type == message.chat.PRIVATE


def _answers(message: Message) -> bool:
    answered = message.reply_to_message
    return answered is not None and answered.from_user is not None and answered.from_user.id == message.get_bot().id


def _mentions(message: Message) -> bool:
    name = f"@{message.get_bot().username}".lower()
    mentions = {
        **message.parse_entities([MessageEntity.MENTION]),
        **message.parse_caption_entities([MessageEntity.MENTION]),
    }
    return any(mention.lower() == name for mention in mentions.values())


ADDRESSED = _Addressed()
COMMAND_FOR_THIS_BOT = _CommandForThisBot()
