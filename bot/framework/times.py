"""Moments, as they stand on the clock of whoever reads them."""

from datetime import UTC, datetime

from babel.dates import format_datetime

from bot.framework.i18n import Texts
from bot.framework.time_zones import ZONES

LONGEST_ZONE = 32  # characters


def time(words: Texts, moment: datetime, pattern: str = "EEE d MMM y, HH:mm") -> str:
    """A moment, for a sentence, with whose clock it is by."""
    local = format_datetime(moment.astimezone(words.zone), pattern, locale=words.language)
    return (
        f"{local} UTC" if words.zone is UTC else words.plain("framework-time-there", time=local, zone=zone_name(words))
    )


def zone_name(words: Texts) -> str:
    return "UTC" if words.zone is UTC else city(words, str(words.zone))


def city(words: Texts, zone: str) -> str:
    """A zone by its city; one that only another version offers, by its own name."""
    if zone not in ZONES:
        return zone[:LONGEST_ZONE]
    return words.plain("framework-zone-name", zone=zone.rpartition("/")[2].lower().replace("_", "-"))
