"""Numbers about users, the buttons they press, and the weeks in which they come back."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import text

from bot.db.base import Repository


@dataclass(frozen=True, slots=True)
class Counts:
    """Counts of users. "New" is by 24-hour periods, "active" by days (UTC)."""

    people: int
    new_day: int
    new_week: int
    new_month: int
    active_day: int
    active_week: int
    active_month: int
    blocked: int
    unreachable: int
    banned: int


@dataclass(frozen=True, slots=True)
class Cohort:
    """Users who joined in the week that begins on this Monday, and how many came back in each later week."""

    week: date
    joined: int
    back: Mapping[int, int]  # by weeks since they joined, from 1 on


Ranking = Sequence[tuple[str, int]]
"""Names with their counts, the highest first."""

# Each count uses its own index. `last_seen_at` has none, since that would prevent HOT updates on every accept;
# `active_on` changes only once a day.
_COUNTS = text("""
SELECT (SELECT count(*) FROM users),
       (SELECT count(*) FROM users WHERE created_at >= now() - interval '1 day'),
       (SELECT count(*) FROM users WHERE created_at >= now() - interval '7 days'),
       (SELECT count(*) FROM users WHERE created_at >= now() - interval '30 days'),
       (SELECT count(*) FROM users WHERE active_on >= (now() AT TIME ZONE 'UTC')::date),
       (SELECT count(*) FROM users WHERE active_on >= (now() AT TIME ZONE 'UTC')::date - 6),
       (SELECT count(*) FROM users WHERE active_on >= (now() AT TIME ZONE 'UTC')::date - 29),
       (SELECT count(*) FROM users WHERE blocked_at IS NOT NULL),
       (SELECT count(*) FROM users WHERE unreachable_at IS NOT NULL),
       (SELECT count(*) FROM users WHERE banned_at IS NOT NULL)
""")

_LANGUAGES = text("""
SELECT split_part(lower(language_code), '-', 1) AS language, sum(people)::bigint
FROM (
    SELECT language_code, count(*) AS people FROM users WHERE language_code IS NOT NULL GROUP BY language_code
) AS each
GROUP BY language ORDER BY 2 DESC, 1 LIMIT :most
""")

_SOURCES = text("""
SELECT source, count(*) FROM users WHERE source IS NOT NULL GROUP BY source ORDER BY 2 DESC, 1 LIMIT :most
""")

_BUTTONS = text("""
SELECT button, sum(presses)::bigint FROM button_counts
WHERE day > (now() AT TIME ZONE 'UTC')::date - CAST(:days AS integer)
GROUP BY button ORDER BY 2 DESC, 1 LIMIT :most
""")

_NEW_PER_DAY = text("""
SELECT day::date, coalesce(people, 0)
FROM generate_series(
    (now() AT TIME ZONE 'UTC')::date - CAST(:days AS integer) + 1, (now() AT TIME ZONE 'UTC')::date, interval '1 day'
) AS day
LEFT JOIN (
    SELECT (created_at AT TIME ZONE 'UTC')::date AS day, count(*) AS people FROM users
    WHERE created_at >= ((now() AT TIME ZONE 'UTC')::date - CAST(:days AS integer) + 1) AT TIME ZONE 'UTC'
    GROUP BY 1
) AS new USING (day)
ORDER BY day
""")

_JOINED = text("""
SELECT date_trunc('week', created_at AT TIME ZONE 'UTC')::date AS week, count(*) FROM users
WHERE created_at >= (date_trunc('week', now() AT TIME ZONE 'UTC') - :weeks * interval '7 days') AT TIME ZONE 'UTC'
GROUP BY week ORDER BY week
""")

_BACK = text("""
SELECT joined, (week - joined) / 7, people FROM cohort_returns
WHERE joined >= (date_trunc('week', now() AT TIME ZONE 'UTC') - :weeks * interval '7 days')::date
""")

_PRESSED = text("""
INSERT INTO button_counts AS known (button, day, presses)
SELECT * FROM unnest(CAST(:buttons AS text[]), CAST(:days AS date[]), CAST(:presses AS bigint[]))
ON CONFLICT (button, day) DO UPDATE SET presses = known.presses + excluded.presses
""")


class Stats(Repository):
    async def counts(self) -> Counts:
        return Counts(*(await self._session.execute(_COUNTS)).one())

    async def languages(self, most: int) -> Ranking:
        """Languages of users' Telegram apps."""
        return [(row[0], row[1]) for row in await self._session.execute(_LANGUAGES, {"most": most})]

    async def sources(self, most: int) -> Ranking:
        """Links that users came by."""
        return [(row[0], row[1]) for row in await self._session.execute(_SOURCES, {"most": most})]

    async def buttons(self, days: int, most: int) -> Ranking:
        """Buttons pressed in the last `days` days, including today."""
        rows = await self._session.execute(_BUTTONS, {"days": days, "most": most})
        return [(row[0], row[1]) for row in rows]

    async def new_per_day(self, days: int) -> Sequence[tuple[date, int]]:
        """New users on each of the last `days` days (UTC), including today."""
        return [(row[0], row[1]) for row in await self._session.execute(_NEW_PER_DAY, {"days": days})]

    async def cohorts(self, weeks: int) -> Sequence[Cohort]:
        """Users who joined this week or in the last `weeks` weeks, by week. Weeks without new users are left out."""
        joined = (await self._session.execute(_JOINED, {"weeks": weeks})).all()
        back: dict[date, dict[int, int]] = {}
        for week, later, people in await self._session.execute(_BACK, {"weeks": weeks}):
            back.setdefault(week, {})[later] = people
        return [Cohort(week, people, back.get(week, {})) for week, people in joined]

    async def add_presses(self, presses: Mapping[tuple[str, date], int]) -> None:
        """Add counts by button and day."""
        buttons, days = zip(*presses, strict=True) if presses else ((), ())
        totals = {"buttons": list(buttons), "days": list(days), "presses": list(presses.values())}
        await self._session.execute(_PRESSED, totals)
