"""Weeks in which users were active, and how many of each week's new users came back."""

from datetime import date, timedelta

from sqlalchemy import Date, text
from sqlalchemy.orm import Mapped, mapped_column

from bot.db.base import Base, Repository

FORTNIGHT = 14  # days; Telegram keeps an update for one


class ActiveWeek(Base):
    """A week, by its Monday, in which a user was active after the week in which they joined."""

    __tablename__ = "active_weeks"

    user_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    week: Mapped[date] = mapped_column(Date, primary_key=True, index=True)


class CohortReturn(Base):
    """How many users who joined in one week were active in a later one. Both are given by their Monday (UTC)."""

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
    """Weeks in which users were active."""

    async def prune(self, older_than: timedelta, limit: int) -> int:
        """Delete up to `limit` weeks older than that. Returns how many.

        They are kept a fortnight longer, after which no update from that week can still arrive.
        """
        some = {"days": older_than.days + FORTNIGHT, "limit": limit}
        return len((await self._session.execute(_PRUNE_WEEKS, some)).all())
