"""Settings that administrators changed while the bot runs; whatever has no row is at its default."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, select
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.orm import Mapped, mapped_column

from bot.db.base import Base, Repository


class ChangedSetting(Base):
    """A setting that administrators changed while the bot runs."""

    __tablename__ = "changed_settings"

    name: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[dict[str, Any]]
    changed_by: Mapped[int | None]
    changed_at: Mapped[datetime] = mapped_column(server_default=func.now())


@dataclass(frozen=True, slots=True)
class Changed:
    """A value as it was kept, and since when."""

    value: Any
    at: datetime


class RuntimeSettings(Repository):
    async def changed(self) -> dict[str, Changed]:
        """All that are changed, by name; a newer version's may be among them."""
        rows = await self._session.execute(select(ChangedSetting.name, ChangedSetting.value, ChangedSetting.changed_at))
        return {name: Changed(kept.get("value"), at) for name, kept, at in rows}

    async def change(self, name: str, value: Any, actor_id: int) -> None:
        facts = {"value": {"value": value}, "changed_by": actor_id, "changed_at": func.now()}
        row = upsert(ChangedSetting).values(name=name, **facts)
        await self._session.execute(row.on_conflict_do_update(index_elements=[ChangedSetting.name], set_=facts))

    async def reset(self, name: str) -> bool:
        """Back to the default; False if it was there already."""
        gone = delete(ChangedSetting).where(ChangedSetting.name == name).returning(ChangedSetting.name)
        return await self._session.scalar(gone) is not None
