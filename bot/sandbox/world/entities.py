"""Formatted text, and the entities that Telegram detects by itself.

Source: tdlib/td, MessageEntity.cpp, find_entities and fix_formatted_text.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from bot.sandbox.world import utf16
from bot.sandbox.world.bot_api import Json

LONGEST_TEXT = 4096  # UTF-16 units, after the entities are parsed
OPAQUE_TYPES = frozenset({"code", "pre", "text_link", "text_mention"})  # no entities are detected inside these
_entity_pattern = re.compile(
    r"(?P<url>\b(?:https?|tg|ton)://[^\s<>\"]*[^\s<>\".,:;!?'()\[\]{}])"
    r"|(?P<email>\b[\w.+-]+@[\w-]+(?:\.[\w-]+)*\.[A-Za-z]{2,}\b)"
    r"|(?P<domain>(?<![\w@./-])(?:[a-z0-9-]+\.)+(?:com|org|net|io|me|dev|app|ru|de|info)\b(?:/[^\s<>\"]*[\w/])?)"
    r"|(?P<bot_command>(?<![\w/<>])/[A-Za-z0-9_]{1,64}(?:@[A-Za-z0-9_]{3,32})?(?![\w/@]))"
    r"|(?P<mention>(?<!\w)@[A-Za-z0-9_]{2,32}(?!\w))"
    r"|(?P<hashtag>(?<![\w#])#(?=\w*[^\W\d])\w{1,255})",
    re.ASCII | re.IGNORECASE,
)
_entity_signs = re.compile(r"[/@#.]")


@dataclass(frozen=True, slots=True)
class FormattedText:
    """A text and its entities in the Bot API's format."""

    text: str = ""
    entities: tuple[Json, ...] = ()

    @property
    def length(self) -> int:
        return utf16.length(self.text)


def with_detected_entities(formatted: FormattedText) -> FormattedText:
    """Add the commands, mentions, links and hashtags that Telegram detects in the text."""
    if not _entity_signs.search(formatted.text):
        return formatted
    taken = [_span(entity) for entity in formatted.entities if entity["type"] in OPAQUE_TYPES]
    found = [entity for entity in _detected(formatted.text) if not any(_overlap(_span(entity), span) for span in taken)]
    return FormattedText(formatted.text, sorted_entities([*formatted.entities, *found])) if found else formatted


def trimmed(formatted: FormattedText) -> FormattedText:
    """Strip white space and adjust the entities."""
    text = formatted.text.rstrip()
    end = utf16.length(text)
    kept = [_cut(entity, end) for entity in formatted.entities if entity["offset"] < end]
    first = min((utf16.index(text, entity["offset"]) for entity in kept), default=len(text))
    blank = first - len(text[:first].lstrip(" \n"))
    return FormattedText(text[blank:], tuple(entity | {"offset": entity["offset"] - blank} for entity in kept))


def make_entity(text: str, part: str, kind: str, **details: Any) -> Json:
    """Make an entity for this part of the text: `bold`, a `text_link` with its `url`, and so on."""
    start = text.index(part)
    return {"type": kind, "offset": utf16.length(text[:start]), "length": utf16.length(part)} | details


def sorted_entities(entities: Iterable[Json]) -> tuple[Json, ...]:
    """Sort by offset, the enclosing entity first."""
    return tuple(sorted(entities, key=lambda entity: (entity["offset"], -entity["length"])))


def _cut(entity: Json, end: int) -> Json:
    over = entity["offset"] + entity["length"] - end
    return entity if over <= 0 else entity | {"length": entity["length"] - over}


def _detected(text: str) -> list[Json]:
    return [
        {
            "type": "url" if match.lastgroup == "domain" else match.lastgroup,
            "offset": utf16.length(text[: match.start()]),
            "length": utf16.length(match.group()),
        }
        for match in _entity_pattern.finditer(text)
    ]


def _span(entity: Json) -> range:
    return range(entity["offset"], entity["offset"] + entity["length"])


def _overlap(one: range, other: range) -> bool:
    return one.start < other.stop and other.start < one.stop
