"""Editing and deleting messages.

Source: tdlib/telegram-bot-api, Client::process_edit_message_text_query and its neighbours; tdlib/td,
MessagesManager.cpp, edit_message_media, can_delete_message, can_revoke_message and delete_messages.
"""

from dataclasses import replace

from bot.sandbox.methods import albums, message_ids, texts
from bot.sandbox.methods.keyboards import inline_keyboard
from bot.sandbox.methods.parameters import Parameters
from bot.sandbox.methods.posting import check_user_links, link_preview
from bot.sandbox.world.bot_api import ApiError, Json, bad_request, forbidden
from bot.sandbox.world.chats import Chat
from bot.sandbox.world.message_kinds import EDITABLE, IN_ALBUMS, UNMIXED_IN_ALBUMS
from bot.sandbox.world.messages import Content, Message
from bot.sandbox.world.server_state import ServerState

DELETABLE = 48 * 3600  # seconds
DICE_ROLLS = 24 * 3600  # seconds in which a dice in a private chat can't be deleted


def text(state: ServerState, parameters: Parameters) -> Json:
    formatted = texts.text(state, parameters)
    preview = link_preview(parameters)
    message = _message(state, parameters)
    if message.content.media:
        raise bad_request("there is no text in the message to edit")
    options = {name: value for name, value in message.options.items() if name != "link_preview_options"}
    options |= {"link_preview_options": preview} if preview else {}
    return _change(state, parameters, message, Content(formatted), options)


def caption(state: ServerState, parameters: Parameters) -> Json:
    formatted = texts.caption(state, parameters)
    message = _message(state, parameters)
    if not message.content.has_caption:
        raise bad_request("there is no caption in the message to edit")
    options = {name: value for name, value in message.options.items() if name != "show_caption_above_media"}
    options |= {"show_caption_above_media": True} if parameters.flag("show_caption_above_media") else {}
    return _change(state, parameters, message, replace(message.content, formatted=formatted), options)


def media(state: ServerState, parameters: Parameters) -> Json:
    parameters.required("media")
    content, own_options = albums.input_media(state, parameters, parameters.parsed("media", "input media"))
    message = _message(state, parameters)
    if message.kind not in (*EDITABLE, "text"):
        raise bad_request("message media can't be edited")
    if message.album and content.kind != message.kind:
        if content.kind not in IN_ALBUMS:
            raise bad_request("message content type can't be used in an album")
        if {content.kind, message.kind} & UNMIXED_IN_ALBUMS:
            raise bad_request("can't change media type in the album")
    kept = {name: value for name, value in message.options.items() if name == "protect_content"}
    return _change(state, parameters, message, content, kept | own_options)


def keyboard(state: ServerState, parameters: Parameters) -> Json:
    message = _message(state, parameters)
    return _change(state, parameters, message, message.content, message.options)


def delete(state: ServerState, parameters: Parameters) -> bool:
    number = parameters.number("message_id")
    if number <= 0:
        raise bad_request("message identifier is not specified")
    chat = _chat(state, parameters)
    message = chat.message(number)
    if message is None:
        raise bad_request("message to delete not found")
    _delete(state, chat, [message])
    return True


def delete_many(state: ServerState, parameters: Parameters) -> bool:
    """Delete all or none. Missing messages are skipped."""
    wanted = message_ids.parse(parameters)
    chat = _chat(state, parameters)
    _delete(state, chat, [message for number in wanted if (message := chat.message(number))])
    return True


def _chat(state: ServerState, parameters: Parameters) -> Chat:
    """Find the chat. As at Telegram, a block allows edits, a deactivated account does not."""
    chat = state.chat(parameters.text("chat_id"))
    if chat.person and chat.person.deactivated:
        raise forbidden("user is deactivated")
    if not chat.person and (error := chat.access_error()):
        raise error
    return chat


def _message(state: ServerState, parameters: Parameters) -> Message:
    message = _chat(state, parameters).message(parameters.number("message_id"))
    if message is None:
        raise bad_request("message to edit not found")
    if not message.by_bot or message.origin:
        raise bad_request("message can't be edited")
    return message


def _change(state: ServerState, parameters: Parameters, message: Message, content: Content, options: Json) -> Json:
    """Change the message. A call without a keyboard removes the old one."""
    keyboard = inline_keyboard(parameters)
    check_user_links(state, keyboard)
    before = message.to_json()
    was = message.content, message.keyboard, message.options
    message.content, message.keyboard, message.options = content, keyboard, options
    if message.to_json() == before:
        message.content, message.keyboard, message.options = was
        raise bad_request(
            "message is not modified: specified new message content and reply markup are exactly the same "
            "as a current content and reply markup of the message"
        )
    message.edit_date = state.now()
    state.touch(message)
    return message.to_json()


def _delete(state: ServerState, chat: Chat, messages: list[Message]) -> None:
    for message in messages:
        if error := _delete_error(state, chat, message):
            raise error
    for message in messages:
        message.deleted = True
        state.touch(message)


def _delete_error(state: ServerState, chat: Chat, message: Message) -> ApiError | None:
    """The bot is not an administrator: in a group it can delete only its own messages."""
    age = state.now() - message.date
    if chat.kind == "supergroup":
        return None if message.by_bot and age <= DELETABLE else bad_request("message can't be deleted")
    rolls = chat.is_private and message.kind == "dice" and age < DICE_ROLLS
    if age <= DELETABLE and not rolls and (message.by_bot or chat.is_private):
        return None
    return bad_request("message can't be deleted for everyone")
