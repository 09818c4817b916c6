"""Migrating: at start and from the command line, as processes. Beside test_migrations.py, which `make check` runs."""

import asyncio
import sys
from pathlib import Path

from sqlalchemy import text

from bot.db import schema
from bot.db.embedded import cluster as embedded
from bot.db.engine import engine_for
from tests.conftest import libpq_url
from tests.support.worker_process import PROJECT, clean_environment, command


async def test_two_that_migrate_at_once_both_succeed(socket_folder: Path, empty_database: str, tmp_path: Path) -> None:
    url = libpq_url(socket_folder, empty_database)
    ended = await asyncio.gather(*(command(tmp_path, "migrate", DATABASE_URL=url) for _ in range(2)))
    assert [one.code for one in ended] == [0, 0], ended
    assert await _revision(socket_folder, empty_database) == schema.revisions()[-1]


async def test_an_older_version_serves_a_newer_schema_with_a_warning(
    socket_folder: Path, database: str, tmp_path: Path
) -> None:
    await _execute(socket_folder, database, "UPDATE alembic_version SET version_num = 'ffffffffffff'")
    ended = await command(tmp_path, "migrate", DATABASE_URL=libpq_url(socket_folder, database))
    assert ended.code == 0
    assert "schema is newer than this version" in ended.output


async def test_a_migration_that_fails_ends_with_a_sentence_and_changes_nothing(
    socket_folder: Path, empty_database: str, tmp_path: Path
) -> None:
    await _execute(socket_folder, empty_database, "CREATE TABLE outbox (in_the_way int)")
    ended = await command(tmp_path, "migrate", DATABASE_URL=libpq_url(socket_folder, empty_database))
    assert ended.code == 1
    assert "the schema can't be brought to head" in ended.output
    assert 'relation "outbox" already exists' in ended.output
    assert await _revision(socket_folder, empty_database) is None


async def test_alembic_finds_no_difference_and_needs_no_token(
    socket_folder: Path, database: str, tmp_path: Path
) -> None:
    ended = await _alembic(tmp_path, "check", DATABASE_URL=libpq_url(socket_folder, database))
    assert ended == (0, "No new upgrade operations detected.")


async def test_alembic_never_drops_a_table_that_has_no_model(
    socket_folder: Path, database: str, tmp_path: Path
) -> None:
    await _execute(socket_folder, database, "CREATE TABLE of_somebody_else (id int PRIMARY KEY, name text)")
    await _execute(socket_folder, database, "CREATE INDEX ix_of_somebody_else_name ON of_somebody_else (name)")
    ended = await _alembic(tmp_path, "check", DATABASE_URL=libpq_url(socket_folder, database))
    assert ended == (0, "No new upgrade operations detected.")


async def test_alembic_ends_with_2_on_bad_configuration(tmp_path: Path) -> None:
    code, output = await _alembic(tmp_path, "current", DATABASE_URL="mysql://x")
    assert code == 2
    assert "DATABASE_URL is not valid" in output


async def _alembic(folder: Path, *arguments: str, **variables: str) -> tuple[int | None, str]:
    """Alembic's exit code and its last line of output."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "alembic", "-c", str(PROJECT / "alembic.ini"), *arguments),
        cwd=folder,
        env=clean_environment(**variables),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    output, _ = await process.communicate()
    return process.returncode, output.decode().strip().splitlines()[-1]


async def _execute(socket_folder: Path, database: str, statement: str) -> None:
    engine = engine_for(embedded.url(socket_folder, database), connections=1)
    async with engine.begin() as connection:
        await connection.execute(text(statement))
    await engine.dispose()


async def _revision(socket_folder: Path, database: str) -> str | None:
    engine = engine_for(embedded.url(socket_folder, database), connections=1)
    try:
        async with engine.connect() as connection:
            return await connection.run_sync(schema._revision)
    finally:
        await engine.dispose()
