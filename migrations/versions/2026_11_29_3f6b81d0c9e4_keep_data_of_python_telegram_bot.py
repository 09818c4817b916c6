"""Keep data of python-telegram-bot's handlers.

Revision ID: 3f6b81d0c9e4
Revises: e81c5f2d7a34
Create Date: 2026-11-29 15:40:00.000000+00:00

Versions overlap: only add here. What is to go, goes a version later.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "3f6b81d0c9e4"
down_revision: str | None = "e81c5f2d7a34"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "ptb_data",
        sa.Column("bot_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("chat_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("user_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("message", sa.String(), nullable=False),
        sa.Column("value", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("bot_id", "kind", "chat_id", "user_id", "message", name=op.f("pk_ptb_data")),
    )


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '10s'")
    op.drop_table("ptb_data")
