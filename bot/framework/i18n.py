"""Texts in the person's language: Fluent files, loaded once.

Each feature's folder has its texts, and this folder has those that features share. The languages on offer are those
of the files beside this module.
"""

import html
from collections.abc import Mapping
from datetime import UTC, tzinfo
from functools import cache
from pathlib import Path

from babel import Locale
from fluent.runtime import FluentBundle, FluentResource

from bot.framework import time_zones

FRAMEWORK_FOLDER = Path(__file__).resolve().parent
FEATURES_FOLDER = FRAMEWORK_FOLDER.parent / "features"
FALLBACK = "en"
LANGUAGES = (FALLBACK, *sorted({file.stem for file in FRAMEWORK_FOLDER.glob("*.ftl")} - {FALLBACK}))


class Texts:
    """All texts in one language, and the clock by which times are said in them."""

    def __init__(self, language: str, zone: tzinfo = UTC) -> None:
        self.language = language
        self.zone = zone
        self._bundle = _bundle(language)

    def html(self, key: str, **facts: str | float) -> str:
        """A text for a message: HTML in which the facts' own `<`, `>` and `&` are escaped."""
        return self._format(key, {name: html.escape(v) if isinstance(v, str) else v for name, v in facts.items()})

    def plain(self, key: str, **facts: str | float) -> str:
        """A text for where Telegram knows no HTML: buttons, toasts, the list of commands."""
        return self._format(key, facts)

    def _format(self, key: str, facts: Mapping[str, str | float]) -> str:
        bundle = self._bundle if self._bundle.has_message(key) else _bundle(FALLBACK)
        pattern = bundle.get_message(key).value
        assert pattern is not None, f"{key} has no text in {self.language}"
        text, errors = bundle.format_pattern(pattern, dict(facts))
        if errors:
            raise errors[0]
        return str(text)


def texts_in(language_code: object, time_zone: str | None = None) -> Texts:
    """The texts for an IETF language tag such as Telegram's `language_code`; in English where there are none.

    Times in them are by the zone that somebody has chosen.
    """
    language = language_code.partition("-")[0].lower() if isinstance(language_code, str) else FALLBACK
    return Texts(language if language in LANGUAGES else FALLBACK, time_zones.clock(time_zone))


def language_name(texts: Texts, code: str) -> str:
    """A language in the reader's own, or its code where it has no name."""
    return str(Locale.parse(texts.language).languages.get(code, code))


@cache
def _bundle(language: str) -> FluentBundle:
    bundle = FluentBundle([language], use_isolating=False)
    name = f"{language}.ftl"
    for file in (FRAMEWORK_FOLDER / name, *sorted(FEATURES_FOLDER.glob(f"*/{name}"))):
        bundle.add_resource(FluentResource(file.read_text(encoding="utf-8")))
    return bundle
