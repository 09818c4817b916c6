"""Translates the driver's errors into the worker's own, by their SQLSTATE."""

from collections.abc import Iterator
from contextlib import contextmanager

import asyncpg
from sqlalchemy.exc import DBAPIError

from bot.errors import BotError, ConflictError, DatabaseAwayError, FatalError, StatementRefusedError

DATABASE_AWAY = ("08", "25006", "25P03", "25P04", "53", "57P0", "58")
"""SQLSTATE prefixes of errors that no statement causes. Source: PostgreSQL manual, appendix A."""
RETRYABLE = ("40", "55P03", "57014", "0A000")
"""Serialization failures, lock and statement timeouts; 0A000 is a cached plan made stale by a schema change."""
UNKNOWN_SETTING = (asyncpg.UndefinedObjectError, asyncpg.InvalidParameterValueError)
"""Errors with which the server refuses a parameter of the address when connecting."""
POOLER_IN_BETWEEN = ("26000", "42P05")
"""A prepared statement is missing or already exists: the session has changed. Source: PgBouncer, "pool_mode"."""
POOLER = (
    "DATABASE_URL leads to a transaction pooler, which gives each transaction another session: "
    "give the direct address of the database (on many platforms port 5432 instead of 6543)"
)


def translated(error: BaseException) -> BotError:
    """An error raised while connecting, as one of the worker's own."""
    return FatalError(POOLER) if getattr(error, "sqlstate", None) in POOLER_IN_BETWEEN else away(error)


def away(error: BaseException) -> DatabaseAwayError:
    """An error as DatabaseAwayError."""
    reason = str(error) or type(error).__name__
    return DatabaseAwayError(reason, getattr(error, "sqlstate", None))


def _sqlstate(error: DBAPIError) -> str:
    """The SQLSTATE of the driver's error; SQLAlchemy doesn't pass on that of a stale plan."""
    states = (getattr(one, "sqlstate", None) for one in (error.orig, error.orig and error.orig.__cause__))
    return next((sqlstate for sqlstate in states if sqlstate), "")


@contextmanager
def translated_driver_errors() -> Iterator[None]:
    """Translate the driver's errors in the block."""
    try:
        yield
    except DBAPIError as error:
        sqlstate = _sqlstate(error)
        if sqlstate in POOLER_IN_BETWEEN:
            raise FatalError(POOLER) from error
        if error.connection_invalidated or sqlstate.startswith(DATABASE_AWAY):
            raise away(error.orig or error) from error
        if sqlstate.startswith(RETRYABLE):
            raise ConflictError(str(error.orig)) from error
        raise StatementRefusedError(str(error.orig)) from error
