"""The time zones that people choose from, by region, and their offsets from UTC."""

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
    """The zone's offset from UTC; None if this machine doesn't know the zone."""
    known = _zone(zone)
    return None if known is None else now.astimezone(known).utcoffset()


def clock(zone: str | None) -> tzinfo:
    """The zone for somebody's times: UTC if they chose none, or one that this machine doesn't know."""
    return UTC if zone is None else _zone(zone) or UTC


@cache
def _zone(name: str) -> ZoneInfo | None:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return None
