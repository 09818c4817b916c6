"""What is to be done by the clock, and when next."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.orm import Mapped, mapped_column

from bot.db.base import Base, Repository


class Appointment(Base):
    """What is to be done by the clock, and when next."""

    __tablename__ = "timetable"

    bot_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    what: Mapped[str] = mapped_column(primary_key=True)
    due_at: Mapped[datetime]
    details: Mapped[dict[str, Any] | None]  # such as what is to be told then


class Timetable(Repository):
    async def enter(self, bot_id: int, what: str, due_at: datetime) -> None:
        """Have it done then, unless there is a time for it already."""
        new = upsert(Appointment).values(bot_id=bot_id, what=what, due_at=due_at)
        await self._session.execute(new.on_conflict_do_nothing())

    async def due(self, bot_id: int, whats: Collection[str]) -> list[tuple[str, datetime]]:
        """What of these is due, and since when; the rows are locked until the transaction ends."""
        found = select(Appointment.what, Appointment.due_at).where(
            Appointment.bot_id == bot_id, Appointment.what.in_(whats), Appointment.due_at <= func.now()
        )
        rows = await self._session.execute(found.order_by(Appointment.what).with_for_update(skip_locked=True))
        return [(what, due_at) for what, due_at in rows]

    async def details(self, bot_id: int, what: str) -> dict[str, Any]:
        """What is kept with it; the row is locked until the transaction ends."""
        kept = select(Appointment.details).where(Appointment.bot_id == bot_id, Appointment.what == what)
        return (await self._session.scalar(kept.with_for_update())) or {}

    async def keep(self, bot_id: int, what: str, details: dict[str, Any]) -> None:
        """Keep this with it, in place of what is there."""
        mine = update(Appointment).where(Appointment.bot_id == bot_id, Appointment.what == what)
        await self._session.execute(mine.values(details=details))

    async def put_off(self, bot_id: int, what: str, due_at: datetime) -> None:
        """Set when it is to be done next."""
        mine = update(Appointment).where(Appointment.bot_id == bot_id, Appointment.what == what)
        await self._session.execute(mine.values(due_at=due_at))
