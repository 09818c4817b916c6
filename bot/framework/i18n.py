"""Texts in the user's language: Fluent files, loaded once.

Each feature's folder has its texts; this folder has shared ones. The files beside this module are the languages on
offer. `Context.use_language` chooses the user's.
"""

import html
from collections.abc import Mapping
from datetime import UTC, datetime, tzinfo
from functools import cache
from pathlib import Path

from babel import Locale
from babel.dates import format_datetime
from fluent.runtime import FluentBundle, FluentResource

from bot.framework import time_zones

FRAMEWORK_FOLDER = Path(__file__).resolve().parent
FEATURES_FOLDER = FRAMEWORK_FOLDER.parent / "features"
FALLBACK = "en"
LONGEST_ZONE = 32  # characters
LANGUAGES = (FALLBACK, *sorted({file.stem for file in FRAMEWORK_FOLDER.glob("*.ftl")} - {FALLBACK}))


class Texts:
    """All texts in one language, with times in one time zone."""

    def __init__(self, language: str, zone: tzinfo = UTC) -> None:
        """Take a language on offer."""
        self.language = language
        self.zone = zone
        self._bundle = _bundle(language)

    def html(self, key: str, **facts: str | float) -> str:
        """A text for a message, as HTML in which facts are escaped."""
        return self._format(key, {name: html.escape(v) if isinstance(v, str) else v for name, v in facts.items()})

    def plain(self, key: str, **facts: str | float) -> str:
        """A text for places without HTML: buttons, toasts, the list of commands."""
        return self._format(key, facts)

    def _format(self, key: str, facts: Mapping[str, str | float]) -> str:
        bundle = self._bundle if self._bundle.has_message(key) else _bundle(FALLBACK)
        pattern = bundle.get_message(key).value
        assert pattern is not None, f"{key} has no text in {self.language}"
        text, errors = bundle.format_pattern(pattern, dict(facts))
        if errors:
            raise errors[0]
        return str(text)

    def time(self, moment: datetime, pattern: str = "EEE d MMM y, HH:mm") -> str:
        """A moment with the name of its time zone, for a sentence."""
        local = format_datetime(moment.astimezone(self.zone), pattern, locale=self.language)
        return (
            f"{local} UTC"
            if self.zone is UTC
            else self.plain("framework-time-there", time=local, zone=self.zone_name())
        )

    def zone_name(self) -> str:
        """The name of the time zone in which times are written."""
        return "UTC" if self.zone is UTC else self.city(str(self.zone))

    def city(self, zone: str) -> str:
        """The city of a zone; the zone's own name if only another version offers it."""
        if zone not in time_zones.ZONES:
            return zone[:LONGEST_ZONE]
        return self.plain("framework-zone-name", zone=zone.rpartition("/")[2].lower().replace("_", "-"))


def texts_in(language_code: object, time_zone: str | None = None) -> Texts:
    """The texts for an IETF language tag such as Telegram's `language_code`; English ones if there are none."""
    language = language_code.partition("-")[0].lower() if isinstance(language_code, str) else FALLBACK
    return Texts(language if language in LANGUAGES else FALLBACK, time_zones.clock(time_zone))


def language_name(texts: Texts, code: str) -> str:
    """The name of a language in the reader's own, or its code if it has no name."""
    return str(Locale.parse(texts.language).languages.get(code, code))


@cache
def _bundle(language: str) -> FluentBundle:
    bundle = FluentBundle([language], use_isolating=False)
    name = f"{language}.ftl"
    for file in (FRAMEWORK_FOLDER / name, *sorted(FEATURES_FOLDER.glob(f"*/{name}"))):
        bundle.add_resource(FluentResource(file.read_text(encoding="utf-8")))
    return bundle
