"""Keep with an appointment what it is about.

Revision ID: d41a7c03be95
Revises: b7d2c94e1f60
Create Date: 2026-11-25 21:36:00.000000+00:00

Versions overlap: only add here. What is to go, goes a version later.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "d41a7c03be95"
down_revision: str | None = "b7d2c94e1f60"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '10s'")
    op.add_column("timetable", sa.Column("details", sa.JSON(), nullable=True))


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '10s'")
    op.drop_column("timetable", "details")
