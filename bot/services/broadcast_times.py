"""Which times a broadcast can be scheduled for: every five minutes of the next two weeks, in UTC."""

from datetime import UTC, date, datetime, timedelta

DAYS_AHEAD = 14
STEP = 5  # minutes


def days(now: datetime) -> list[date]:
    """Today, unless it is all but over, and the days after it."""
    today = now.astimezone(UTC).date()
    offered = [today + timedelta(days=ahead) for ahead in range(DAYS_AHEAD)]
    return [day for day in offered if hours(now, day)]


def hours(now: datetime, day: date) -> list[int]:
    return [hour for hour in range(24) if minutes(now, day, hour)]


def minutes(now: datetime, day: date, hour: int) -> list[datetime]:
    """The moments of an hour that are still to come."""
    moments = [datetime(day.year, day.month, day.day, hour, minute, tzinfo=UTC) for minute in range(0, 60, STEP)]
    return [moment for moment in moments if can_be_due(now, moment)]


def can_be_due(now: datetime, moment: datetime) -> bool:
    return moment > now and moment.date() < now.astimezone(UTC).date() + timedelta(days=DAYS_AHEAD)
