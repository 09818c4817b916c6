"""Parser for the HTML parse mode, with Telegram's error messages.

Source: tdlib/td, MessageEntity.cpp, parse_html.
"""

import re
import sys
from dataclasses import dataclass, field

from bot.sandbox.world import links, utf16
from bot.sandbox.world.bot_api import ApiError, Json, bad_request
from bot.sandbox.world.entities import FormattedText, sorted_entities

TAG_ENTITIES = {
    "b": "bold", "strong": "bold", "i": "italic", "em": "italic", "u": "underline", "ins": "underline",
    "s": "strikethrough", "strike": "strikethrough", "del": "strikethrough", "tg-spoiler": "spoiler",
    "span": "spoiler", "code": "code", "pre": "pre", "blockquote": "blockquote", "a": "text_link",
    "tg-emoji": "custom_emoji", "tg-time": "date_time",
}  # fmt: skip
NAMED_REFERENCES = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}
LONGEST_REFERENCE = 10  # characters of a numeric reference, without the semicolon
_reference = re.compile(r"&(?:#x(?P<hex>[0-9a-fA-F]+)|#(?P<decimal>[0-9]+)|(?P<name>[A-Za-z]+));?")
_plain = re.compile(r"[^<&]+")
_tag_name = re.compile(r"[^ \t\r\n\0\v>]*")
_attribute_name = re.compile(r"[^ \t\r\n\0\v=>/\"']*")
_token = re.compile(r"[A-Za-z0-9.-]*")
_spaces = re.compile(r"[ \t\r\n\0\v]*")
_surrogate = re.compile("[\ud800-\udfff]")
_word_ends = " \t\r\n\0\v>"


@dataclass
class _Tag:
    name: str
    offset: int
    attributes: dict[str, str] = field(default_factory=dict)


def from_html(html: str) -> FormattedText:
    """Parse as Telegram does. Raises `ApiError` with its wording."""
    return _HtmlParser(html).parse() if "<" in html or "&" in html else FormattedText(html)


class _HtmlParser:
    """A single pass from left to right."""

    def __init__(self, html: str) -> None:
        self._html = html
        self._at = 0
        self._text: list[str] = []
        self._offset = 0
        self._open: list[_Tag] = []
        self._entities: list[Json] = []

    def parse(self) -> FormattedText:
        while self._at < len(self._html):
            if plain := _plain.match(self._html, self._at):
                self._at = plain.end()
                self._write(plain.group())
            elif self._html[self._at] == "&":
                self._write(self._character())
            elif self._html.startswith("</", self._at):
                self._end_tag()
            else:
                self._start_tag()
        if self._open:
            raise _parse_error(f'Can\'t find end tag corresponding to start tag "{self._open[-1].name}"')
        for entity in self._entities:
            if entity["type"] == "code":
                entity.pop("language", None)
        return FormattedText(_checked_text("".join(self._text)), sorted_entities(self._entities))

    def _write(self, text: str) -> None:
        self._text.append(text)
        self._offset += utf16.length(text)

    def _character(self) -> str:
        """Resolve the reference at an ampersand. An ampersand without one stands for itself."""
        match = _reference.match(self._html, self._at)
        character = _resolve_reference(match) if match else ""
        self._at = match.end() if match and character else self._at + 1
        return character or "&"

    def _start_tag(self) -> None:
        begin = self._at
        name = self._take(_tag_name, begin + 1).lower()
        if not self._next:
            raise self._error("Unclosed start tag", begin)
        if name not in TAG_ENTITIES:
            raise self._error(f'Unsupported start tag "{name}"', begin)
        tag = _Tag(name, self._offset)
        while self._skip_spaces() != ">":
            self._attribute(tag, begin)
        self._at += 1
        if name == "span" and tag.attributes.get("class") != "tg-spoiler":
            raise self._error('Tag "span" must have class "tg-spoiler"', begin)
        self._open.append(tag)

    def _attribute(self, tag: _Tag, begin: int) -> None:
        name = self._take(_attribute_name, self._at)
        if not name:
            raise self._error(f'Empty attribute name in the tag "{tag.name}"', begin)
        value = ""
        if self._skip_spaces() == "=":
            self._at += 1
            value = self._value() if self._skip_spaces() else ""
        if not self._next:
            raise self._error(f'Unclosed start tag "{tag.name}"', begin)
        tag.attributes[name] = value

    def _value(self) -> str:
        begin = self._at
        if self._next in "\"'":
            return self._quoted()
        token = self._take(_token, begin).lower()
        if self._next and self._next not in _word_ends:
            raise self._error("Unexpected end of name token", begin)
        return token

    def _quoted(self) -> str:
        begin = self._at + 1
        end = self._html.find(self._next, begin)
        end = len(self._html) if end < 0 else end
        self._at = end + 1
        return _reference.sub(lambda match: _resolve_reference(match) or match.group(), self._html[begin:end])

    def _end_tag(self) -> None:
        begin = self._at
        if not self._open:
            raise self._error("Unexpected end tag", begin)
        name = self._take(_tag_name, begin + 2).lower()
        if self._skip_spaces() != ">":
            raise self._error("Unclosed end tag", begin)
        self._at += 1
        tag = self._open.pop()
        if name and name != tag.name:
            raise self._error("Unmatched end tag", begin, f', expected "</{tag.name}>", found "</{name}>"')
        if self._offset > tag.offset:
            self._close(tag)

    def _close(self, tag: _Tag) -> None:
        entity: Json = {"type": TAG_ENTITIES[tag.name], "offset": tag.offset, "length": self._offset - tag.offset}
        language = tag.attributes.get("class", "").removeprefix("language-") if tag.name == "code" else ""
        inner = self._entities[-1] if self._entities else {}
        if _is_code_block(inner, entity) and (language or inner.get("language")):
            inner |= {"type": "pre", "language": language or inner["language"]}
            return
        if language:
            entity["language"] = language
        self._entities += _with_details(entity, tag, "".join(self._text))

    @property
    def _next(self) -> str:
        return self._html[self._at : self._at + 1]

    def _take(self, pattern: re.Pattern[str], begin: int) -> str:
        match = pattern.match(self._html, begin)
        self._at = match.end() if match else begin
        return match.group() if match else ""

    def _skip_spaces(self) -> str:
        self._take(_spaces, self._at)
        return self._next

    def _error(self, what: str, begin: int, rest: str = "") -> ApiError:
        offset = len(self._html[:begin].encode("utf-8", "surrogatepass"))
        return _parse_error(f"{what} at byte offset {offset}{rest}")


def _parse_error(reason: str) -> ApiError:
    return bad_request(f"can't parse entities: {reason}")


def _resolve_reference(match: re.Match[str]) -> str:
    """Return the character, or an empty string: Telegram keeps unknown references as text."""
    if name := match["name"]:
        return NAMED_REFERENCES.get(name, "")
    if len(match.group().removesuffix(";")) >= LONGEST_REFERENCE:
        return ""
    code = int(match["hex"], 16) if match["hex"] else int(match["decimal"])
    return chr(code) if 0 < code < sys.maxunicode else ""


def _is_code_block(inner: Json, outer: Json) -> bool:
    same = (inner.get("offset"), inner.get("length")) == (outer["offset"], outer["length"])
    return same and {inner["type"], outer["type"]} == {"pre", "code"}


def _with_details(entity: Json, tag: _Tag, text: str) -> list[Json]:
    """Add the fields of its type. Return no entity if Telegram drops it silently."""
    match tag.name:
        case "a":
            href = tag.attributes.get("href") or text[utf16.index(text, entity["offset"]) :]
            return links.link_entities(entity, href)
        case "blockquote" if "expandable" in tag.attributes:
            return [entity | {"type": "expandable_blockquote"}]
        case "tg-emoji":
            return [entity | {"custom_emoji_id": _emoji_id(tag)}]
        case "tg-time":
            return _date_time(entity, tag)
    return [entity]


def _emoji_id(tag: _Tag) -> str:
    emoji = tag.attributes.get("emoji-id", "")
    if not emoji.isdecimal() or int(emoji) == 0:
        raise _parse_error("Invalid custom emoji identifier specified")
    return emoji


def _date_time(entity: Json, tag: _Tag) -> list[Json]:
    unix = tag.attributes.get("unix", "")
    if not unix.isdecimal() or int(unix) == 0:
        return []
    return [entity | {"unix_time": int(unix), "date_time_format": tag.attributes.get("format", "")}]


def _checked_text(text: str) -> str:
    if not text.isascii() and _surrogate.search(text):
        raise _parse_error(
            "Text contains invalid Unicode characters after decoding HTML entities, "
            "check for unmatched surrogate code units"
        )
    return text
