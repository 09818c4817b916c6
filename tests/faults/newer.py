"""Newer versions: migrations that run while this worker serves or before it starts."""

from dataclasses import dataclass, field
from pathlib import Path

from bot.db import schema
from tests.faults.load import Load
from tests.support.worker_process import PROJECT, CommandResult, program

AT_ONCE = 12
ALEMBIC = """
[alembic]
script_location = {project}/migrations
version_locations = {project}/migrations/versions:{versions}
prepend_sys_path = {project}
path_separator = os
"""
REVISION = """
import sqlalchemy as sa
from alembic import op

revision = "{revision}"
down_revision = "{before}"


def upgrade():
    op.execute("SET LOCAL lock_timeout = '10s'")
    op.add_column("users", sa.Column("{new}", sa.String(), nullable=True))
    op.create_index("ix_users_{new}", "users", ["{new}"])
    op.create_index("ix_updates_{new}", "updates", ["received_at"])
    op.create_table(
        "{new}",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), primary_key=True),
        sa.Column("user_id", sa.BigInteger(), sa.ForeignKey("users.id")),
    )
    for table in ("updates", "outbox"):
        op.alter_column(table, "kind", type_=sa.{type}())
"""
"""A column, indexes, a table that refers to another, and a change of type that makes prepared plans stale (0A000)."""


@dataclass
class NewerVersions:
    """Successive versions, each with one more revision. Their files are in `folder`."""

    folder: Path
    revisions: list[str] = field(default_factory=lambda: [schema.revisions()[-1]])

    async def migrate(self, database_url: str) -> CommandResult:
        """Migrate the database as the next version does at its start."""
        versions, config = self.folder / "versions", self.folder / "alembic.ini"
        versions.mkdir(exist_ok=True)
        config.write_text(ALEMBIC.format(project=PROJECT, versions=versions))
        number, before = len(self.revisions), self.revisions[-1]
        revision = f"{number:012x}"
        kind = "Text" if number % 2 else "String"
        text = REVISION.format(revision=revision, before=before, new=f"later_{number}", type=kind)
        (versions / f"{revision}.py").write_text(text)
        self.revisions.append(revision)
        return await program(
            self.folder, "alembic", "-c", str(config), "upgrade", "head", DATABASE_URL=database_url, LOG_FORMAT="json"
        )


def many_at_once(load: Load) -> None:
    """Send more messages per chat than its lane keeps in memory. The rest is read with a prepared statement."""
    for speaker in load.speakers:
        for _ in range(AT_ONCE):
            load.say(speaker)
