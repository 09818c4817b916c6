"""The timetable: jobs run by the clock, and when each is due next."""

from collections.abc import Collection, Mapping
from datetime import datetime

from sqlalchemy import func, select, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.orm import Mapped, mapped_column

from bot.db.base import Base, Repository
from bot.db.text import JsonObject


class JobSchedule(Base):
    """A job's next run, and what it keeps between runs."""

    __tablename__ = "timetable"

    bot_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    job: Mapped[str] = mapped_column("what", primary_key=True)
    due_at: Mapped[datetime]
    details: Mapped[JsonObject | None]  # such as counts for the next notice


class Timetable(Repository):
    """When each job is due."""

    async def add(self, bot_id: int, job: str, due_at: datetime) -> None:
        """Schedule a job, unless it is scheduled already."""
        row = upsert(JobSchedule).values({
            JobSchedule.bot_id: bot_id, JobSchedule.job: job, JobSchedule.due_at: due_at,
        })  # fmt: skip
        await self._session.execute(row.on_conflict_do_nothing())

    async def due(self, bot_id: int, jobs: Collection[str]) -> list[tuple[str, datetime]]:
        """Which of these jobs are due, and since when. Their rows are locked until the transaction ends."""
        found = select(JobSchedule.job, JobSchedule.due_at).where(
            JobSchedule.bot_id == bot_id, JobSchedule.job.in_(jobs), JobSchedule.due_at <= func.now()
        )
        rows = await self._session.execute(found.order_by(JobSchedule.job).with_for_update(skip_locked=True))
        return [(job, due_at) for job, due_at in rows]

    async def details(self, bot_id: int, job: str) -> JsonObject:
        """The job's stored state. Its row is locked until the transaction ends."""
        found = select(JobSchedule.details).where(JobSchedule.bot_id == bot_id, JobSchedule.job == job)
        return (await self._session.scalar(found.with_for_update())) or {}

    async def set_details(self, bot_id: int, job: str, details: Mapping[str, object]) -> None:
        """Replace the job's stored state."""
        row = update(JobSchedule).where(JobSchedule.bot_id == bot_id, JobSchedule.job == job)
        await self._session.execute(row.values(details=details))

    async def reschedule(self, bot_id: int, job: str, due_at: datetime) -> None:
        """Set when the job is due next."""
        row = update(JobSchedule).where(JobSchedule.bot_id == bot_id, JobSchedule.job == job)
        await self._session.execute(row.values(due_at=due_at))
