"""What people are being asked: the next message in that chat is the answer. A row, so that no restart forgets it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, func, select, tuple_
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.orm import Mapped, mapped_column

from bot.db.base import Base, Repository


class Asked(Base):
    """What a person is being asked in a chat: their next message there is the answer."""

    __tablename__ = "asked"

    chat_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    telegram_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    what: Mapped[str]
    details: Mapped[dict[str, Any]]
    until: Mapped[datetime]


FOR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Question:
    what: str
    details: dict[str, Any]


class Questions(Repository):
    async def ask(self, chat_id: int, telegram_id: int, what: str, lasting: timedelta = FOR, **details: Any) -> None:
        """Ask this, instead of whatever was being asked."""
        values = {"what": what, "details": details, "until": func.now() + lasting}
        asked = upsert(Asked).values(chat_id=chat_id, telegram_id=telegram_id, **values)
        keys = [Asked.chat_id, Asked.telegram_id]
        await self._session.execute(asked.on_conflict_do_update(index_elements=keys, set_=values))
        self._changed_people.add(telegram_id)

    async def being_asked(self, chat_id: int, telegram_id: int) -> Question | None:
        """What is still being asked; the row is locked until the transaction ends."""
        found = select(Asked.what, Asked.details).where(*_by(chat_id, telegram_id), Asked.until > func.now())
        row = (await self._session.execute(found.with_for_update())).one_or_none()
        return None if row is None else Question(*row)

    async def answered(self, chat_id: int, telegram_id: int) -> bool:
        """Ask no more; False if nothing was asked."""
        gone = delete(Asked).where(*_by(chat_id, telegram_id)).returning(Asked.until > func.now())
        self._changed_people.add(telegram_id)
        return bool(await self._session.scalar(gone))

    async def prune(self, limit: int) -> int:
        """Delete questions whose time is over, the oldest first and some at a time; returns how many."""
        keys = Asked.chat_id, Asked.telegram_id
        over = select(*keys).where(Asked.until <= func.now()).order_by(Asked.until).limit(limit)
        gone = delete(Asked).where(tuple_(*keys).in_(over.with_for_update(skip_locked=True)))
        return len((await self._session.execute(gone.returning(Asked.chat_id))).all())


def _by(chat_id: int, telegram_id: int) -> tuple[Any, Any]:
    return Asked.chat_id == chat_id, Asked.telegram_id == telegram_id
