"""Counts of button presses."""

from datetime import date

from sqlalchemy import Date
from sqlalchemy.orm import Mapped, mapped_column

from bot.db.base import Base


class ButtonCount(Base):
    """The presses of a button on a day (UTC)."""

    __tablename__ = "button_counts"

    button: Mapped[str] = mapped_column(primary_key=True)
    day: Mapped[date] = mapped_column(Date, primary_key=True)
    presses: Mapped[int] = mapped_column(server_default="0")
