"""Common parameters of all methods that send: destination, reply, options and keyboard.

Source: tdlib/telegram-bot-api, Client::do_send_message, check_message_topic and check_reply_parameters.
"""

from dataclasses import dataclass

from bot.sandbox.methods.keyboards import inline_keyboard
from bot.sandbox.methods.parameters import Parameters
from bot.sandbox.world import links
from bot.sandbox.world.bot_api import Json, bad_request
from bot.sandbox.world.chats import Chat
from bot.sandbox.world.messages import Content, Extras, Message
from bot.sandbox.world.server_state import ServerState

GENERAL_TOPIC = 1  # every forum has it; calls reach it by naming no topic
FLAGS = (
    "disable_notification", "protect_content", "allow_paid_broadcast", "show_caption_above_media", "has_spoiler",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Destination:
    """The chat, the topic and the message to reply to."""

    chat: Chat
    thread: int
    reply_to: Message | None


def post(state: ServerState, parameters: Parameters, content: Content, origin: Json | None = None) -> Message:
    """Send one message with the options and keyboard of its call. Raises `ApiError`."""
    options = send_options(parameters)
    keyboard = inline_keyboard(parameters)
    to = destination(state, parameters)
    check_content(to.chat, content)
    check_user_links(state, keyboard)
    return post_to(state, to, content, Extras(keyboard, origin, options=options))


def post_to(state: ServerState, to: Destination, content: Content, extras: Extras) -> Message:
    with_thread = Extras(extras.keyboard, extras.origin, extras.album, to.thread, extras.options)
    message = state.post(to.chat, state.bot, content, to.reply_to, with_thread)
    to.chat.action = "", 0.0
    return message


def destination(state: ServerState, parameters: Parameters) -> Destination:
    wanted = _reply_parameters(parameters)
    chat = state.writable_chat(parameters.text("chat_id"))
    return Destination(chat, _thread(chat, parameters.number("message_thread_id")), _replied_to(chat, wanted))


def send_options(parameters: Parameters) -> Json:
    """Return the options that the call sets, such as `protect_content`."""
    given: Json = {name: True for name in FLAGS if parameters.flag(name)}
    if effect := parameters.text("message_effect_id"):
        given["message_effect_id"] = effect
    if preview := link_preview(parameters):
        given["link_preview_options"] = preview
    return given


def link_preview(parameters: Parameters) -> Json | None:
    given = parameters.parsed("link_preview_options", "link preview options")
    if given is None:
        return {"is_disabled": True} if parameters.flag("disable_web_page_preview") else None
    if not isinstance(given, dict):
        raise bad_request("object expected as link preview options")
    return given


def check_content(chat: Chat, content: Content) -> None:
    if error := chat.content_error(content):
        raise error


def check_user_links(state: ServerState, keyboard: Json | None) -> None:
    """Reject buttons that link to unknown users or to users who forbid links."""
    for button in (button for row in (keyboard or {}).get("inline_keyboard", ()) for button in row):
        number = links.linked_user_id(button.get("url", ""))
        if number is None:
            continue
        person = state.people.get(number)
        if person is None:
            raise bad_request("BUTTON_USER_INVALID")
        if person.forbids_links:
            raise bad_request("BUTTON_USER_PRIVACY_RESTRICTED")


def _thread(chat: Chat, number: int) -> int:
    """Return the requested topic. A supergroup without topics ignores it."""
    if number <= 0 or not (chat.is_private or chat.is_forum):
        return 0
    if number == GENERAL_TOPIC or number not in chat.topics:
        raise bad_request("message thread not found")
    return number


def _reply_parameters(parameters: Parameters) -> Parameters:
    given = parameters.parsed("reply_parameters", "reply parameters")
    if given is None:
        given = {"message_id": parameters.number("reply_to_message_id")}
        given["allow_sending_without_reply"] = parameters.flag("allow_sending_without_reply")
    if not isinstance(given, dict):
        raise bad_request("object expected as reply parameters")
    return Parameters(given)


def _replied_to(chat: Chat, wanted: Parameters) -> Message | None:
    number = wanted.number("message_id")
    message = chat.message(number) if number > 0 else None
    if number > 0 and message is None and not wanted.flag("allow_sending_without_reply"):
        raise bad_request("message to be replied not found")
    return message
