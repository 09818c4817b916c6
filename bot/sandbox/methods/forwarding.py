"""Forwarding messages with their origin, and copying them without it.

Source: tdlib/telegram-bot-api, Client::process_forward_message_query and its neighbours; tdlib/td,
MessagesManager.cpp, can_forward_message and get_forwarded_messages.
"""

from collections.abc import Iterable
from dataclasses import replace
from itertools import pairwise

from bot.sandbox.methods import message_ids, texts
from bot.sandbox.methods.parameters import Parameters
from bot.sandbox.methods.posting import Destination, destination, post, post_to, send_options
from bot.sandbox.world import media
from bot.sandbox.world.bot_api import Json, bad_request
from bot.sandbox.world.chats import Chat
from bot.sandbox.world.messages import Content, Extras, Message
from bot.sandbox.world.server_state import ServerState


def forward(state: ServerState, parameters: Parameters) -> Json:
    message = _message(state, parameters, "message to forward not found")
    if not _may_be_forwarded(message):
        raise bad_request("the message can't be forwarded")
    return post(state, parameters, message.content, message.forward_origin()).to_json()


def copy(state: ServerState, parameters: Parameters) -> Json:
    """Copy a message and return only the new id. A bot may copy protected messages."""
    message = _message(state, parameters, "message to copy not found")
    if not _may_be_copied(message):
        raise bad_request("the message can't be copied")
    content = message.content
    if content.has_caption and "caption" in parameters:
        content = replace(content, formatted=texts.caption(state, parameters))
    return {"message_id": post(state, parameters, content).message_id}


def forward_many(state: ServerState, parameters: Parameters) -> list[Json]:
    to, found = _many(state, parameters)
    return _again(state, parameters, to, (message for message in found if _may_be_forwarded(message)))


def copy_many(state: ServerState, parameters: Parameters) -> list[Json]:
    to, found = _many(state, parameters)
    return _again(state, parameters, to, (message for message in found if _may_be_copied(message)), copies=True)


def _again(
    state: ServerState, parameters: Parameters, to: Destination, messages: Iterable[Message], *, copies: bool = False
) -> list[Json]:
    """Send what can be sent, keep albums together, and return the new ids."""
    options = send_options(parameters)
    sent: list[Json] = []
    albums: dict[str, str] = {}
    for message in messages:
        if to.chat.content_error(message.content):
            continue
        album = albums.setdefault(message.album, media.album_id()) if message.album else ""
        extras = Extras(origin=None if copies else message.forward_origin(), album=album, options=options)
        content = message.content
        if copies and content.has_caption and parameters.flag("remove_caption"):
            content = Content(media=content.media)
        sent.append({"message_id": post_to(state, to, content, extras).message_id})
    if not sent:
        raise bad_request("messages can't be forwarded")
    return sent


def _many(state: ServerState, parameters: Parameters) -> tuple[Destination, list[Message]]:
    """Return the destination and the messages that still exist."""
    parameters.required("from_chat_id")
    wanted = message_ids.parse(parameters)
    to = destination(state, parameters)
    source = _source(state, parameters)
    found = [message for number in wanted if (message := source.message(number))]
    if not found:
        raise bad_request("there are no messages to forward")
    if any(one.message_id >= other.message_id for one, other in pairwise(found)):
        raise bad_request("message identifiers must be in a strictly increasing order")
    return to, found


def _message(state: ServerState, parameters: Parameters, complaint: str) -> Message:
    parameters.required("from_chat_id")
    message = _source(state, parameters).message(parameters.number("message_id"))
    if message is None:
        raise bad_request(complaint)
    return message


def _source(state: ServerState, parameters: Parameters) -> Chat:
    """Find the chat to read from. In a supergroup the bot must be a member."""
    chat = state.chat(parameters.text("from_chat_id"))
    if chat.kind == "supergroup" and (error := chat.access_error()):
        raise error
    return chat


def _may_be_copied(message: Message) -> bool:
    return not message.content.event


def _may_be_forwarded(message: Message) -> bool:
    return _may_be_copied(message) and not message.options.get("protect_content")
