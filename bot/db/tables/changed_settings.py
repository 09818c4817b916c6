"""Runtime settings that administrators changed; a setting without a row has its default."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, func, select
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.orm import Mapped, mapped_column

from bot.db.base import Base, Repository
from bot.db.text import JsonObject


class ChangedSetting(Base):
    """A setting that an administrator changed."""

    __tablename__ = "changed_settings"

    name: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[JsonObject]
    changed_by: Mapped[int | None]
    changed_at: Mapped[datetime] = mapped_column(server_default=func.now())


@dataclass(frozen=True, slots=True)
class ChangedValue:
    """A changed setting's value as it is stored, and since when."""

    value: object
    at: datetime


class ChangedSettings(Repository):
    """Runtime settings that differ from their defaults."""

    async def all(self) -> dict[str, ChangedValue]:
        """All changed settings by name; some may be known only to a newer version."""
        rows = await self._session.execute(select(ChangedSetting.name, ChangedSetting.value, ChangedSetting.changed_at))
        return {name: ChangedValue(stored.get("value"), at) for name, stored, at in rows}

    async def change(self, name: str, value: object, actor_id: int) -> None:
        """Store a setting's new value."""
        facts = {"value": {"value": value}, "changed_by": actor_id, "changed_at": func.now()}
        row = upsert(ChangedSetting).values(name=name, **facts)
        await self._session.execute(row.on_conflict_do_update(index_elements=[ChangedSetting.name], set_=facts))

    async def reset(self, name: str) -> bool:
        """Go back to the default. Returns False if the setting had it already."""
        deleted = delete(ChangedSetting).where(ChangedSetting.name == name).returning(ChangedSetting.name)
        return await self._session.scalar(deleted) is not None
