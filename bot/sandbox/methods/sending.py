"""Texts and files from the bot."""

from bot.sandbox.methods import attachments, texts
from bot.sandbox.methods.parameters import Parameters
from bot.sandbox.methods.posting import post
from bot.sandbox.methods.profiles import Method
from bot.sandbox.world import media
from bot.sandbox.world.bot_api import Json, bad_request
from bot.sandbox.world.message_kinds import KINDS
from bot.sandbox.world.messages import Content
from bot.sandbox.world.server_state import Cloud

ACTIONS = frozenset({
    "typing", "upload_photo", "record_video", "upload_video", "record_voice", "upload_voice", "upload_document",
    "choose_sticker", "find_location", "record_video_note", "upload_video_note", "record_audio", "upload_audio",
})  # fmt: skip


def text(cloud: Cloud, parameters: Parameters) -> Json:
    return post(cloud, parameters, Content(texts.text(cloud, parameters))).to_json()


def file(kind: str) -> Method:
    """The method that sends a file of this kind."""

    def send(cloud: Cloud, parameters: Parameters) -> Json:
        found = attachments.sent(cloud, parameters, kind)
        caption = texts.caption(cloud, parameters) if KINDS[kind].has_caption else texts.NO_TEXT
        return post(cloud, parameters, Content(caption, media.of_file(found, parameters))).to_json()

    return send


def action(cloud: Cloud, parameters: Parameters) -> bool:
    chat = cloud.writable_chat(parameters.text("chat_id"))
    if parameters.text("action") not in ACTIONS:
        raise bad_request("wrong parameter action in request")
    chat.action = parameters.text("action"), cloud.clock.now()
    cloud.changes.tell()
    return True
