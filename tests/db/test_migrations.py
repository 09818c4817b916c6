"""Migrations: up, down, in step with the models; at start and from the command line."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
from alembic.config import Config
from alembic.script import ScriptDirectory
from pytest_alembic.tests import (  # noqa: F401 -- pytest collects them here
    test_model_definitions_match_ddl,
    test_single_head_revision,
    test_up_down_consistency,
    test_upgrade,
)
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import NullPool

from bot.db import schema
from bot.db.embedded import cluster as embedded
from tests.support.worker_process import PROJECT

TABLE = re.compile(r'__tablename__ = "(\w+)"')


@pytest.fixture
def alembic_config() -> Config:
    return Config(PROJECT / "alembic.ini")


@pytest.fixture
def alembic_engine(socket_folder: Path, empty_database: str) -> AsyncEngine:
    return create_async_engine(embedded.url(socket_folder, empty_database), poolclass=NullPool)  # a loop a call


def test_every_model_is_known_where_migrations_are_written() -> None:
    """A model that nobody imports would be missing from `Base.metadata`, and autogenerate would not see it."""
    files = [*PROJECT.glob("bot/features/**/models.py"), *PROJECT.glob("bot/db/tables/*.py")]
    written = {name for file in files for name in TABLE.findall(file.read_text(encoding="utf-8"))}
    program = "from bot import features; from bot.db.base import Base; print(*Base.metadata.tables)"
    known = subprocess.run([sys.executable, "-c", program], cwd=PROJECT, check=True, capture_output=True, text=True)
    assert set(known.stdout.split()) == written
    assert "users" in written


def test_the_revisions_read_off_file_names_are_those_that_alembic_finds() -> None:
    script = ScriptDirectory(str(PROJECT / "migrations"))
    assert schema.revisions() == [revision.revision for revision in reversed(list(script.walk_revisions()))]


@pytest.mark.parametrize(
    ("revision", "found"),
    [
        (None, schema.Schema.BEHIND),
        (schema.revisions()[0], schema.Schema.BEHIND),
        (schema.revisions()[-1], schema.Schema.AT_HEAD),
        ("ffffffffffff", schema.Schema.NEWER),
    ],
)
def test_a_schema_is_behind_or_at_head_or_newer(revision: str | None, found: schema.Schema) -> None:
    assert schema.compared(revision) is found
