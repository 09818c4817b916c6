"""Composing: turns an administrator's message into the call that sends the same message to others.

The call holds the content itself, so that editing or deleting the message afterwards changes nothing.
Source: Bot API, Message, and the send methods that it names.
"""

from collections.abc import Mapping, Sequence
from enum import StrEnum

from bot.errors import BotError
from bot.features.broadcasts.models import Content, Json, Piece
from bot.features.broadcasts.repository.broadcasts import Option
from bot.messages import Call, Composed

MOST_MESSAGES = 10  # in one broadcast


class Loss(StrEnum):
    """A part of a message that can't be kept."""

    ALBUM_BUTTONS = "album-buttons"  # Telegram's albums have none
    OTHER_BUTTONS = "other-buttons"  # buttons without a link work only for the bot that made them


class Unsupported(StrEnum):
    """The reason why a message can't be broadcast."""

    SERVICE = "service"
    QUIZ = "quiz"
    KIND = "kind"
    TOO_MANY = "too-many"


class NotBroadcastableError(BotError):
    def __init__(self, why: Unsupported) -> None:
        super().__init__(f"this can't be broadcast: {why}")
        self.why = why


CAPTIONED = ("caption", "caption_entities", "show_caption_above_media")
MEDIA: Mapping[str, tuple[str, Sequence[str]]] = {
    "animation": ("sendAnimation", (*CAPTIONED, "has_spoiler")),  # before "document", which goes along with it
    "photo": ("sendPhoto", (*CAPTIONED, "has_spoiler")),
    "video": ("sendVideo", (*CAPTIONED, "has_spoiler")),
    "audio": ("sendAudio", CAPTIONED[:2]),
    "voice": ("sendVoice", CAPTIONED[:2]),
    "document": ("sendDocument", CAPTIONED[:2]),
    "video_note": ("sendVideoNote", ()),
    "sticker": ("sendSticker", ()),
}
"""Kinds sent by their file id: the method, and the fields of the message that go along."""
IN_ALBUMS = ("photo", "video", "audio", "document")
PLAIN: Mapping[str, tuple[str, Sequence[str]]] = {
    "venue": (
        "sendVenue",
        ("title", "address", "foursquare_id", "foursquare_type", "google_place_id", "google_place_type"),
    ),
    "location": ("sendLocation", ("latitude", "longitude", "horizontal_accuracy")),
    "contact": ("sendContact", ("phone_number", "first_name", "last_name", "vcard")),
    "dice": ("sendDice", ("emoji",)),
}
"""Kinds sent by their fields. A venue comes first: its location goes along with it."""
POLL = ("question", "is_anonymous", "allows_multiple_answers", "type", "open_period")
COPIED = ("checklist", "game", "story")
"""Kinds that can't be rebuilt, but may be copied as long as the source stays as it is."""


def added(content: Content, message: Json) -> tuple[Content, list[Loss]]:
    """The content with one more message, and the losses. Raises NotBroadcastableError."""
    pieces = [*content.get("pieces", ())]
    album = message.get("media_group_id")
    if album is not None and pieces and pieces[-1].get("album") == album:
        pieces[-1] = _with_item(pieces[-1], message)
    elif len(pieces) == MOST_MESSAGES:
        raise NotBroadcastableError(Unsupported.TOO_MANY)
    else:
        pieces.append(_album(message, album) if album is not None else call_for(message))
    return content | {"pieces": pieces}, _losses(message)


def composed(content: Content, chat_id: int, if_refused: str | None = None) -> list[Composed]:
    """The messages of a broadcast to one chat: the same for its preview and for the real thing."""
    options = content.get("options", {})
    common: Call = {
        name: True
        for name, chosen in (("disable_notification", Option.SILENT), ("protect_content", Option.PROTECTED))
        if options.get(chosen)
    }
    messages = []
    for piece in content.get("pieces", ()):
        call = piece["parameters"] | common
        if piece["method"] == "sendMessage" and options.get(Option.NO_PREVIEW):
            call["link_preview_options"] = {"is_disabled": True}
        messages.append(Composed(chat_id, piece["method"], call, if_refused))
    return messages


def call_for(message: Json) -> Piece:
    """The call that sends the same message, without the chat."""
    call = _call(message)
    keyboard = _links(message)
    if keyboard:
        call["parameters"]["reply_markup"] = {"inline_keyboard": keyboard}
    return call


def _call(message: Json) -> Piece:
    if "text" in message:
        return _of("sendMessage", message, ("text", "entities", "link_preview_options"))
    for kind, (method, fields) in MEDIA.items():
        if kind in message:
            return _of(method, message, fields, {kind: _file_id(message[kind])})
    if "poll" in message:
        return _poll(message["poll"])
    for kind, (method, fields) in PLAIN.items():
        if kind in message:
            return _of(method, message[kind], fields, message[kind].get("location", {}))
    if any(kind in message for kind in COPIED):
        source = {"from_chat_id": message["chat"]["id"], "message_id": message["message_id"]}
        return {"method": "copyMessage", "parameters": source}
    raise NotBroadcastableError(Unsupported.KIND if "forward_origin" in message else Unsupported.SERVICE)


def _of(method: str, holder: Json, fields: Sequence[str], besides: Json | None = None) -> Piece:
    kept = {name: holder[name] for name in fields if holder.get(name)}
    spoiler = {"has_spoiler": True} if "has_spoiler" in fields and holder.get("has_media_spoiler") else {}
    return {"method": method, "parameters": {**(besides or {}), **kept, **spoiler}}


def _file_id(media: Json | list[Json]) -> str:
    """The file id. A photo's largest size comes last."""
    return str((media[-1] if isinstance(media, list) else media)["file_id"])


def _poll(poll: Json) -> Piece:
    right = poll.get("correct_option_ids") or [poll[name] for name in ("correct_option_id",) if name in poll]
    if poll.get("type") == "quiz" and not right:
        raise NotBroadcastableError(Unsupported.QUIZ)
    call = _of("sendPoll", poll, (*POLL, "explanation", "explanation_entities", "question_entities"))
    call["parameters"]["is_anonymous"] = bool(poll.get("is_anonymous", True))
    call["parameters"]["options"] = [
        {"text": option["text"]} | ({"text_entities": option["text_entities"]} if option.get("text_entities") else {})
        for option in poll["options"]
    ]
    if right:
        call["parameters"]["correct_option_ids"] = right
    return call


def _album(message: Json, album: str) -> Piece:
    return {"method": "sendMediaGroup", "parameters": {"media": [_item(message)]}, "album": album}


def _with_item(piece: Piece, message: Json) -> Piece:
    return {**piece, "parameters": {"media": [*piece["parameters"]["media"], _item(message)]}}


def _item(message: Json) -> Json:
    kind = next((kind for kind in IN_ALBUMS if kind in message), None)
    if kind is None:
        raise NotBroadcastableError(Unsupported.KIND)
    fields = MEDIA[kind][1]
    return {"type": kind, "media": _file_id(message[kind]), **_of("", message, fields)["parameters"]}


def _links(message: Json) -> list[list[Json]]:
    """The rows of buttons with links, without other buttons."""
    rows = message.get("reply_markup", {}).get("inline_keyboard", ())
    links = [[{"text": button["text"], "url": button["url"]} for button in row if "url" in button] for row in rows]
    return [row for row in links if row]


def _losses(message: Json) -> list[Loss]:
    buttons = [button for row in message.get("reply_markup", {}).get("inline_keyboard", ()) for button in row]
    if buttons and "media_group_id" in message:
        return [Loss.ALBUM_BUTTONS]
    return [Loss.OTHER_BUTTONS] if any("url" not in button for button in buttons) else []
