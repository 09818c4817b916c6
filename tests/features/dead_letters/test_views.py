"""Screens of dead letters stay within Telegram's limits and escape what they show."""

from datetime import UTC, datetime

import pytest

from bot.db.tables.dead_letters import Letter
from bot.features.dead_letters import views as dead_letters_chat
from bot.features.dead_letters.service import PAGE
from bot.framework.i18n import LANGUAGES, Texts, texts_in
from bot.sandbox.world.html_parser import from_html
from tests.support.screens import LONGEST_CAPTION, LONGEST_TOAST, shown_within_limits

LONGEST_LABEL = 56  # characters
NOW = datetime(2026, 9, 30, 23, 52, 7, tzinfo=UTC)
NASTY = "<b>&\u202e\n" + "w" * 5_000
LETTER = Letter(10**18 - 1, NOW, 42, "update", 7, -(2**52), NASTY, NASTY, NASTY, b'{"text": "<&>"}')
TEXTS = pytest.mark.parametrize("texts", [texts_in(language) for language in LANGUAGES], ids=LANGUAGES)


@TEXTS
def test_every_screen_keeps_telegrams_limits(texts: Texts) -> None:
    for screen in (
        dead_letters_chat.page(texts, [], clean=str),
        dead_letters_chat.page(texts, [LETTER] * (PAGE + 1), clean=str),
        dead_letters_chat.letter(texts, LETTER, clean=str),
        dead_letters_chat.discard_confirmation(texts, LETTER),
    ):
        shown_within_limits(screen, longest_label=LONGEST_LABEL)


@TEXTS
def test_captions_and_toasts_do(texts: Texts) -> None:
    assert len(dead_letters_chat.document(texts, 1, LETTER, clean=str).caption) <= LONGEST_CAPTION
    toasts = [
        *(texts.plain(f"dead_letters-{key}", number=str(LETTER.number)) for key in ("retried", "discarded")),
        *(texts.plain(f"dead_letters-{key}") for key in ("gone", "not-retriable", "file-coming")),
    ]
    assert all(0 < len(toast) <= LONGEST_TOAST for toast in toasts)


def test_what_others_wrote_is_escaped_and_cleaned() -> None:
    texts = texts_in("en")
    letter = dead_letters_chat.letter(texts, LETTER, clean=lambda text: text.replace("w", "*"))
    assert "<b>&amp;" not in letter.text
    assert "&lt;b&gt;&amp;" in letter.text
    assert "ww" not in from_html(letter.text).text.partition("\n\n")[2]
    file = dead_letters_chat.document(texts, 1, LETTER, clean=lambda text: text.replace("&", "?"))
    assert file.content.count("<?>") == 1
