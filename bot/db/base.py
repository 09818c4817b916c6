"""What all tables have in common: how Python's types are kept, and how constraints are named."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, DateTime, MetaData
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import DeclarativeBase

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
        dict[str, Any]: JSON,
    }


class Repository:
    """Queries on one transaction; `work.of(Users)` makes it.

    A change to what handlers know of people is noted in `_changed_people`, which all repositories of a transaction
    share.
    """

    def __init__(self, session: AsyncSession, changed_people: set[int]) -> None:
        self._session = session
        self._changed_people = changed_people
