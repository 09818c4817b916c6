"""Texts that are too long for one message: split with their formatting kept, or truncated.

Telegram counts the text without its HTML, in UTF-16 units.
Source: Bot API, sendMessage; tdlib/td, MessageEntity.cpp, parse_html.
"""

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from html import escape, unescape
from itertools import accumulate, takewhile

from bot.framework.names import JOINER
from bot.framework.screen import Screen

LONGEST = 4096  # UTF-16 units of a message
ELLIPSIS = "…"
BREAK_PATTERNS = [re.compile(one, re.ASCII) for one in (r"\n(?=[^\S\n]*\n)", r"\n", r"\s")]
"""Places to split a text: before a blank line, else at the end of a line, else at white space."""
NAMED_ENTITIES = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}
_run = re.compile(r"\s*", re.ASCII)
_token = re.compile(
    r"""<(?P<end>/?)(?P<tag>[A-Za-z][A-Za-z0-9-]*)(?:"[^"<]*"|'[^'<]*'|[^'"<>])*>"""
    r"|&(?:(?P<named>lt|gt|amp|quot)|#x(?P<hex>[0-9A-Fa-f]{1,5})|#(?P<decimal>[0-9]{1,6}));"
    r"|(?s:.)"
)


@dataclass(frozen=True, slots=True)
class _Tag:
    number: int  # tells two equal tags apart
    name: str
    start: str


@dataclass(frozen=True, slots=True)
class _Character:
    """A character of the text, its HTML, and the tags around it, the outermost first."""

    text: str
    html: str
    tags: tuple[_Tag, ...]


def split_html(html: str, longest: int = LONGEST) -> list[str]:
    """Pieces of at most `longest` units (2 or more) with tags of their own. Only white space between them is lost."""
    if _units(html) <= longest:  # without tags it is even shorter
        return [html]
    characters = list(_parse(html))
    text = "".join(one.text for one in characters)
    pieces = list(_slices(text, longest))
    if len(pieces) == 1:
        return [html]
    return [_to_html(characters[piece]) for piece in pieces if text[piece].strip()] or [""]


def split_plain(text: str, longest: int = LONGEST) -> list[str]:
    """Pieces of a text without formatting, split where `split_html` splits."""
    return [unescape(piece) for piece in split_html(escape(text, quote=False), longest)]


def truncate_html(html: str, longest: int = LONGEST) -> str:
    """The text, or its beginning and an ellipsis."""
    first, *rest = split_html(html, longest)
    return split_html(html, longest - len(ELLIPSIS))[0] + ELLIPSIS if rest else first


def split_screen(screen: Screen) -> list[Screen]:
    """A screen as one or more messages. The last one has the keyboard."""
    *before, last = split_html(screen.text)
    return [*map(Screen, before), replace(screen, text=last)]


def _parse(html: str) -> Iterator[_Character]:
    tags: tuple[_Tag, ...] = ()
    for token in _token.finditer(html):
        if token["end"]:
            tags = tags[:-1]
        elif token["tag"]:
            tags = (*tags, _Tag(token.start(), token["tag"], token.group()))
        else:
            yield _Character(_decode(token), token.group(), tags)


def _decode(token: re.Match[str]) -> str:
    if token["named"]:
        return NAMED_ENTITIES[token["named"]]
    if token["hex"] or token["decimal"]:
        return chr(int(token["hex"], 16) if token["hex"] else int(token["decimal"]))
    return token.group()


def _to_html(characters: Sequence[_Character]) -> str:
    """The characters as HTML in which all tags are closed."""
    written, opened = list[str](), tuple[_Tag, ...]()
    for one in characters:
        if one.tags != opened:
            written += _tag_changes(opened, one.tags)
            opened = one.tags
        written.append(one.html)
    return "".join([*written, *_tag_changes(opened, ())])


def _tag_changes(before: tuple[_Tag, ...], after: tuple[_Tag, ...]) -> Iterator[str]:
    common = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(before, after, strict=False)))
    yield from (f"</{tag.name}>" for tag in reversed(before[common:]))
    yield from (tag.start for tag in after[common:])


def _slices(text: str, longest: int) -> Iterator[slice]:
    ends = list(accumulate((_units(character) for character in text), initial=0))
    begin = 0
    while ends[-1] - ends[begin] > longest:
        most = max(bisect_right(ends, ends[begin] + longest) - 1, begin + 1)
        end, after = _break(text, begin, most)
        yield slice(begin, end)
        begin = after
    yield slice(begin, len(text))


def _break(text: str, begin: int, most: int) -> tuple[int, int]:
    """The end of the piece that begins at `begin`, at `most` at the latest, and the beginning of the next one."""
    for kind in BREAK_PATTERNS:
        places = [found.start() for found in kind.finditer(text, begin) if found.start() <= most]
        if places and text[begin : places[-1]].strip():
            return _without_space(text, begin, places[-1])
    end = most
    while end > begin and _is_within_cluster(text, begin, end):
        end -= 1
    end = end if end > begin else most
    return end, end


def _without_space(text: str, begin: int, place: int) -> tuple[int, int]:
    """The bounds of the white space around a place, without the indentation of the next line."""
    end = begin + len(text[begin:place].rstrip(" \t\r\n\v\f"))
    found = _run.match(text, end)
    after = found.end() if found else end
    line = text.rfind("\n", end, after) + 1
    return end, line or after


def _is_within_cluster(text: str, begin: int, place: int) -> bool:
    """Return whether a place is within one visible sign: a letter with marks, joined emoji, a flag."""
    before, after = text[place - 1], text[place]
    if _is_flag_letter(before) and _is_flag_letter(after):
        return sum(1 for _ in takewhile(_is_flag_letter, reversed(text[begin:place]))) % 2 == 1
    changes = unicodedata.category(after)[0] == "M" or "\U0001f3fb" <= after <= "\U0001f3ff"
    return JOINER in (before, after) or changes or "\U000e0020" <= after <= "\U000e007f"


def _is_flag_letter(character: str) -> bool:
    return "\U0001f1e6" <= character <= "\U0001f1ff"


def _units(text: str) -> int:
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2
