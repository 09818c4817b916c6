"""HTML is parsed as at Telegram, with the same errors."""

import contextlib
import html
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.sandbox.world import utf16
from bot.sandbox.world.bot_api import ApiError
from bot.sandbox.world.entities import FormattedText, trimmed, with_detected_entities
from bot.sandbox.world.html_parser import from_html


def entity(kind: str, offset: int, length: int, **more: Any) -> dict[str, Any]:
    return {"type": kind, "offset": offset, "length": length, **more}


@pytest.mark.parametrize(
    ("source", "text", "entities"),
    [
        ("plain", "plain", []),
        ("<b>bold</b>", "bold", [entity("bold", 0, 4)]),
        ("<B>x</b>", "x", [entity("bold", 0, 1)]),
        ("<b>x</>", "x", [entity("bold", 0, 1)]),
        ("😀<i>ü</i>", "😀ü", [entity("italic", 2, 1)]),
        ("<b>a<i>b</i></b>", "ab", [entity("bold", 0, 2), entity("italic", 1, 1)]),
        ("<b><i>b</i></b>", "b", [entity("italic", 0, 1), entity("bold", 0, 1)]),
        ("<b></b>x", "x", []),
        ("1 &lt; 2 &amp;&#38;&#x26; &nbsp; &", "1 < 2 &&& &nbsp; &", []),
        ("&lt 2", "< 2", []),
        ("&#128512;<u>x</u>", "😀x", [entity("underline", 2, 1)]),
        ("&#99999999999;", "&#99999999999;", []),
        ('<a href="https://x.org/?a=1&amp;b">y</a>', "y", [entity("text_link", 0, 1, url="https://x.org/?a=1&b")]),
        ("<a href='x.org'>y</a>", "y", [entity("text_link", 0, 1, url="http://x.org/")]),
        ("<a>x.org</a>", "x.org", [entity("text_link", 0, 5, url="http://x.org/")]),
        ('<a href="not an address">y</a>', "y", []),
        ('<a href="tg://user?id=5">y</a>', "y", [entity("text_mention", 0, 1, user={"id": 5})]),
        ('<pre><code class="language-py">x</code></pre>', "x", [entity("pre", 0, 1, language="py")]),
        ('<code class="language-py">x</code>', "x", [entity("code", 0, 1)]),
        ("<blockquote expandable>x</blockquote>", "x", [entity("expandable_blockquote", 0, 1)]),
        ('<span class="tg-spoiler">x</span>', "x", [entity("spoiler", 0, 1)]),
        ('<tg-emoji emoji-id="5">👍</tg-emoji>', "👍", [entity("custom_emoji", 0, 2, custom_emoji_id="5")]),
        (
            '<tg-time unix="9" format="r">x</tg-time>',
            "x",
            [entity("date_time", 0, 1, unix_time=9, date_time_format="r")],
        ),
    ],
)
def test_html_becomes_text_and_entities(source: str, text: str, entities: list[dict[str, Any]]) -> None:
    assert from_html(source) == FormattedText(text, tuple(entities))


@pytest.mark.parametrize(
    ("source", "complaint"),
    [
        ("<b>x", 'Can\'t find end tag corresponding to start tag "b"'),
        ("é<x>", 'Unsupported start tag "x" at byte offset 2'),
        ("a < b", 'Unsupported start tag "" at byte offset 2'),
        ("a <b", "Unclosed start tag at byte offset 2"),
        ("x</b>", "Unexpected end tag at byte offset 1"),
        ("<b>x</b", "Unclosed end tag at byte offset 4"),
        ("<b>x</i>", 'Unmatched end tag at byte offset 4, expected "</b>", found "</i>"'),
        ("<b><i>x</b></i>", 'Unmatched end tag at byte offset 7, expected "</i>", found "</b>"'),
        ("<span>x</span>", 'Tag "span" must have class "tg-spoiler" at byte offset 0'),
        ("<a =>x</a>", 'Empty attribute name in the tag "a" at byte offset 0'),
        ('<a href="x', 'Unclosed start tag "a" at byte offset 0'),
        ("<a href=x!>y</a>", "Unexpected end of name token at byte offset 8"),
        ("<tg-emoji emoji-id='x'>y</tg-emoji>", "Invalid custom emoji identifier specified"),
        (
            "&#xd83d;",
            (
                "Text contains invalid Unicode characters after decoding HTML entities, "
                "check for unmatched surrogate code units"
            ),
        ),
    ],
)
def test_broken_html_is_refused_in_telegrams_words(source: str, complaint: str) -> None:
    with pytest.raises(ApiError) as caught:
        from_html(source)
    assert (caught.value.code, caught.value.description) == (400, f"Bad Request: can't parse entities: {complaint}")


@given(st.text(st.characters(exclude_categories=["Cs"])), st.text(st.characters(exclude_categories=["Cs"]), min_size=1))
def test_escaped_text_comes_back_whatever_it_is_and_offsets_count_utf16(before: str, inside: str) -> None:
    parsed = from_html(f"{html.escape(before, quote=False)}<b>{html.escape(inside, quote=False)}</b>")
    assert parsed.text == before + inside
    assert parsed.entities == (entity("bold", utf16.length(before), utf16.length(inside)),)


@given(st.text("<>&/=\"' abicode-#x1;\n😀"))
def test_any_text_is_parsed_or_refused(source: str) -> None:
    with contextlib.suppress(ApiError):
        parsed = from_html(source)
        assert all(0 <= found["offset"] < parsed.length for found in parsed.entities)


@pytest.mark.parametrize(
    ("given_", "left"),
    [
        (FormattedText(" \n x \n"), FormattedText("x")),
        (FormattedText("a  ", (entity("bold", 0, 3),)), FormattedText("a", (entity("bold", 0, 1),))),
        (FormattedText("  a", (entity("bold", 2, 1),)), FormattedText("a", (entity("bold", 0, 1),))),
        (FormattedText("  a", (entity("bold", 1, 2),)), FormattedText(" a", (entity("bold", 0, 2),))),
        (FormattedText("😀  ", (entity("bold", 2, 1),)), FormattedText("😀")),
        (FormattedText(" \n "), FormattedText("")),
    ],
)
def test_white_space_around_is_dropped_and_entities_move_along(given_: FormattedText, left: FormattedText) -> None:
    assert trimmed(given_) == left


@pytest.mark.parametrize(
    ("text", "entities"),
    [
        ("/start", [entity("bot_command", 0, 6)]),
        ("/start@test_bot x", [entity("bot_command", 0, 15)]),
        ("a/b 1/2", []),
        ("😀 @ann", [entity("mention", 3, 4)]),
        ("see https://x.org/a?b.", [entity("url", 4, 17)]),
        ("see example.com", [entity("url", 4, 11)]),
        ("a@b.org", [entity("email", 0, 7)]),
        ("#tag #1", [entity("hashtag", 0, 4)]),
        ("nothing here", []),
    ],
)
def test_commands_mentions_and_links_are_found(text: str, entities: list[dict[str, Any]]) -> None:
    assert with_detected_entities(FormattedText(text)).entities == tuple(entities)


def test_nothing_is_found_inside_code() -> None:
    code = FormattedText("/start /help", (entity("code", 0, 6),))
    assert with_detected_entities(code).entities == (entity("code", 0, 6), entity("bot_command", 7, 5))
