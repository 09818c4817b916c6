"""Keep roles sanctions notes audit and statistics.

Revision ID: fee0a78eb795
Revises: 465f319ccfd9
Create Date: 2026-11-25 18:48:05.120940+00:00

Versions overlap: only add here. What is to go, goes a version later.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "fee0a78eb795"
down_revision: str | None = "465f319ccfd9"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '10s'")
    op.create_table(
        "active_weeks",
        sa.Column("user_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("week", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("user_id", "week", name=op.f("pk_active_weeks")),
    )
    op.create_table(
        "asked",
        sa.Column("chat_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("telegram_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("what", sa.String(), nullable=False),
        sa.Column("details", sa.JSON(), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("chat_id", "telegram_id", name=op.f("pk_asked")),
    )
    op.create_table(
        "audit",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("actor_id", sa.BigInteger(), nullable=True),
        sa.Column("person_id", sa.BigInteger(), nullable=True),
        sa.Column("action", sa.String(), nullable=False),
        sa.Column("details", sa.JSON(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit")),
    )
    op.create_index(op.f("ix_audit_actor_id"), "audit", ["actor_id"], unique=False)
    op.create_index(op.f("ix_audit_person_id"), "audit", ["person_id"], unique=False)
    op.create_table(
        "button_counts",
        sa.Column("button", sa.String(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("presses", sa.BigInteger(), server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("button", "day", name=op.f("pk_button_counts")),
    )
    op.create_table(
        "changed_settings",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("value", sa.JSON(), nullable=False),
        sa.Column("changed_by", sa.BigInteger(), nullable=True),
        sa.Column("changed_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_changed_settings")),
    )
    op.create_table(
        "notes",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("telegram_id", sa.BigInteger(), nullable=False),
        sa.Column("author_id", sa.BigInteger(), nullable=True),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notes")),
    )
    op.create_index(op.f("ix_notes_telegram_id"), "notes", ["telegram_id"], unique=False)
    op.create_table(
        "sanctions",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("telegram_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("actor_id", sa.BigInteger(), nullable=True),
        sa.Column("silent", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("lifted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("lifted_by", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sanctions")),
    )
    op.create_index(op.f("ix_sanctions_telegram_id"), "sanctions", ["telegram_id"], unique=False)
    op.create_table(
        "timetable",
        sa.Column("bot_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("what", sa.String(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("bot_id", "what", name=op.f("pk_timetable")),
    )
    op.add_column("users", sa.Column("banned_until", sa.DateTime(timezone=True), nullable=True))
    op.add_column("users", sa.Column("silenced", sa.Boolean(), server_default=sa.text("false"), nullable=False))
    op.add_column("users", sa.Column("role", sa.String(), server_default="user", nullable=False))
    op.add_column("users", sa.Column("language", sa.String(), nullable=True))
    op.add_column("users", sa.Column("time_zone", sa.String(), nullable=True))
    op.add_column("users", sa.Column("consent_version", sa.String(), nullable=True))
    op.add_column("users", sa.Column("consent_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("users", sa.Column("daily_report", sa.Boolean(), server_default=sa.text("false"), nullable=False))
    op.add_column("users", sa.Column("grams", sa.ARRAY(sa.Text()), server_default="{}", nullable=False))
    op.create_index(
        "ix_users_banned_until",
        "users",
        ["banned_until"],
        unique=False,
        postgresql_where=sa.text("banned_until IS NOT NULL"),
    )
    op.create_index("ix_users_created_at", "users", ["created_at"], unique=False)
    op.create_index("ix_users_grams", "users", ["grams"], unique=False, postgresql_using="gin")
    op.create_index("ix_users_role", "users", ["role"], unique=False, postgresql_where=sa.text("role <> 'user'"))


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '10s'")
    op.drop_index("ix_users_role", table_name="users", postgresql_where=sa.text("role <> 'user'"))
    op.drop_index("ix_users_grams", table_name="users", postgresql_using="gin")
    op.drop_index("ix_users_created_at", table_name="users")
    op.drop_index("ix_users_banned_until", table_name="users", postgresql_where=sa.text("banned_until IS NOT NULL"))
    op.drop_column("users", "grams")
    op.drop_column("users", "daily_report")
    op.drop_column("users", "consent_at")
    op.drop_column("users", "consent_version")
    op.drop_column("users", "time_zone")
    op.drop_column("users", "language")
    op.drop_column("users", "role")
    op.drop_column("users", "silenced")
    op.drop_column("users", "banned_until")
    op.drop_table("timetable")
    op.drop_index(op.f("ix_sanctions_telegram_id"), table_name="sanctions")
    op.drop_table("sanctions")
    op.drop_index(op.f("ix_notes_telegram_id"), table_name="notes")
    op.drop_table("notes")
    op.drop_table("changed_settings")
    op.drop_table("button_counts")
    op.drop_index(op.f("ix_audit_person_id"), table_name="audit")
    op.drop_index(op.f("ix_audit_actor_id"), table_name="audit")
    op.drop_table("audit")
    op.drop_table("asked")
    op.drop_table("active_weeks")
