"""Media of messages in the Bot API's format."""

import secrets
from collections.abc import Mapping, Sequence

from bot.sandbox.world.bot_api import Json
from bot.sandbox.world.files import File, document_json, photo_json

NUMBER_FIELDS: Mapping[str, Sequence[str]] = {
    "video": ("duration", "width", "height"),
    "animation": ("duration", "width", "height"),
    "audio": ("duration",),
    "voice": ("duration",),
    "video_note": ("duration", "length"),
    "sticker": (),
}
"""Details that the caller states. The real server reads them from the file."""
TEXT_FIELDS: Mapping[str, Sequence[str]] = {"audio": ("title", "performer"), "sticker": ("emoji",)}
STICKER_FIELDS: Json = {"width": 512, "height": 512, "is_animated": False, "is_video": False, "type": "regular"}
KINDS_WITH_FILE_NAME = frozenset({"video", "animation", "audio"})


def of_file(file: File, **details: int | str) -> Json:
    """Return the media of a message with this file. The first key is the kind."""
    if file.kind == "photo":
        return photo_json(file)
    if file.kind == "document":
        return document_json(file)
    described = file.to_json() | (STICKER_FIELDS if file.kind == "sticker" else {})
    described |= {name: details.get(name, 0) for name in NUMBER_FIELDS[file.kind]}
    described |= {name: value for name in TEXT_FIELDS.get(file.kind, ()) if (value := details.get(name))}
    if file.name and file.kind in KINDS_WITH_FILE_NAME:
        described["file_name"] = file.name
    if file.content_type and file.kind in (*KINDS_WITH_FILE_NAME, "voice"):
        described["mime_type"] = file.content_type
    media = {file.kind: described}
    return media | document_json(file) if file.kind == "animation" else media


def location(latitude: float, longitude: float, **more: float) -> Json:
    """`more` has fields such as `live_period`; zero means missing."""
    given = {name: value for name, value in more.items() if value}
    return {"location": {"latitude": latitude, "longitude": longitude} | given}


def contact(phone_number: str, first_name: str, **more: str | int) -> Json:
    """`more` is `last_name`, `vcard` and `user_id`; an empty value means missing."""
    given = {name: value for name, value in more.items() if value}
    return {"contact": {"phone_number": phone_number, "first_name": first_name} | given}


def poll(question: str, options: Sequence[Json], **more: object) -> Json:
    """`options` are {"text": …, "text_entities": …}; `more` overrides the default fields."""
    usual = {
        "total_voter_count": 0,
        "is_closed": False,
        "is_anonymous": True,
        "allows_multiple_answers": False,
        "allows_revoting": more.get("type") != "quiz",
        "members_only": False,
        "type": "regular",
    }
    answers = [{"persistent_id": str(number), "voter_count": 0} | option for number, option in enumerate(options)]
    return {"poll": {"id": str(secrets.randbits(62)), "question": question, "options": answers} | usual | more}


def album_id() -> str:
    return str(secrets.randbits(62))
