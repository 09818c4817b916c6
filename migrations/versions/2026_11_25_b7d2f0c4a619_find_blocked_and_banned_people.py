"""Find blocked and banned people.

Revision ID: b7d2f0c4a619
Revises: fee0a78eb795
Create Date: 2026-11-25 19:26:00.000000+00:00

Versions overlap: only add here. What is to go, goes a version later.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "b7d2f0c4a619"
down_revision: str | None = "fee0a78eb795"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '10s'")
    for column in ("blocked_at", "banned_at"):
        which = sa.text(f"{column} IS NOT NULL")
        op.create_index(f"ix_users_{column}", "users", [column], unique=False, postgresql_where=which)


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '10s'")
    for column in ("blocked_at", "banned_at"):
        op.drop_index(f"ix_users_{column}", table_name="users", postgresql_where=sa.text(f"{column} IS NOT NULL"))
