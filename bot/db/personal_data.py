"""Personal data in tables: how it is found, shown to the person it is about, and erased."""

import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Executable, Result, Text, cast, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute

from bot.db import redaction
from bot.db.base import Base

OTHERS = frozenset({"telegram_id", "actor_id", "author_id", "lifted_by", "person_id", "changed_by"})
"""Columns that may hold somebody else's id, which is not exported."""
SOMEBODY_ELSE = "somebody else"

Condition = ColumnElement[bool]
Row = dict[str, Any]
Column = InstrumentedAttribute[Any]


@dataclass(frozen=True, slots=True)
class Subject:
    """The person whose data it is."""

    telegram_id: int
    user_id: int  # the row of `users`; 0 if there is none

    def number_in(self, column: Column) -> Condition:
        """The condition that a column of JSON or text names them by their id."""
        return cast(column, Text).op("~")(redaction.pattern(self.telegram_id))

    def digits_in(self, column: Column) -> Condition:
        """The condition that bytes hold the digits of their id, perhaps as part of another number."""
        return func.pg_catalog.position(column, str(self.telegram_id).encode()) > 0


class Erasure:
    """One person's erasure, in the transaction of the update that asks for it."""

    def __init__(self, session: AsyncSession, bot_id: int, subject: Subject) -> None:
        self._session = session
        self.bot_id = bot_id
        self.subject = subject
        self.banned = False  # a ban is running, so their row of `users` stays

    @property
    def telegram_id(self) -> int:
        return self.subject.telegram_id

    async def execute(self, statement: Executable) -> Result[*tuple[Any, ...]]:
        return await self._session.execute(statement)

    async def scrub(self, model: type[Base], column: Column) -> None:
        """Replace them with nobody in other people's rows. The model has a column `id`."""
        row: Any = model
        found = select(row.id, column).where(self.subject.number_in(column))
        for row_id, value in (await self.execute(found)).all():
            less = {column.key: redaction.without(self.telegram_id, value)}
            await self.execute(update(row).where(row.id == row_id).values(**less))

    def redacted(self, payload: bytes) -> bytes | None:
        """The payload without the person; None if it doesn't name them."""
        value = redaction.read(payload)
        less = redaction.without(self.telegram_id, value)
        if less == value:
            return None
        return less.encode() if isinstance(less, str) else json.dumps(less).encode()


@dataclass(frozen=True, slots=True)
class PersonalData:
    """A table's part in the promises of `/privacy`.

    `found` selects rows that are, or may be, the person's; those with a `payload` are then checked. `about` names two
    columns: whom a row is about, and what it says about them. An administrator's export shows that they banned
    somebody, but not what they wrote about that person, who gets it in their own export.
    """

    found: Callable[[Subject], Condition]
    erase: Callable[[Erasure], Awaitable[None]]
    about: tuple[str, str] | None = None
    shown: Callable[[Row, Subject], Row] | None = None

    def exported(self, row: Row, subject: Subject) -> Row:
        """The row for that person's export, without other people's ids and what it says about them."""
        if self.shown is not None:
            row = self.shown(row, subject)
        read = {column: redaction.read(value) if isinstance(value, bytes) else value for column, value in row.items()}
        hidden = {column for column in OTHERS & read.keys() if read[column] not in {None, subject.telegram_id}}
        about, says = self.about or ("", "")
        if about in hidden:
            hidden.add(says)
        return read | dict.fromkeys(hidden, SOMEBODY_ELSE)


def is_theirs(row: Row, subject: Subject) -> bool:
    """Return whether a row is to or from them. A payload may contain their digits only as part of another number."""
    if not isinstance(row.get("payload"), bytes) or row.get("chat_id") == subject.telegram_id:
        return True
    return redaction.comes_from(row["payload"], subject.telegram_id)
