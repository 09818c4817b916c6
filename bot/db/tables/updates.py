"""The inbox (table `updates`): updates taken over from Telegram that aren't handled yet."""

from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import (
    Identity,
    Index,
    LargeBinary,
    SmallInteger,
    all_,
    any_,
    delete,
    false,
    func,
    insert,
    select,
    update,
)  # fmt: skip
from sqlalchemy.orm import Mapped, mapped_column

from bot.db.base import Base, Repository, bigints, first_of_each


class InboxUpdate(Base):
    """An update taken over from Telegram that isn't handled yet. Updates are ordered by `id`."""

    __tablename__ = "updates"

    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    bot_id: Mapped[int]
    update_id: Mapped[int]  # Telegram's number, which may come twice in the course of months
    chat_id: Mapped[int]  # its lane: the chat, else the user, else 0
    kind: Mapped[str]
    payload: Mapped[bytes] = mapped_column(LargeBinary)  # the bytes that Telegram sent
    person_pending: Mapped[bool] = mapped_column(server_default=false())  # the user behind it isn't upserted yet
    tries: Mapped[int] = mapped_column(SmallInteger, server_default="0")  # by processes that found it at their start
    received_at: Mapped[datetime] = mapped_column(server_default=func.now())

    __table_args__ = (Index("ix_updates_bot_id_chat_id_id", "bot_id", "chat_id", "id"),)


@dataclass(frozen=True, slots=True)
class NewUpdate:
    """An update as Telegram sent it. Its fields are columns of the inbox."""

    update_id: int
    chat_id: int
    kind: str
    payload: bytes
    person_pending: bool = False


@dataclass(frozen=True, slots=True)
class Waiting:
    """A row of the inbox."""

    id: int
    update_id: int
    chat_id: int
    kind: str
    payload: bytes
    person_pending: bool = False  # the user behind it isn't upserted yet: their row was locked
    tries: int = 0  # by processes that found it at their start


_COLUMNS = (
    InboxUpdate.id, InboxUpdate.update_id, InboxUpdate.chat_id, InboxUpdate.kind, InboxUpdate.payload,
    InboxUpdate.person_pending, InboxUpdate.tries,
)  # fmt: skip


class Inbox(Repository):
    """Updates that are stored and not handled yet."""

    async def add(self, bot_id: int, updates: Sequence[NewUpdate]) -> list[Waiting]:
        """Insert `updates` in their order."""
        rows = [{"bot_id": bot_id, **asdict(new)} for new in updates]
        inserted = insert(InboxUpdate).returning(InboxUpdate.id, sort_by_parameter_order=True)
        ids = (await self._session.scalars(inserted, rows)).all() if rows else []
        return [
            Waiting(row_id, new.update_id, new.chat_id, new.kind, new.payload, new.person_pending)
            for row_id, new in zip(ids, updates, strict=True)
        ]

    async def count_tries(self, ids: Sequence[int]) -> dict[int, int]:
        """Count one more process that is about to handle these rows. Returns each row's new count."""
        tried = update(InboxUpdate).where(InboxUpdate.id == any_(bigints(ids))).values(tries=InboxUpdate.tries + 1)
        rows = await self._session.execute(tried.returning(InboxUpdate.id, InboxUpdate.tries))
        return {row.id: row.tries for row in rows}

    async def clear_person_pending(self, row_id: int) -> bool:
        """Take the mark off a row. Returns False if it wasn't marked or is gone."""
        marked = update(InboxUpdate).where(InboxUpdate.id == row_id, InboxUpdate.person_pending)
        cleared = marked.values(person_pending=False).returning(InboxUpdate.id)
        return await self._session.scalar(cleared) is not None

    async def delete(self, ids: Sequence[int]) -> set[int]:
        """Delete handled updates. Returns which of `ids` were still there."""
        deleted = delete(InboxUpdate).where(InboxUpdate.id == any_(bigints(ids))).returning(InboxUpdate.id)
        return set((await self._session.scalars(deleted)).all())

    async def chats_waiting(self, bot_id: int) -> list[int]:
        """Chats with rows in the inbox, the longest waiting first."""
        oldest_first = (
            select(InboxUpdate.chat_id)
            .where(InboxUpdate.bot_id == bot_id)
            .group_by(InboxUpdate.chat_id)
            .order_by(func.min(InboxUpdate.id))
        )
        return list((await self._session.scalars(oldest_first)).all())

    async def next_of(
        self, bot_id: int, chats: Collection[int], exclude: Collection[int], limit: int
    ) -> dict[int, list[Waiting]]:
        """The first rows of each chat in order, at most `limit` of each, without those in `exclude`."""
        rows = select(*_COLUMNS).where(InboxUpdate.bot_id == bot_id, InboxUpdate.id != all_(bigints(exclude)))
        found: dict[int, list[Waiting]] = {chat_id: [] for chat_id in chats}
        first = first_of_each(chats, rows, InboxUpdate.chat_id, InboxUpdate.id, limit)
        for row in await self._session.execute(first):
            waiting = Waiting(*row)
            found[waiting.chat_id].append(waiting)
        return found

    async def pending(self, bot_id: int) -> int:
        """The number of waiting updates."""
        return await self._session.scalar(select(func.count()).where(InboxUpdate.bot_id == bot_id)) or 0
