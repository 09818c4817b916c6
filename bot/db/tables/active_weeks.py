"""Who was active in which week, and how many of each week's newcomers came back."""

from datetime import date, timedelta

from sqlalchemy import Date, text
from sqlalchemy.orm import Mapped, mapped_column

from bot.db.base import Base, Repository

FORTNIGHT = 14  # days; Telegram keeps an update for one


class ActiveWeek(Base):
    """That a person did something in a week after that in which they joined; it begins with this day (a Monday)."""

    __tablename__ = "active_weeks"

    user_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    week: Mapped[date] = mapped_column(Date, primary_key=True, index=True)


class CohortReturn(Base):
    """How many of those who joined in one week (both begin on a Monday, UTC) did something in a later one."""

    __tablename__ = "cohort_returns"

    joined: Mapped[date] = mapped_column(Date, primary_key=True)
    week: Mapped[date] = mapped_column(Date, primary_key=True)
    people: Mapped[int]


_PRUNE_WEEKS = text("""
DELETE FROM active_weeks WHERE (user_id, week) IN (
    SELECT user_id, week FROM active_weeks WHERE week < (now() AT TIME ZONE 'UTC')::date - CAST(:days AS integer)
    ORDER BY week LIMIT :limit
)
RETURNING user_id
""")


class ActiveWeeks(Repository):
    async def prune(self, older_than: timedelta, limit: int) -> int:
        """Forget up to `limit` times who was active in a week that ended so long ago; returns how many.

        A fortnight more is kept: by then no update that is still to be accepted can be of that week.
        """
        some = {"days": older_than.days + FORTNIGHT, "limit": limit}
        return len((await self._session.execute(_PRUNE_WEEKS, some)).all())
