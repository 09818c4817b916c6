"""Groups and channels that the bot is in, was in, or may not write to."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Identity, Index, any_, func, select
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.orm import Mapped, mapped_column

from bot.db.base import Base, Repository, bigints


class Chat(Base):
    """A group or channel, and whether the bot may write there."""

    __tablename__ = "chats"

    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    bot_id: Mapped[int]
    telegram_id: Mapped[int]
    left_at: Mapped[datetime | None]  # when the bot was removed or the group was deleted
    muted_at: Mapped[datetime | None]  # when the bot lost the right to write
    reason: Mapped[str | None]  # of the last mark, from Telegram
    became: Mapped[int | None]  # the supergroup that it became
    updated_at: Mapped[datetime] = mapped_column(server_default=func.now())

    __table_args__ = (Index("uq_chats_bot_id_telegram_id", "bot_id", "telegram_id", unique=True),)


class Chats(Repository):
    """Groups and channels."""

    async def mark_left(self, bot_id: int, telegram_id: int, reason: str) -> None:
        """Record that the bot is no member."""
        await self._set(bot_id, telegram_id, left_at=func.now(), reason=reason)

    async def mark_muted(self, bot_id: int, telegram_id: int, reason: str) -> None:
        """Record that the bot may not write there."""
        await self._set(bot_id, telegram_id, muted_at=func.now(), reason=reason)

    async def mark_became(self, bot_id: int, telegram_id: int, supergroup_id: int) -> None:
        """Record that a group became a supergroup."""
        await self._set(bot_id, telegram_id, became=supergroup_id)

    async def became(self, bot_id: int, telegram_ids: Collection[int]) -> dict[int, int]:
        """The supergroups that these groups became, by group."""
        moved = select(Chat.telegram_id, Chat.became).where(
            Chat.bot_id == bot_id, Chat.telegram_id == any_(bigints(telegram_ids)), Chat.became.is_not(None)
        )
        return {old: new for old, new in await self._session.execute(moved) if new is not None}

    async def unmark(self, bot_id: int, telegram_id: int) -> None:
        """Record that the bot may write there."""
        await self._set(bot_id, telegram_id, left_at=None, muted_at=None, reason=None)

    async def _set(self, bot_id: int, telegram_id: int, **values: object) -> None:
        known = upsert(Chat).values(bot_id=bot_id, telegram_id=telegram_id, **values)
        await self._session.execute(
            known.on_conflict_do_update(
                index_elements=[Chat.bot_id, Chat.telegram_id], set_=values | {"updated_at": func.now()}
            )
        )
