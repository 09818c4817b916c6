"""Who was active in which week, and how many of each week's newcomers came back."""

from datetime import date

from sqlalchemy import Date
from sqlalchemy.orm import Mapped, mapped_column

from bot.db.base import Base


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
