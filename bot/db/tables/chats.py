"""Groups and channels: whether the bot may still write there."""

from collections.abc import Collection

from sqlalchemy import any_, func, select
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncSession

from bot.db.arrays import bigints
from bot.db.models import Chat


class Chats:
    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def mark_left(self, bot_id: int, telegram_id: int, reason: str) -> None:
        await self._set(bot_id, telegram_id, left_at=func.now(), reason=reason)

    async def mark_muted(self, bot_id: int, telegram_id: int, reason: str) -> None:
        await self._set(bot_id, telegram_id, muted_at=func.now(), reason=reason)

    async def mark_became(self, bot_id: int, telegram_id: int, supergroup_id: int) -> None:
        await self._set(bot_id, telegram_id, became=supergroup_id)

    async def became(self, bot_id: int, telegram_ids: Collection[int]) -> dict[int, int]:
        """Those of these groups that have become supergroups, and which."""
        moved = select(Chat.telegram_id, Chat.became).where(
            Chat.bot_id == bot_id, Chat.telegram_id == any_(bigints(telegram_ids)), Chat.became.is_not(None)
        )
        return {old: new for old, new in await self._session.execute(moved) if new is not None}

    async def unmark(self, bot_id: int, telegram_id: int) -> None:
        """The bot may write there (again)."""
        await self._set(bot_id, telegram_id, left_at=None, muted_at=None, reason=None)

    async def _set(self, bot_id: int, telegram_id: int, **values: object) -> None:
        known = upsert(Chat).values(bot_id=bot_id, telegram_id=telegram_id, **values)
        await self._session.execute(
            known.on_conflict_do_update(
                index_elements=[Chat.bot_id, Chat.telegram_id], set_=values | {"updated_at": func.now()}
            )
        )
