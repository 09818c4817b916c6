"""The time zones that users choose from, by region, with their offsets from UTC."""

from datetime import UTC, datetime, timedelta, tzinfo
from functools import cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

REGIONS: dict[str, tuple[str, ...]] = {
    "europe": (
        "Europe/London", "Europe/Berlin", "Europe/Kyiv", "Europe/Kaliningrad", "Europe/Minsk", "Europe/Moscow",
        "Europe/Istanbul", "Europe/Samara",
    ),
    "asia": (
        "Asia/Tbilisi", "Asia/Yekaterinburg", "Asia/Almaty", "Asia/Kolkata", "Asia/Novosibirsk", "Asia/Shanghai",
        "Asia/Tokyo", "Asia/Vladivostok",
    ),
    "americas": (
        "America/New_York", "America/Chicago", "America/Denver", "America/Los_Angeles", "America/Sao_Paulo",
    ),
    "others": ("Africa/Lagos", "Africa/Cairo", "Africa/Johannesburg", "Australia/Sydney", "Pacific/Auckland"),
}  # fmt: skip
ZONES = frozenset(zone for zones in REGIONS.values() for zone in zones)


def offset(zone: str, now: datetime) -> timedelta | None:
    """A zone's offset from UTC; None for a zone that this machine doesn't know."""
    known = _zone(zone)
    return None if known is None else now.astimezone(known).utcoffset()


def clock(zone: str | None) -> tzinfo:
    """The chosen time zone; UTC if there is none or this machine doesn't know it."""
    return UTC if zone is None else _zone(zone) or UTC


@cache
def _zone(name: str) -> ZoneInfo | None:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return None
