"""Whose private chats show administrators' list of commands, as far as it is known."""

from collections.abc import Collection

from sqlalchemy import all_, any_, delete, select
from sqlalchemy.dialects.postgresql import insert as upsert

from bot.db.arrays import bigints
from bot.db.base import Repository
from bot.features.admin.models import AdministratorsChat


class AdministratorsChats(Repository):
    async def add(self, bot_id: int, telegram_ids: Collection[int]) -> None:
        rows = [{"bot_id": bot_id, "telegram_id": telegram_id} for telegram_id in sorted(telegram_ids)]
        if rows:
            await self._session.execute(upsert(AdministratorsChat).values(rows).on_conflict_do_nothing())

    async def besides(self, bot_id: int, telegram_ids: Collection[int]) -> list[int]:
        """Those of others than these."""
        row = AdministratorsChat
        others = select(row.telegram_id).where(row.bot_id == bot_id, row.telegram_id != all_(bigints(telegram_ids)))
        return list((await self._session.scalars(others.order_by(row.telegram_id))).all())

    async def remove(self, bot_id: int, telegram_ids: Collection[int]) -> None:
        row = AdministratorsChat
        gone = delete(row).where(row.bot_id == bot_id, row.telegram_id == any_(bigints(telegram_ids)))
        await self._session.execute(gone)
