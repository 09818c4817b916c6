"""People who have met the bot, and what they are being asked."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import ARRAY, Date, Identity, Index, Text, false, func, text
from sqlalchemy.orm import Mapped, mapped_column

from bot.db.base import Base

_REACHABLE = "private_since IS NOT NULL AND blocked_at IS NULL AND unreachable_at IS NULL AND banned_at IS NULL"
AUDIENCES = {
    "system": _REACHABLE,
    "news": f"{_REACHABLE} AND 'news'::text <> ALL (opted_out)",
    "offers": f"{_REACHABLE} AND 'offers'::text <> ALL (opted_out)",
}
"""Whom a broadcast of each category can go to: counted by an index alone, small since it changes with none of a
person's messages."""


class User(Base):
    """A person who has met the bot; never a bot, a channel, a group or one of Telegram's stand-in accounts."""

    __tablename__ = "users"

    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    telegram_id: Mapped[int] = mapped_column(unique=True, index=True)
    username: Mapped[str | None]
    first_name: Mapped[str] = mapped_column(server_default="")
    last_name: Mapped[str | None]
    language_code: Mapped[str | None]
    source: Mapped[str | None]  # the deep-link parameter of the first /start that had one
    message_count: Mapped[int] = mapped_column(server_default="0")  # new messages and button presses
    last_seen_at: Mapped[datetime | None]  # when they last did something, by Telegram's clock where it says
    active_on: Mapped[date | None] = mapped_column(Date)  # the day (UTC) of `last_seen_at`, for what counts
    private_since: Mapped[datetime | None]  # first message or my_chat_member in private
    blocked_at: Mapped[datetime | None]
    unreachable_at: Mapped[datetime | None]
    unreachable_reason: Mapped[str | None]
    banned_at: Mapped[datetime | None]
    banned_until: Mapped[datetime | None]  # None: until it is lifted
    silenced: Mapped[bool] = mapped_column(server_default=false())  # banned, and told nothing, or nothing more
    role: Mapped[str] = mapped_column(server_default="user")
    language: Mapped[str | None]  # the one chosen; otherwise it is Telegram's
    time_zone: Mapped[str | None]
    consent_version: Mapped[str | None]
    consent_at: Mapped[datetime | None]
    daily_report: Mapped[bool] = mapped_column(server_default=false())
    maintenance_told_at: Mapped[datetime | None]  # when they were last told that the bot is under maintenance
    grams: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default="{}")  # see `db.grams`
    opted_out: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default="{}")  # categories of broadcasts
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    updated_at: Mapped[datetime] = mapped_column(server_default=func.now())

    __table_args__ = (
        Index("ix_users_username_lower", text("lower(username)")),
        Index("ix_users_grams", "grams", postgresql_using="gin"),
        Index("ix_users_created_at", "created_at"),
        Index("ix_users_active_on", "active_on"),
        Index("ix_users_language_code", "language_code"),
        Index("ix_users_source", "source", postgresql_where=text("source IS NOT NULL")),
        Index("ix_users_blocked_at", "blocked_at", postgresql_where=text("blocked_at IS NOT NULL")),
        Index("ix_users_unreachable_at", "unreachable_at", postgresql_where=text("unreachable_at IS NOT NULL")),
        Index("ix_users_banned_at", "banned_at", postgresql_where=text("banned_at IS NOT NULL")),
        Index("ix_users_role", "role", postgresql_where=text("role <> 'user'")),
        *(
            Index(
                f"ix_users_audience_{name}",
                *("language_code", "language", "source"),
                postgresql_include=["created_at", "active_on"],
                postgresql_where=text(who),
            )
            for name, who in AUDIENCES.items()
        ),
        Index("ix_users_banned_until", "banned_until", postgresql_where=text("banned_until IS NOT NULL")),
    )


class Asked(Base):
    """What a person is being asked in a chat: their next message there is the answer."""

    __tablename__ = "asked"

    chat_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    telegram_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    what: Mapped[str]
    details: Mapped[dict[str, Any]]
    until: Mapped[datetime]
