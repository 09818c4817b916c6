"""Keep what a recipient was before their messages were being deleted.

Revision ID: e81c5f2d7a34
Revises: c5a90d3e7b42
Create Date: 2026-11-25 22:05:00.000000+00:00

Versions overlap: only add here. What is to go, goes a version later.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "e81c5f2d7a34"
down_revision: str | None = "c5a90d3e7b42"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '10s'")
    op.add_column("broadcast_recipients", sa.Column("state_before", sa.String(), nullable=True))


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '10s'")
    op.drop_column("broadcast_recipients", "state_before")
