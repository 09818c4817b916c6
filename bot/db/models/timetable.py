"""What is done by the clock."""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Mapped, mapped_column

from bot.db.base import Base


class Appointment(Base):
    """What is to be done by the clock, and when next."""

    __tablename__ = "timetable"

    bot_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    what: Mapped[str] = mapped_column(primary_key=True)
    due_at: Mapped[datetime]
    details: Mapped[dict[str, Any] | None]  # such as what is to be told then
