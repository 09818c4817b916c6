"""Texts and files from the bot."""

from bot.sandbox.methods import attachments, texts
from bot.sandbox.methods.parameters import Parameters
from bot.sandbox.methods.posting import post
from bot.sandbox.methods.profiles import Method
from bot.sandbox.world import media
from bot.sandbox.world.bot_api import Json, bad_request
from bot.sandbox.world.message_kinds import MESSAGE_KINDS
from bot.sandbox.world.messages import Content
from bot.sandbox.world.server_state import ServerState

ACTIONS = frozenset({
    "typing", "upload_photo", "record_video", "upload_video", "record_voice", "upload_voice", "upload_document",
    "choose_sticker", "find_location", "record_video_note", "upload_video_note", "record_audio", "upload_audio",
})  # fmt: skip


def text(state: ServerState, parameters: Parameters) -> Json:
    return post(state, parameters, Content(texts.text(state, parameters))).to_json()


def file(kind: str) -> Method:
    """The method that sends a file of this kind."""

    def send(state: ServerState, parameters: Parameters) -> Json:
        found = attachments.sent(state, parameters, kind)
        caption = texts.caption(state, parameters) if MESSAGE_KINDS[kind].has_caption else texts.NO_TEXT
        return post(state, parameters, Content(caption, media.of_file(found, parameters))).to_json()

    return send


def action(state: ServerState, parameters: Parameters) -> bool:
    chat = state.writable_chat(parameters.text("chat_id"))
    if parameters.text("action") not in ACTIONS:
        raise bad_request("wrong parameter action in request")
    chat.action = parameters.text("action"), state.clock.now()
    state.changes.tell()
    return True
