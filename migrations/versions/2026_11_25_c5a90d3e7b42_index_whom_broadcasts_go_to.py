"""Index whom broadcasts go to.

Revision ID: c5a90d3e7b42
Revises: 411b343fe449
Create Date: 2026-11-25 21:57:00.000000+00:00

Versions overlap: only add here. What is to go, goes a version later.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "c5a90d3e7b42"
down_revision: str | None = "411b343fe449"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

REACHABLE = "private_since IS NOT NULL AND blocked_at IS NULL AND unreachable_at IS NULL AND banned_at IS NULL"
AUDIENCES = {
    "system": REACHABLE,
    "news": f"{REACHABLE} AND 'news'::text <> ALL (opted_out)",
    "offers": f"{REACHABLE} AND 'offers'::text <> ALL (opted_out)",
}


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '10s'")
    op.execute(
        "UPDATE users SET active_on = (last_seen_at AT TIME ZONE 'UTC')::date"
        " WHERE active_on IS NULL AND last_seen_at IS NOT NULL"
    )
    for name, who in AUDIENCES.items():
        op.create_index(
            f"ix_users_audience_{name}",
            "users",
            ["language_code", "language", "source"],
            unique=False,
            postgresql_include=["created_at", "active_on"],
            postgresql_where=sa.text(who),
        )


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '10s'")
    for name in AUDIENCES:
        op.drop_index(f"ix_users_audience_{name}", table_name="users")
