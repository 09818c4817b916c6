"""What all tables and repositories share: column types, constraint names, and how a bot's leader is woken."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import (
    ARRAY,
    JSON,
    BigInteger,
    BindParameter,
    DateTime,
    MetaData,
    TableValuedAlias,
    column,
    func,
    literal,
    text,
)
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import DeclarativeBase

from bot.db.text import JsonObject

NAMING_CONVENTION = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
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
    """For `= ANY(…)` and `<> ALL(…)`."""
    return literal(list(numbers), ARRAY(BigInteger))


def as_rows(numbers: Collection[int]) -> TableValuedAlias:
    """A table with one column, `number`."""
    return func.unnest(bigints(numbers)).table_valued(column("number", BigInteger)).render_derived()
