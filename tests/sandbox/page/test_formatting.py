"""The chat page shows formatted text as safe HTML."""

import html
import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.sandbox.page.formatting import as_html
from bot.sandbox.world import utf16
from bot.sandbox.world.entities import FormattedText


def entity(kind: str, offset: int, length: int, **more: Any) -> dict[str, Any]:
    return {"type": kind, "offset": offset, "length": length, **more}


@pytest.mark.parametrize(
    ("text", "entities", "shown"),
    [
        ("a < b & c", [], "a &lt; b &amp; c"),
        ("😀 bold", [entity("bold", 3, 4)], "😀 <strong>bold</strong>"),
        ("abc", [entity("bold", 0, 3), entity("italic", 1, 1)], "<strong>a<em>b</em>c</strong>"),
        ("abcd", [entity("bold", 0, 2), entity("italic", 1, 2)], "<strong>a<em>b</em></strong>cd"),
        ("abc", [entity("bold", 1, 99)], "a<strong>bc</strong>"),
        ("@ann", [entity("mention", 0, 4)], '<span class="accent">@ann</span>'),
        ("x", [entity("text_link", 0, 1, url="javascript:alert(1)")], "x"),
        ("x", [entity("never heard of", 0, 1)], '<span class="accent">x</span>'),
        (
            "x",
            [entity("text_link", 0, 1, url='https://x.org/"><script>')],
            '<a href="https://x.org/&quot;&gt;&lt;script&gt;" target="_blank" rel="noopener noreferrer">x</a>',
        ),
        (
            "/go",
            [entity("bot_command", 0, 3)],
            '<button type="button" class="command" data-say="/go">/go</button>',
        ),
    ],
)
def test_entities_become_tags(text: str, entities: list[dict[str, Any]], shown: str) -> None:
    assert as_html(FormattedText(text, tuple(entities))) == shown


ENTITIES = st.builds(
    entity,
    st.sampled_from(["bold", "pre", "spoiler", "url", "text_link", "bot_command", "email"]),
    st.integers(0, 12),
    st.integers(1, 12),
    url=st.text("<>\"'&:/ajx", max_size=8),
)


@given(st.text("a<>&\"' 😀ü\n", max_size=12), st.lists(ENTITIES, max_size=5))
def test_whatever_the_entities_the_text_is_shown_whole_and_nothing_of_it_is_a_tag(
    text: str, entities: list[dict[str, Any]]
) -> None:
    inside = [found for found in entities if found["offset"] < utf16.length(text)]
    inside.sort(key=lambda found: (found["offset"], -found["length"]))
    shown = as_html(FormattedText(text, tuple(inside)))
    assert html.unescape(re.sub(r"<[^>]*>", "", shown)) == text
