"""Alembic's way in: from the command line on the database that settings name, in tests on an engine that is given."""

import asyncio
import sys

from alembic import context
from sqlalchemy import Connection
from sqlalchemy.ext.asyncio import AsyncEngine
from sqlalchemy.schema import SchemaItem

from bot import app, features  # noqa: F401 -- features bring their tables
from bot.config.settings import Settings
from bot.db import lock, schema
from bot.db.base import Base
from bot.errors import BotError, ConfigurationError


def is_known(_: SchemaItem, __: str | None, kind: str, reflected: bool, model: SchemaItem | None) -> bool:  # noqa: FBT001
    """Whether autogenerate may touch it: a table without a model belongs to somebody else and is never dropped."""
    return not (kind == "table" and reflected and model is None)


def migrate(connection: Connection) -> None:
    context.configure(
        connection=connection, target_metadata=Base.metadata, compare_server_default=True, include_object=is_known
    )
    with context.begin_transaction():
        context.run_migrations()


async def migrate_on(engine: AsyncEngine) -> None:
    async with engine.connect() as connection:
        await connection.run_sync(migrate)
        await connection.commit()


async def migrate_the_configured_database(config: Settings) -> None:
    """Under a lock, since two workers may start at once: the second finds the first one's work done."""
    async with app.database(config) as database, lock.held(database.lock, schema.LOCK_NAME):
        await migrate_on(database.pool)


def from_the_command_line() -> None:
    try:
        config = Settings.load(needs_token=False)
        app.set_up_log(config)
        asyncio.run(migrate_the_configured_database(config))
    except BotError as error:
        sys.stderr.write(f"{error}\n")
        sys.exit(2 if isinstance(error, ConfigurationError) else 1)


def write_sql() -> None:
    """`alembic upgrade head --sql`: no database is needed."""
    context.configure(dialect_name="postgresql", target_metadata=Base.metadata, literal_binds=True)
    with context.begin_transaction():
        context.run_migrations()


given: AsyncEngine | None = context.config.attributes.get("connection")
if context.is_offline_mode():
    write_sql()
elif given is not None:
    asyncio.run(migrate_on(given))
else:
    from_the_command_line()
