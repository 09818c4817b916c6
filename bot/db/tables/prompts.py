"""Pending prompts: the user's next message in that chat is the answer. Stored, so that a restart keeps them."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, delete, func, select, tuple_
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.orm import Mapped, mapped_column

from bot.db.base import Base, Repository
from bot.db.text import JsonObject

LIFETIME = timedelta(hours=1)


class PendingPrompt(Base):
    """A prompt that waits for a user's answer in a chat."""

    __tablename__ = "asked"

    chat_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    telegram_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    name: Mapped[str] = mapped_column("what")
    details: Mapped[JsonObject]
    until: Mapped[datetime]


@dataclass(frozen=True, slots=True)
class Prompt:
    """A prompt's name and what its feature stored with it."""

    name: str
    details: JsonObject
    expired: bool


class Prompts(Repository):
    """Pending prompts, at most one for each chat and user."""

    async def ask(
        self, chat_id: int, telegram_id: int, name: str, lifetime: timedelta = LIFETIME, **details: object
    ) -> None:
        """Store a prompt; it replaces the user's pending prompt in this chat."""
        values = {PendingPrompt.name: name, PendingPrompt.details: details, PendingPrompt.until: func.now() + lifetime}
        row = upsert(PendingPrompt).values({
            PendingPrompt.chat_id: chat_id, PendingPrompt.telegram_id: telegram_id, **values,
        })  # fmt: skip
        keys = [PendingPrompt.chat_id, PendingPrompt.telegram_id]
        await self._session.execute(row.on_conflict_do_update(index_elements=keys, set_=values))
        self._changed_people.add(telegram_id)

    async def pending(self, chat_id: int, telegram_id: int) -> Prompt | None:
        """The pending prompt. Its row is locked until the transaction ends."""
        latest = await self.latest(chat_id, telegram_id)
        return None if latest is None or latest.expired else latest

    async def latest(self, chat_id: int, telegram_id: int) -> Prompt | None:
        """The pending prompt, or an expired one that isn't pruned yet. Its row is locked, as by `pending`."""
        expired = PendingPrompt.until <= func.now()
        found = select(PendingPrompt.name, PendingPrompt.details, expired).where(*_key(chat_id, telegram_id))
        row = (await self._session.execute(found.with_for_update())).one_or_none()
        return None if row is None else Prompt(*row)

    async def close(self, chat_id: int, telegram_id: int) -> bool:
        """Delete the pending prompt. Returns False if there was none or it had expired."""
        deleted = delete(PendingPrompt).where(*_key(chat_id, telegram_id))
        self._changed_people.add(telegram_id)
        return bool(await self._session.scalar(deleted.returning(PendingPrompt.until > func.now())))

    async def prune(self, limit: int) -> int:
        """Delete up to `limit` expired prompts, the oldest first. Returns how many."""
        keys = PendingPrompt.chat_id, PendingPrompt.telegram_id
        expired = select(*keys).where(PendingPrompt.until <= func.now()).order_by(PendingPrompt.until).limit(limit)
        deleted = delete(PendingPrompt).where(tuple_(*keys).in_(expired.with_for_update(skip_locked=True)))
        return len((await self._session.execute(deleted.returning(PendingPrompt.chat_id))).all())


def _key(chat_id: int, telegram_id: int) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return PendingPrompt.chat_id == chat_id, PendingPrompt.telegram_id == telegram_id
