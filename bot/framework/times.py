"""Moments, as they stand on the clock of whoever reads them."""

from datetime import UTC, datetime

from babel.dates import format_datetime

from bot.framework.i18n import Texts
from bot.framework.time_zones import ZONES

LONGEST_ZONE = 32  # characters


def time(texts: Texts, moment: datetime, pattern: str = "EEE d MMM y, HH:mm") -> str:
    """A moment, for a sentence, with whose clock it is by."""
    local = format_datetime(moment.astimezone(texts.zone), pattern, locale=texts.language)
    return (
        f"{local} UTC" if texts.zone is UTC else texts.plain("framework-time-there", time=local, zone=zone_name(texts))
    )


def zone_name(texts: Texts) -> str:
    return "UTC" if texts.zone is UTC else city(texts, str(texts.zone))


def city(texts: Texts, zone: str) -> str:
    """A zone by its city; one that only another version offers, by its own name."""
    if zone not in ZONES:
        return zone[:LONGEST_ZONE]
    return texts.plain("framework-zone-name", zone=zone.rpartition("/")[2].lower().replace("_", "-"))
