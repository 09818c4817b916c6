"""Times for which a broadcast can be scheduled: every five minutes of two weeks, in its author's time zone."""

from datetime import UTC, date, datetime, timedelta, tzinfo

DAYS_AHEAD = 14
STEP = timedelta(minutes=5)
LONGEST_DAY = timedelta(hours=30)  # and more than any whose clocks are put back


def days(now: datetime, zone: tzinfo = UTC) -> list[date]:
    """Today, unless it is nearly over, and the days after it."""
    today = now.astimezone(zone).date()
    offered = [today + timedelta(days=ahead) for ahead in range(DAYS_AHEAD)]
    return [day for day in offered if _moments(now, day, zone)]


def hours(now: datetime, day: date, zone: tzinfo = UTC) -> list[int]:
    """The hours that aren't over. The one that is skipped when clocks go forward isn't among them."""
    return sorted({moment.astimezone(zone).hour for moment in _moments(now, day, zone)})


def minutes(now: datetime, day: date, hour: int, zone: tzinfo = UTC) -> list[datetime]:
    """The moments of an hour that are still to come, in UTC; both, if the hour comes twice."""
    return [moment for moment in _moments(now, day, zone) if moment.astimezone(zone).hour == hour]


def can_be_due(now: datetime, moment: datetime, zone: tzinfo = UTC) -> bool:
    return moment > now and _is_near(now, moment.astimezone(zone).date(), zone)


def _moments(now: datetime, day: date, zone: tzinfo) -> list[datetime]:
    if not _is_near(now, day, zone):
        return []
    first = datetime(day.year, day.month, day.day, tzinfo=zone).astimezone(UTC) - timedelta(hours=2)
    moments = (first + step * STEP for step in range(LONGEST_DAY // STEP))
    return [moment for moment in moments if moment > now and moment.astimezone(zone).date() == day]


def _is_near(now: datetime, day: date, zone: tzinfo) -> bool:
    return timedelta(0) <= day - now.astimezone(zone).date() < timedelta(days=DAYS_AHEAD)
