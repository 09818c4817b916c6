"""Texts too long for one message, in parts: nothing but white space is lost, and each part is HTML of its own."""

import html
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.framework.screen import Screen
from bot.framework.split import LONGEST, split_html, split_screen, truncate_html
from bot.messages import Button
from bot.sandbox.world import utf16
from bot.sandbox.world.html_parser import from_html

FAMILY = "👩\u200d👩\u200d👧"
FLAG = "🇧🇾"
WORDS = st.text("ab<>&\"' \n😀é", max_size=12).map(html.escape) | st.sampled_from(
    ["&lt;", "&#x27;", "&#128512;", "\n\n", "  \n \n  x", FAMILY, FLAG * 3, "❤️", "e\u0301", "👍🏽", "\ud800"]
)
TAGS = ["<b>", "<i>", "<u>", "<s>", "<tg-spoiler>", "<blockquote>", '<a href="https://x.y/?a=&quot;>&amp;b">']
CODE = ["<code>", "<pre>", '<pre><code class="language-python">']  # with nothing in it that is formatted


def tagged(starts: list[str], inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    def wrap(start: str, pieces: list[str]) -> str:
        names = [one.split()[0].rstrip(">") for one in start.split("<")[1:]]
        return f"{start}{''.join(pieces)}{''.join(f'</{name}>' for name in reversed(names))}"

    return st.builds(wrap, st.sampled_from(starts), st.lists(inner, max_size=4))


PIECES = st.recursive(WORDS | tagged(CODE, WORDS), lambda inner: tagged(TAGS, inner), max_leaves=12)
HTML = st.lists(PIECES, max_size=12).map("".join)


def read(text: str) -> tuple[str, list[dict[str, Any]]]:
    """The text and its entities, as Telegram reads them; it says so if a tag is left open."""
    found = from_html(text.replace("\ud800", "x"))
    return found.text, list(found.entities)


def dense(text: str) -> str:
    return "".join(text.split())


def formats(text: str) -> list[tuple[str, tuple[Any, ...]]]:
    """Each character that is seen, with what it is formatted as."""
    plain, entities = read(text)
    kinds = [(one, (one["type"], one.get("url"), one.get("language"))) for one in entities]
    at, found = 0, []
    for character in plain:
        inside = [kind for one, kind in kinds if one["offset"] <= at < one["offset"] + one["length"]]
        if not character.isspace():
            found.append((character, tuple(sorted(set(inside), key=repr))))
        at += utf16.length(character)
    return found


@given(HTML, st.integers(2, 40))
def test_nothing_but_white_space_is_lost_and_formatting_is_kept(text: str, longest: int) -> None:
    found = split_html(text, longest)
    assert all(utf16.length(read(part)[0]) <= longest for part in found)
    assert [each for part in found for each in formats(part)] == formats(text)
    whole, at = read(text)[0], 0
    for part in (read(one)[0] for one in found):
        begin = whole.index(part, at)
        assert not whole[at:begin].strip(), "what lies between two parts is white space"
        at = begin + len(part)
    assert not whole[at:].strip()
    assert len(found) == 1 or all(read(part)[0].strip() for part in found), "Telegram takes no empty message"


@given(HTML, st.integers(3, 40))
def test_a_shortened_text_is_a_beginning_of_the_whole(text: str, longest: int) -> None:
    whole, short = read(text)[0], read(truncate_html(text, longest))[0]
    assert utf16.length(short) <= longest
    assert short == whole or dense(whole).startswith(dense(short).removesuffix("…"))


@given(st.text(max_size=60), st.integers(2, 20))
def test_no_text_is_too_odd(text: str, longest: int) -> None:
    found = split_html(html.escape(text), longest)
    assert dense("".join(html.unescape(one) for one in found)) == dense(text)


@pytest.mark.parametrize(
    ("text", "longest", "expected"),
    [
        ("short", 5, ["short"]),
        ("one two\n\nthree\nfour", 15, ["one two", "three\nfour"]),
        ("one two\nthree four", 12, ["one two", "three four"]),
        ("one two three", 9, ["one two", "three"]),
        ("one  two\n  three", 9, ["one  two", "  three"]),
        ("abcdef", 4, ["abcd", "ef"]),
        ("abcd efgh", 4, ["abcd", "efgh"]),
        ("😀😀😀", 3, ["😀", "😀", "😀"]),
        ("&lt;&amp;&gt;", 2, ["&lt;&amp;", "&gt;"]),
        (f"ab{FAMILY}", 8, ["ab", FAMILY]),
        (FLAG * 3, 10, [FLAG * 2, FLAG]),
        (f"a{FLAG}", 4, ["a", FLAG]),
        ("❤️❤️", 3, ["❤️", "❤️"]),
        ("ab👍🏽", 5, ["ab", "👍🏽"]),
        ("e" + "\u0301" * 5, 4, ["e" + "\u0301" * 3, "\u0301" * 2]),
        ("<b>one <i>two three</i></b>", 8, ["<b>one <i>two</i></b>", "<b><i>three</i></b>"]),
        ("<b>one two</b> three", 7, ["<b>one two</b>", "three"]),
        ("one <b>two</b>", 4, ["one", "<b>two</b>"]),
        (
            '<pre><code class="language-python">a = 1\nb = 2</code></pre>',
            5,
            [
                '<pre><code class="language-python">a = 1</code></pre>',
                '<pre><code class="language-python">b = 2</code></pre>',
            ],
        ),
        ('<a href="https://x.y/?a>b">😀😀</a>', 2, ['<a href="https://x.y/?a>b">😀</a>'] * 2),
        ("<b>a</b><b>b</b>c", 2, ["<b>a</b><b>b</b>", "c"]),
        ("a" + " " * 9, 5, ["a"]),
        ("          a", 5, ["a"]),
        (" " * 9, 5, [""]),
    ],
)
def test_where_it_is_broken(text: str, longest: int, expected: list[str]) -> None:
    assert split_html(text, longest) == expected


def test_what_is_long_only_as_html_stays_whole() -> None:
    text = f"<b>{'&amp;' * LONGEST}</b>"
    assert split_html(text) == [text]
    assert truncate_html(text) == text


def test_a_shortened_text_says_that_there_is_more() -> None:
    assert truncate_html("<b>one two</b> three", 8) == "<b>one two</b>…"


def test_the_keyboard_stands_under_the_last_message() -> None:
    keyboard = ((Button("Back", "back"),),)
    assert split_screen(Screen(f"{'a' * LONGEST} b", keyboard)) == [Screen("a" * LONGEST), Screen("b", keyboard)]
    assert split_screen(Screen("a", keyboard)) == [Screen("a", keyboard)]
