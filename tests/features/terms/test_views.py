"""Screens of the terms stay within Telegram's limits in each language."""

import pytest

from bot.features.terms import views as terms
from bot.framework.i18n import LANGUAGES, Texts, texts_in
from tests.support.screens import LONGEST_TOAST, shown_within_limits

TEXTS = pytest.mark.parametrize("texts", [texts_in(language) for language in LANGUAGES], ids=LANGUAGES)


@TEXTS
def test_every_screen_fits(texts: Texts) -> None:
    for screen in (terms.terms(texts, "v" * 32), terms.agreed(texts)):
        shown_within_limits(screen)


@TEXTS
def test_every_toast_fits(texts: Texts) -> None:
    for toast in ("terms-first", "terms-changed", "terms-not-asked"):
        assert 0 < len(texts.plain(toast)) <= LONGEST_TOAST
