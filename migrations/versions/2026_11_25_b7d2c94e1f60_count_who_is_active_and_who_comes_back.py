"""Count who is active and who comes back.

Revision ID: b7d2c94e1f60
Revises: fee0a78eb795
Create Date: 2026-11-25 19:14:00.000000+00:00

Versions overlap: only add here. What is to go, goes a version later.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "b7d2c94e1f60"
down_revision: str | None = "fee0a78eb795"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

MARKS = ("source", "blocked_at", "unreachable_at", "banned_at")


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '10s'")
    op.create_table(
        "cohort_returns",
        sa.Column("joined", sa.Date(), nullable=False),
        sa.Column("week", sa.Date(), nullable=False),
        sa.Column("people", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("joined", "week", name=op.f("pk_cohort_returns")),
    )
    op.add_column("users", sa.Column("active_on", sa.Date(), nullable=True))
    op.add_column("users", sa.Column("maintenance_told_at", sa.DateTime(timezone=True), nullable=True))
    op.execute(
        "UPDATE users SET active_on = (last_seen_at AT TIME ZONE 'UTC')::date"
        " WHERE last_seen_at >= now() - interval '31 days'"
    )
    op.create_index("ix_users_active_on", "users", ["active_on"], unique=False)
    op.create_index("ix_users_language_code", "users", ["language_code"], unique=False)
    for column in MARKS:
        known = sa.text(f"{column} IS NOT NULL")
        op.create_index(f"ix_users_{column}", "users", [column], unique=False, postgresql_where=known)


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '10s'")
    for column in MARKS:
        known = sa.text(f"{column} IS NOT NULL")
        op.drop_index(f"ix_users_{column}", table_name="users", postgresql_where=known)
    op.drop_index("ix_users_language_code", table_name="users")
    op.drop_index("ix_users_active_on", table_name="users")
    op.drop_column("users", "maintenance_told_at")
    op.drop_column("users", "active_on")
    op.drop_table("cohort_returns")
