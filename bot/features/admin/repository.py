"""Chats that may show the administrators' commands, and facts for the notice of a start."""

from collections.abc import Collection

from sqlalchemy import all_, any_, delete, select, text
from sqlalchemy.dialects.postgresql import insert as upsert

from bot.db.base import Repository, bigints
from bot.db.personal_data import Erasure, PersonalData
from bot.features.admin.models import AdministratorsChat


class AdministratorsChats(Repository):
    async def add(self, bot_id: int, telegram_ids: Collection[int]) -> None:
        rows = [{"bot_id": bot_id, "telegram_id": telegram_id} for telegram_id in sorted(telegram_ids)]
        if rows:
            await self._session.execute(upsert(AdministratorsChat).values(rows).on_conflict_do_nothing())

    async def excluding(self, bot_id: int, telegram_ids: Collection[int]) -> list[int]:
        """Chats of users other than these."""
        row = AdministratorsChat
        others = select(row.telegram_id).where(row.bot_id == bot_id, row.telegram_id != all_(bigints(telegram_ids)))
        return list((await self._session.scalars(others.order_by(row.telegram_id))).all())

    async def remove(self, bot_id: int, telegram_ids: Collection[int]) -> None:
        row = AdministratorsChat
        gone = delete(row).where(row.bot_id == bot_id, row.telegram_id == any_(bigints(telegram_ids)))
        await self._session.execute(gone)


class Status(Repository):
    async def schema(self) -> str:
        """The schema's revision."""
        return str(await self._session.scalar(text("SELECT version_num FROM alembic_version")))

    async def users(self) -> int:
        """The number of users."""
        return int(await self._session.scalar(text("SELECT count(*) FROM users")) or 0)


async def _erase(erasure: Erasure) -> None:
    await erasure.execute(delete(AdministratorsChat).where(AdministratorsChat.telegram_id == erasure.telegram_id))


PERSONAL_DATA = PersonalData(lambda subject: AdministratorsChat.telegram_id == subject.telegram_id, _erase)
