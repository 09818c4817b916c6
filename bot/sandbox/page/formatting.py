"""Formatted text as safe HTML."""

from collections.abc import Callable
from dataclasses import dataclass
from html import escape

from bot.sandbox.world import utf16
from bot.sandbox.world.bot_api import Json
from bot.sandbox.world.entities import FormattedText

SAFE_SCHEMES = ("http://", "https://", "mailto:")
TAGS = {
    "bold": "strong", "italic": "em", "underline": "u", "strikethrough": "s", "code": "code", "pre": "pre",
    "blockquote": "blockquote", "expandable_blockquote": "blockquote", "date_time": "time",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Span:
    """An entity measured in characters instead of UTF-16 units."""

    start: int
    end: int
    entity: Json


def as_html(formatted: FormattedText) -> str:
    """Return the escaped text with a tag for each entity."""
    text = formatted.text
    spans = [
        _Span(utf16.index(text, entity["offset"]), utf16.index(text, entity["offset"] + entity["length"]), entity)
        for entity in formatted.entities
    ]
    return _render_range(text, 0, len(text), spans)


def link(address: str, inner: str) -> str:
    """Return a link that opens in a new tab, or only the text if the scheme is unsafe."""
    if not address.lower().startswith(SAFE_SCHEMES):
        return inner
    return f'<a href="{escape(address)}" target="_blank" rel="noopener noreferrer">{inner}</a>'


def _render_range(text: str, start: int, end: int, spans: list[_Span]) -> str:
    """Render a range of the text. Of two entities that overlap partly, the later one is cut."""
    parts: list[str] = []
    at = start
    while spans:
        span, *others = spans
        begin, stop = max(span.start, at), min(span.end, end)
        inside = [other for other in others if other.start < stop]
        spans = others[len(inside) :]
        if begin < stop:
            parts += (
                escape(text[at:begin]),
                _wrap(span.entity, text[begin:stop], _render_range(text, begin, stop, inside)),
            )
            at = stop
    return "".join(parts) + escape(text[at:end])


def _wrap(entity: Json, text: str, inner: str) -> str:
    kind = entity["type"]
    if kind in TAGS:
        return f"<{TAGS[kind]}>{inner}</{TAGS[kind]}>"
    special = RENDERERS.get(kind)
    return special(entity, text, inner) if special else f'<span class="accent">{inner}</span>'


def _url(_: Json, text: str, inner: str) -> str:
    return link(text if "://" in text else f"http://{text}", inner)


def _text_link(entity: Json, _: str, inner: str) -> str:
    return link(str(entity.get("url", "")), inner)


def _email(_: Json, text: str, inner: str) -> str:
    return link(f"mailto:{text}", inner)


def _command(_: Json, text: str, inner: str) -> str:
    return f'<button type="button" class="command" data-say="{escape(text)}">{inner}</button>'


def _spoiler(_: Json, __: str, inner: str) -> str:
    return f'<span class="spoiler" role="button" tabindex="0" aria-label="Hidden text">{inner}</span>'


def _plain(_: Json, __: str, inner: str) -> str:
    return inner


RENDERERS: dict[str, Callable[[Json, str, str], str]] = {
    "url": _url,
    "text_link": _text_link,
    "email": _email,
    "bot_command": _command,
    "spoiler": _spoiler,
    "custom_emoji": _plain,
}
