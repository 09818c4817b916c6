"""The driver's errors as the kinds that callers know, by their SQLSTATE."""

from collections.abc import Iterator
from contextlib import contextmanager

import asyncpg
from sqlalchemy.exc import DBAPIError

from bot.errors import BotError, ConflictError, DatabaseAwayError, FatalError, StatementRefusedError

ITS_OWN_FAULT = ("08", "25006", "25P03", "25P04", "53", "57P0", "58")
"""SQLSTATE prefixes with which the database says that it is the database: PostgreSQL manual, appendix A."""
WORTH_ANOTHER_TRY = ("40", "55P03", "57014", "0A000")
"""Serialization, lock and statement time-outs; 0A000 is a cached plan gone stale by a change of the schema."""
NO_SUCH_SETTING = (asyncpg.UndefinedObjectError, asyncpg.InvalidParameterValueError)
"""How the server refuses a parameter of the address, when connecting."""
POOLER_IN_BETWEEN = ("26000", "42P05")
"""A prepared statement that is gone, or there already: another session's. Source: PgBouncer, "pool_mode"."""
POOLER = (
    "DATABASE_URL leads to a transaction pooler, which gives each transaction another session: "
    "give the direct address of the database (on many platforms port 5432 instead of 6543)"
)


def named(error: BaseException) -> BotError:
    """`error`, raised while connecting, as the kind that callers know."""
    return FatalError(POOLER) if getattr(error, "sqlstate", None) in POOLER_IN_BETWEEN else away(error)


def away(error: BaseException) -> DatabaseAwayError:
    """`error` as the database's absence."""
    reason = str(error) or type(error).__name__
    return DatabaseAwayError(reason, getattr(error, "sqlstate", None))


def _sqlstate(error: DBAPIError) -> str:
    """As the driver's own error says it, which SQLAlchemy's for a stale plan doesn't pass on."""
    told = (getattr(one, "sqlstate", None) for one in (error.orig, error.orig and error.orig.__cause__))
    return next((sqlstate for sqlstate in told if sqlstate), "")


@contextmanager
def driver_errors_named() -> Iterator[None]:
    """Turn the driver's errors in the block into the kinds that callers know."""
    try:
        yield
    except DBAPIError as error:
        sqlstate = _sqlstate(error)
        if sqlstate in POOLER_IN_BETWEEN:
            raise FatalError(POOLER) from error
        if error.connection_invalidated or sqlstate.startswith(ITS_OWN_FAULT):
            raise away(error.orig or error) from error
        if sqlstate.startswith(WORTH_ANOTHER_TRY):
            raise ConflictError(str(error.orig)) from error
        raise StatementRefusedError(str(error.orig)) from error
