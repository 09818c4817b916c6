"""Shared by all tables and repositories: column types, constraint names, queries by chat, and the leader's wake-up."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ARRAY,
    JSON,
    BigInteger,
    BindParameter,
    DateTime,
    MetaData,
    Select,
    column,
    func,
    literal,
    select,
    text,
    true,
)
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import DeclarativeBase, InstrumentedAttribute

from bot.db.text import JsonObject

NAMING_CONVENTION = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


Column = InstrumentedAttribute[int]


class Base(DeclarativeBase):
    """The base of all models."""

    metadata = MetaData(naming_convention=NAMING_CONVENTION)
    type_annotation_map = {  # noqa: RUF012 -- SQLAlchemy's own declaration style
        int: BigInteger,
        datetime: DateTime(timezone=True),
        JsonObject: JSON,
    }


class Repository:
    """Queries on one transaction; `work.of(Users)` makes it.

    All repositories of a transaction share `_changed_people`: Telegram ids of users whose `UserFacts` it changes.
    """

    def __init__(self, session: AsyncSession, changed_people: set[int]) -> None:
        self._session = session
        self._changed_people = changed_people


WAKE_CHANNEL = "telegram_bot_worker"
"""The leader listens here. Each notification's payload is a bot's id."""

_NOTIFY = text("SELECT pg_notify(:channel, :bot_id)")


async def notify(session: AsyncSession, bot_id: int) -> None:
    """Have the bot's leader read inbox and outbox once the transaction commits; a rollback sends nothing."""
    await session.execute(_NOTIFY, {"channel": WAKE_CHANNEL, "bot_id": str(bot_id)})


def bigints(numbers: Collection[int]) -> BindParameter[list[int]]:
    """A parameter for `= ANY(…)` and `<> ALL(…)`."""
    return literal(list(numbers), ARRAY(BigInteger))


def first_of_each(
    chats: Collection[int], rows: Select[*tuple[Any, ...]], chat_id: Column, row_id: Column, limit: int
) -> Select[*tuple[Any, ...]]:
    """The first of these rows for each chat, at most `limit` of each, in the order of `row_id`."""
    chat = func.unnest(bigints(chats)).table_valued(column("number", BigInteger)).render_derived()
    first = rows.where(chat_id == chat.c.number).order_by(row_id).limit(limit).lateral()
    return select(first).select_from(chat).join(first, true()).order_by(first.c.id)
