"""Messages changed in place, and taken back."""

from bot.sandbox.chats import Chat
from bot.sandbox.cloud import Cloud
from bot.sandbox.keyboards import inline_keyboard
from bot.sandbox.messages import Content, Message
from bot.sandbox.methods import texts
from bot.sandbox.parameters import Parameters
from bot.sandbox.wire import Json, bad_request, forbidden

MESSAGES_AT_ONCE = 100
DELETABLE = 48 * 3600  # seconds


def text(cloud: Cloud, parameters: Parameters) -> Json:
    formatted = texts.text(cloud, parameters)
    message = _message(cloud, parameters)
    if message.content.media:
        raise bad_request("there is no text in the message to edit")
    return _change(cloud, parameters, message, Content(formatted))


def caption(cloud: Cloud, parameters: Parameters) -> Json:
    formatted = texts.caption(cloud, parameters)
    message = _message(cloud, parameters)
    if not message.content.media:
        raise bad_request("there is no caption in the message to edit")
    return _change(cloud, parameters, message, Content(formatted, message.content.media))


def keyboard(cloud: Cloud, parameters: Parameters) -> Json:
    message = _message(cloud, parameters)
    return _change(cloud, parameters, message, message.content)


def delete(cloud: Cloud, parameters: Parameters) -> bool:
    chat = _chat(cloud, parameters)
    message = chat.message(parameters.number("message_id"))
    if message is None:
        raise bad_request("message to delete not found")
    if not _is_deletable(cloud, chat, message):
        raise bad_request("message can't be deleted for everyone")
    _delete(cloud, message)
    return True


def delete_many(cloud: Cloud, parameters: Parameters) -> bool:
    """What isn't there is passed over."""
    chat = _chat(cloud, parameters)
    numbers = parameters.parsed("message_ids", "message identifiers")
    if not isinstance(numbers, list) or not 1 <= len(numbers) <= MESSAGES_AT_ONCE:
        raise bad_request("message identifiers are not specified")
    for message in map(chat.message, map(int, numbers)):
        if message and _is_deletable(cloud, chat, message):
            _delete(cloud, message)
    return True


def _chat(cloud: Cloud, parameters: Parameters) -> Chat:
    """As Telegram has it for edits: a block does not matter, a deactivated account does."""
    chat = cloud.chat(parameters.text("chat_id"))
    if chat.person and chat.person.deactivated:
        raise forbidden("user is deactivated")
    if not chat.person and (refusal := chat.refusal()):
        raise refusal
    return chat


def _message(cloud: Cloud, parameters: Parameters) -> Message:
    message = _chat(cloud, parameters).message(parameters.number("message_id"))
    if message is None:
        raise bad_request("message to edit not found")
    if not message.by_bot:
        raise bad_request("message can't be edited")
    return message


def _change(cloud: Cloud, parameters: Parameters, message: Message, content: Content) -> Json:
    """A call without a keyboard takes away the one there was."""
    keyboard = inline_keyboard(parameters)
    if (content, keyboard) == (message.content, message.keyboard):
        raise bad_request(
            "message is not modified: specified new message content and reply markup are exactly the same "
            "as a current content and reply markup of the message"
        )
    message.content, message.keyboard, message.edit_date = content, keyboard, cloud.now()
    cloud.touch(message)
    return message.wire()


def _is_deletable(cloud: Cloud, chat: Chat, message: Message) -> bool:
    is_young = cloud.now() - message.date < DELETABLE
    return is_young and (message.by_bot or chat.is_private)


def _delete(cloud: Cloud, message: Message) -> None:
    message.deleted = True
    cloud.touch(message)
