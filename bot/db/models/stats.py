"""What the statistics remember: who came back in which week, and which buttons were pressed on which day."""

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


class ButtonCount(Base):
    """How often a button was pressed on a day (UTC)."""

    __tablename__ = "button_counts"

    button: Mapped[str] = mapped_column(primary_key=True)
    day: Mapped[date] = mapped_column(Date, primary_key=True)
    presses: Mapped[int] = mapped_column(server_default="0")
