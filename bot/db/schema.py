"""The schema: Alembic upgrades it in a separate process. A newer schema is used as it is."""

import asyncio
import re
import sys
from enum import Enum
from pathlib import Path

import structlog
from sqlalchemy import Connection, inspect, text
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.db.unit_of_work import database_away
from bot.errors import FatalError

PROJECT = Path(__file__).resolve().parents[2]
VERSIONS = PROJECT / "migrations" / "versions"
NAMED = re.compile(r'^(revision|down_revision): [^=]+= "(\w+)"', re.MULTILINE)
LOCK_NAME = "telegram-bot-worker/migrations"
SHOWN_OF_A_FAILURE = 2000  # characters from the end of Alembic's output

log = structlog.get_logger(__name__)


class Schema(Enum):
    """The database's schema compared with this version's."""

    BEHIND = "behind"
    AT_HEAD = "at head"
    NEWER = "newer"


def revisions() -> list[str]:
    """All revisions, the oldest first, read from the files without Alembic."""
    follows = {}
    for file in VERSIONS.glob("*.py"):
        named = dict(NAMED.findall(file.read_text(encoding="utf-8")))
        follows[named.get("down_revision")] = named["revision"]
    history: list[str] = []
    while (following := follows.get(history[-1] if history else None)) is not None:
        history.append(following)
    return history


def compared(revision: str | None) -> Schema:
    """Compare a database at `revision` with this version."""
    known = revisions()
    if revision == known[-1]:
        return Schema.AT_HEAD
    return Schema.BEHIND if revision is None or revision in known else Schema.NEWER


async def upgrade(engine: AsyncEngine) -> None:
    """Upgrade the schema if it is behind. Workers that start together take turns (see migrations/env.py).

    Alembic and its imports stay out of the worker's memory and usually out of its start.
    Raises DatabaseAwayError, or FatalError if a migration fails.
    """
    async with database_away(), engine.connect() as connection:
        revision = await connection.run_sync(_revision)
    found = compared(revision)
    if found is Schema.NEWER:
        log.warning("schema is newer than this version; it is used as it is", revision=revision)
    elif found is Schema.AT_HEAD:
        log.info("schema is at head", revision=revision)
    else:
        log.info("schema is behind", revision=revision)
        await _alembic("upgrade", "head")
        log.info("schema brought to head", before=revision, revision=revisions()[-1])


def _revision(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    revision: str | None = connection.scalar(text("SELECT version_num FROM alembic_version"))
    return revision


async def _alembic(*arguments: str) -> None:
    """Run Alembic's command. A stop kills it, and PostgreSQL rolls the migration back."""
    command = (sys.executable, "-m", "alembic", "-c", str(PROJECT / "alembic.ini"), *arguments)
    process = await asyncio.create_subprocess_exec(
        *command, stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT
    )
    try:
        output, _ = await process.communicate()
    except BaseException:
        process.kill()
        await process.wait()
        raise
    if process.returncode:
        end = output.decode(errors="replace")[-SHOWN_OF_A_FAILURE:]
        raise FatalError(f"the schema can't be brought to head: {end}")
