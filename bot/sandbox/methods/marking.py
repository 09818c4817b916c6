"""Reactions of the bot, and pinned messages.

Source: tdlib/telegram-bot-api, Client::process_set_message_reaction_query and process_pin_chat_message_query.
"""

from bot.sandbox.methods.parameters import Parameters
from bot.sandbox.world.bot_api import bad_request
from bot.sandbox.world.messages import Message
from bot.sandbox.world.server_state import ServerState


def react(state: ServerState, parameters: Parameters) -> bool:
    """Set the bot's reactions; an empty list removes them."""
    message = _message(state, parameters, "message to react not found")
    given = parameters.parsed("reaction", "reaction types")
    if given is not None and not isinstance(given, list):
        raise bad_request("expected an Array of ReactionType")
    if any(
        not isinstance(one, dict) or one.get("type") not in {"emoji", "custom_emoji", "paid"} for one in given or ()
    ):
        raise bad_request("can't parse reaction types JSON object")
    message.reactions = given or []
    state.touch(message)
    return True


def pin(state: ServerState, parameters: Parameters) -> bool:
    return _set_pinned(state, _message(state, parameters, "message to pin not found"), pinned=True)


def unpin(state: ServerState, parameters: Parameters) -> bool:
    """Unpin a message, by default the newest pinned one."""
    if "message_id" in parameters:
        return _set_pinned(state, _message(state, parameters, "message to unpin not found"), pinned=False)
    chat = state.writable_chat(parameters.text("chat_id"))
    pinned = [message for message in chat.messages.values() if message.pinned and not message.deleted]
    if not pinned:
        raise bad_request("message to unpin not found")
    return _set_pinned(state, pinned[-1], pinned=False)


def _set_pinned(state: ServerState, message: Message, *, pinned: bool) -> bool:
    """The bot is not an administrator: it can pin only in private chats."""
    if message.chat["type"] != "private":
        raise bad_request("not enough rights to manage pinned messages in the chat")
    message.pinned = pinned
    state.touch(message)
    return True


def _message(state: ServerState, parameters: Parameters, complaint: str) -> Message:
    message = state.writable_chat(parameters.text("chat_id")).message(parameters.number("message_id"))
    if message is None:
        raise bad_request(complaint)
    return message
