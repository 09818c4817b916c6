"""Messages from the bot."""

from bot.sandbox.chats import Chat
from bot.sandbox.cloud import Cloud
from bot.sandbox.files import File, document_wire, photo_wire
from bot.sandbox.keyboards import inline_keyboard
from bot.sandbox.messages import Content, Message
from bot.sandbox.methods import texts
from bot.sandbox.parameters import Parameters, Upload
from bot.sandbox.wire import Json, bad_request

ACTIONS = frozenset({
    "typing", "upload_photo", "record_video", "upload_video", "record_voice", "upload_voice", "upload_document",
    "choose_sticker", "find_location", "record_video_note", "upload_video_note", "record_audio", "upload_audio",
})  # fmt: skip
ATTACHED = "attach://"


def text(cloud: Cloud, parameters: Parameters) -> Json:
    return _post(cloud, parameters, Content(texts.text(cloud, parameters))).wire()


def photo(cloud: Cloud, parameters: Parameters) -> Json:
    file = _sent_file(cloud, parameters, "photo")
    return _post(cloud, parameters, Content(texts.caption(cloud, parameters), photo_wire(file))).wire()


def document(cloud: Cloud, parameters: Parameters) -> Json:
    file = _sent_file(cloud, parameters, "document")
    return _post(cloud, parameters, Content(texts.caption(cloud, parameters), document_wire(file))).wire()


def copy(cloud: Cloud, parameters: Parameters) -> Json:
    """A message of any chat again, as the bot's own; only its number is answered."""
    source = cloud.chat(parameters.text("from_chat_id")).message(parameters.number("message_id"))
    if source is None:
        raise bad_request("message to copy not found")
    if source.content.event:
        raise bad_request("message can't be copied")
    content = source.content
    if content.media and "caption" in parameters:
        content = Content(texts.caption(cloud, parameters), content.media)
    return {"message_id": _post(cloud, parameters, content).message_id}


def action(cloud: Cloud, parameters: Parameters) -> bool:
    chat = cloud.writable_chat(parameters.text("chat_id"))
    if parameters.text("action") not in ACTIONS:
        raise bad_request("wrong parameter action in request")
    chat.action = parameters.text("action"), cloud.clock.now()
    cloud.changes.tell()
    return True


def _post(cloud: Cloud, parameters: Parameters, content: Content) -> Message:
    keyboard = inline_keyboard(parameters)
    chat = cloud.writable_chat(parameters.text("chat_id"))
    message = cloud.post(chat, cloud.bot, content, _replied_to(chat, parameters))
    message.keyboard = keyboard
    chat.action = "", 0.0
    return message


def _replied_to(chat: Chat, parameters: Parameters) -> Message | None:
    given = parameters.parsed("reply_parameters", "reply parameters")
    if given is None:
        given = {"message_id": parameters.number("reply_to_message_id")}
        given["allow_sending_without_reply"] = parameters.flag("allow_sending_without_reply")
    if not isinstance(given, dict):
        raise bad_request("object expected as reply parameters")
    wanted = Parameters(given)
    number = wanted.number("message_id")
    message = chat.message(number) if number > 0 else None
    if number > 0 and message is None and not wanted.flag("allow_sending_without_reply"):
        raise bad_request("message to be replied not found")
    return message


def _sent_file(cloud: Cloud, parameters: Parameters, what: str) -> File:
    """The file of a call: uploaded with it, known by its id, or an address."""
    given = parameters.text(what)
    upload = parameters.upload(given.removeprefix(ATTACHED) if given.startswith(ATTACHED) else what)
    if upload:
        return _uploaded(cloud, what, upload)
    if not given:
        raise bad_request(f"there is no {what} in the request")
    if given.startswith(("http://", "https://")):
        files = cloud.files
        return files.photo(b"", url=given) if what == "photo" else files.document(b"", "", "", url=given)
    file = cloud.files.by_id(given)
    if file is None:
        raise bad_request("wrong file identifier/HTTP URL specified")
    if file.kind != what:
        raise bad_request(f"can't use file of type {file.kind.title()} as {what.title()}")
    return file


def _uploaded(cloud: Cloud, what: str, upload: Upload) -> File:
    if not upload.content:
        raise bad_request("file must be non-empty")
    if what == "photo":
        return cloud.files.photo(upload.content)
    return cloud.files.document(upload.content, upload.filename, upload.content_type)
