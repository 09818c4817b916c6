"""Callback data, excerpts and audiences in texts, for all screens of broadcasts."""

import hashlib
import json
from collections.abc import Mapping
from enum import StrEnum

from bot.features.broadcasts.models import Json, Piece
from bot.features.broadcasts.repository.audience import Audience
from bot.features.broadcasts.repository.broadcasts import Broadcast
from bot.framework.i18n import Texts, language_name
from bot.framework.names import one_line
from bot.framework.screen import CallbackData
from bot.messages import Button

BROADCAST = CallbackData("b")
"""Followed by the action and, mostly, the broadcast's number."""
MOST_EXCERPTED = 60  # characters
MOST_LABELLED = 24  # characters of the same on a button


class Part(StrEnum):
    """A part of an audience, as callback data has it."""

    LANGUAGE = "language"
    ACTIVE = "active"
    SILENT = "silent"
    JOINED = "joined"
    SOURCE = "source"


DAYS_OF: Mapping[Part, str] = {Part.ACTIVE: "active_within", Part.SILENT: "silent_for", Part.JOINED: "joined_within"}
"""The audience's fields of parts that are a number of days."""
EVERYONE = "everyone"
ADMINISTRATORS = "administrators"
ANY = "-"
CHOSEN = "+"

KINDS: Mapping[str, str] = {
    "sendMessage": "text",
    "sendPhoto": "photo",
    "sendVideo": "video",
    "sendAnimation": "animation",
    "sendAudio": "audio",
    "sendVoice": "voice",
    "sendDocument": "document",
    "sendVideoNote": "video-note",
    "sendSticker": "sticker",
    "sendMediaGroup": "album",
    "sendPoll": "poll",
    "sendVenue": "venue",
    "sendLocation": "location",
    "sendContact": "contact",
    "sendDice": "dice",
    "copyMessage": "copy",
}
"""The kind of message that a method sends, as texts name it."""


def button(texts: Texts, name: str, *arguments: object, **facts: str | float) -> Button:
    return Button(texts.plain(f"broadcasts-button-{name}", **facts), BROADCAST(*arguments))


def to_list(texts: Texts) -> tuple[Button, ...]:
    """A row with the button to the list of broadcasts."""
    return (button(texts, "all", "list"),)


def fingerprint(value: str) -> str:
    """Eight characters for a value that may be too long for callback data, which has 64 bytes."""
    return hashlib.sha256(value.encode(errors="replace")).hexdigest()[:8]


def version(broadcast: Broadcast) -> str:
    """Eight characters for content, audience and category: a button carries them, so that it confirms only these."""
    confirmed = [broadcast.content, broadcast.audience.as_json(), broadcast.category]
    return fingerprint(json.dumps(confirmed, sort_keys=True))


def kind(texts: Texts, piece: Piece) -> str:
    return texts.plain("broadcasts-kind", kind=KINDS.get(piece["method"], "copy"))


def excerpt(texts: Texts, broadcast: Broadcast, most: int = MOST_EXCERPTED) -> str:
    """The first texts of a broadcast, or its kind if it has no texts; plain text."""
    pieces = broadcast.content.get("pieces", ())
    if not pieces:
        return texts.plain("broadcasts-empty")
    text = _text_of(pieces[0]["parameters"])
    return one_line(text, most) or texts.plain("broadcasts-excerpt-of-kind", kind=kind(texts, pieces[0]))


def _text_of(parameters: Json) -> str:
    album = parameters.get("media", ())
    captions = [item.get("caption", "") for item in album] if isinstance(album, list) else []
    texts = [parameters.get(name, "") for name in ("text", "caption", "question", "title", "first_name")]
    return next((str(text) for text in [*texts, *captions] if text), "")


def whom(texts: Texts, audience: Audience) -> str:
    """The audience in texts."""
    days = {"active": audience.active_within, "silent": audience.silent_for, "joined": audience.joined_within}
    chosen = []
    if audience.administrators_only:
        chosen.append(texts.plain("broadcasts-audience-administrators"))
    if audience.language:
        name = language_name(texts, audience.language)
        chosen.append(texts.plain("broadcasts-audience-language", language=name))
    chosen += [texts.plain(f"broadcasts-audience-{part}", days=number) for part, number in days.items() if number]
    if audience.source:
        chosen.append(texts.plain("broadcasts-audience-source", source=audience.source))
    return "; ".join(chosen) or texts.plain("broadcasts-audience-everyone")
