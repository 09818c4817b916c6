"""The data of python-telegram-bot's handlers: `user_data`, `chat_data`, `bot_data` and states of conversations."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from sqlalchemy import JSON, ColumnElement, Update, delete, select, tuple_, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.orm import Mapped, mapped_column

from bot.db.base import Base, Repository
from bot.errors import ConflictError


class PtbDatum(Base):
    """One value. A column that its kind doesn't use is 0 or empty."""

    __tablename__ = "ptb_data"

    bot_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    kind: Mapped[str] = mapped_column(primary_key=True)
    chat_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    user_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    message: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[object] = mapped_column(JSON)


@dataclass(frozen=True, slots=True)
class DataKey:
    """The key of a value. `kind` is "user", "chat", "bot", or "conversation" with the handler's name."""

    kind: str
    chat_id: int = 0
    user_id: int = 0
    message: str = ""  # of a conversation per message

    @classmethod
    def of_user(cls, user_id: int) -> "DataKey":
        """The key of somebody's `user_data`."""
        return cls("user", user_id=user_id)

    @classmethod
    def of_chat(cls, chat_id: int) -> "DataKey":
        """The key of a chat's `chat_data`."""
        return cls("chat", chat_id=chat_id)


BOT_DATA = DataKey("bot")

_KEY = (PtbDatum.kind, PtbDatum.chat_id, PtbDatum.user_id, PtbDatum.message)


class PtbData(Repository):
    """Values as JSON. Besides the leader's own updates and jobs, only erasures change them."""

    async def read(self, bot_id: int, keys: Collection[DataKey], *, locked: bool = False) -> dict[DataKey, object]:
        """The values of these keys that are there, locked until the transaction ends if `locked`."""
        rows = select(*_KEY, PtbDatum.value).where(_are(bot_id, keys))
        found = await self._session.execute(rows.with_for_update() if locked else rows)
        return {DataKey(row.kind, row.chat_id, row.user_id, row.message): row.value for row in found}

    async def lock(self, bot_id: int, key: DataKey) -> None:
        """Lock a value, which need not be there yet, until the transaction ends."""
        row = upsert(PtbDatum).values(_row(bot_id, key, {}))
        await self._session.execute(row.on_conflict_do_update(constraint="pk_ptb_data", set_={"message": key.message}))

    async def replace(self, bot_id: int, values: Mapping[DataKey, object], before: Mapping[DataKey, object]) -> None:
        """Store values that are still there; None deletes. This transaction may have erased whose they are.

        Raises ConflictError if one isn't as it was `before`: another transaction may have removed a person from it.
        """
        there = await self.read(bot_id, values.keys(), locked=True)
        if any(value != before[key] for key, value in there.items()):
            raise ConflictError("data of python-telegram-bot's handlers were changed elsewhere")
        for key, value in values.items():
            one = _are(bot_id, [key])
            await self._session.execute(delete(PtbDatum).where(one) if value is None else _set(one, value))

    async def write(self, bot_id: int, values: Mapping[DataKey, object]) -> None:
        """Store values; None deletes."""
        gone = [key for key, value in values.items() if value is None]
        if gone:
            await self._session.execute(delete(PtbDatum).where(_are(bot_id, gone)))
        rows = [_row(bot_id, key, value) for key, value in values.items() if value is not None]
        if rows:
            row = upsert(PtbDatum).values(rows)
            new = row.on_conflict_do_update(constraint="pk_ptb_data", set_={"value": row.excluded.value})
            await self._session.execute(new)


def _are(bot_id: int, keys: Collection[DataKey]) -> ColumnElement[bool]:
    wanted = [(key.kind, key.chat_id, key.user_id, key.message) for key in keys]
    return (PtbDatum.bot_id == bot_id) & tuple_(*_KEY).in_(wanted)


def _set(one: ColumnElement[bool], value: object) -> Update:
    return update(PtbDatum).where(one).values(value=value)


def _row(bot_id: int, key: DataKey, value: object) -> dict[str, object]:
    return {
        "bot_id": bot_id,
        "kind": key.kind,
        "chat_id": key.chat_id,
        "user_id": key.user_id,
        "message": key.message,
        "value": value,
    }
