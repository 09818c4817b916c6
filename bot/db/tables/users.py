"""Users of the bot."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    Date,
    Identity,
    Index,
    Text,
    and_,
    any_,
    false,
    func,
    or_,
    select,
    text,
    update,
)  # fmt: skip
from sqlalchemy.orm import InstrumentedAttribute, Mapped, mapped_column

from bot.db.base import Base, Repository, bigints
from bot.db.tables.prompts import PendingPrompt

_REACHABLE = "private_since IS NOT NULL AND blocked_at IS NULL AND unreachable_at IS NULL AND banned_at IS NULL"
AUDIENCES = {
    "system": _REACHABLE,
    "news": f"{_REACHABLE} AND 'news'::text <> ALL (opted_out)",
    "offers": f"{_REACHABLE} AND 'offers'::text <> ALL (opted_out)",
}
"""Conditions for who can receive a broadcast of each category. An index on each makes counting cheap, and stays small
because a user's messages don't change it."""


class User(Base):
    """A user of the bot; never a bot, a channel, a group or one of Telegram's stand-in accounts."""

    __tablename__ = "users"

    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    telegram_id: Mapped[int] = mapped_column(unique=True, index=True)
    username: Mapped[str | None]
    first_name: Mapped[str] = mapped_column(server_default="")
    last_name: Mapped[str | None]
    language_code: Mapped[str | None]
    source: Mapped[str | None]  # the deep-link parameter of the first /start that had one
    message_count: Mapped[int] = mapped_column(server_default="0")  # new messages and button presses
    last_seen_at: Mapped[datetime | None]  # last activity, by Telegram's clock where it gives a date
    active_on: Mapped[date | None] = mapped_column(Date)  # the day (UTC) of `last_seen_at`, for counting
    private_since: Mapped[datetime | None]  # first message or my_chat_member in private
    blocked_at: Mapped[datetime | None]
    unreachable_at: Mapped[datetime | None]
    unreachable_reason: Mapped[str | None]
    banned_at: Mapped[datetime | None]
    banned_until: Mapped[datetime | None]  # None: until it is lifted
    silenced: Mapped[bool] = mapped_column(server_default=false())  # banned, and gets no further notice of it
    role: Mapped[str] = mapped_column(server_default="user")
    language: Mapped[str | None]  # chosen by the user; None: Telegram's
    time_zone: Mapped[str | None]
    consent_version: Mapped[str | None]
    consent_at: Mapped[datetime | None]
    daily_report: Mapped[bool] = mapped_column(server_default=false())
    maintenance_told_at: Mapped[datetime | None]  # when the last maintenance notice was sent
    grams: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default="{}")  # see `bot.db.trigrams`
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


ADMINISTRATOR = "administrator"


@dataclass(frozen=True, slots=True)
class UserFacts:
    """Facts about a user that handlers need at each update."""

    telegram_id: int
    role: str = "user"
    language: str | None = None  # chosen by the user
    time_zone: str | None = None
    banned_at: datetime | None = None
    banned_until: datetime | None = None
    silenced: bool = False
    consent_version: str | None = None
    prompt: str | None = None  # name of the pending prompt in their private chat
    prompt_until: datetime | None = None


_FACTS: tuple[InstrumentedAttribute[Any], ...] = (
    User.telegram_id, User.role, User.language, User.time_zone, User.banned_at, User.banned_until, User.silenced,
    User.consent_version, PendingPrompt.name, PendingPrompt.until,
)  # fmt: skip


class Users(Repository):
    """Facts and choices of users."""

    async def facts(self, telegram_ids: Collection[int]) -> dict[int, UserFacts]:
        """Facts by Telegram id; users that aren't stored are left out."""
        private = and_(PendingPrompt.chat_id == User.telegram_id, PendingPrompt.telegram_id == User.telegram_id)
        found = select(*_FACTS).outerjoin(PendingPrompt, private).where(User.telegram_id == any_(bigints(telegram_ids)))
        return {row.telegram_id: UserFacts(*row) for row in await self._session.execute(found)}

    async def set_source(self, telegram_id: int, source: str) -> None:
        """Store the deep-link parameter a user came from, unless one is stored."""
        first_time = update(User).where(User.telegram_id == telegram_id, User.source.is_(None))
        await self._session.execute(first_time.values(source=source, updated_at=func.now()))

    async def mark_blocked(self, telegram_id: int, seconds_ago: float = 0.0) -> None:
        """Mark a user who refused a message that long ago. A user seen since isn't marked: they may be back."""
        at = _ago(seconds_ago)
        marked = update(User).where(User.telegram_id == telegram_id, User.blocked_at.is_(None), _unseen_since(at))
        await self._session.execute(marked.values(blocked_at=at, updated_at=func.now()))

    async def mark_unreachable(self, telegram_id: int, reason: str, seconds_ago: float = 0.0) -> None:
        """Mark a user as unreachable, under the same condition as `mark_blocked`."""
        at = _ago(seconds_ago)
        marked = update(User).where(User.telegram_id == telegram_id, _unseen_since(at))
        await self._session.execute(marked.values(unreachable_at=at, unreachable_reason=reason, updated_at=func.now()))

    async def mark_reachable(self, telegram_ids: Collection[int], seconds_ago: float) -> None:
        """Clear the marks of users who received a message that long ago; newer marks stay.

        Locked rows are skipped and keep their marks for now. Marks from updates carry Telegram's clock, which has
        whole seconds.
        """
        by_then = _ago(seconds_ago + 1)
        marked = select(User.id).where(
            User.telegram_id == any_(bigints(telegram_ids)),
            func.greatest(User.blocked_at, User.unreachable_at) < by_then,
        )
        unlocked = update(User).where(User.id.in_(marked.with_for_update(skip_locked=True, key_share=True)))
        no_marks = {"blocked_at": None, "unreachable_at": None, "unreachable_reason": None}
        await self._session.execute(unlocked.values(**no_marks, updated_at=func.now()))

    async def note_maintenance_notice(self, telegram_id: int, since: datetime) -> bool:
        """Record that a user is sent the maintenance notice. Returns False if they had it after `since`."""
        due = or_(User.maintenance_told_at.is_(None), User.maintenance_told_at < since)
        noted = update(User).where(User.telegram_id == telegram_id, due).values(maintenance_told_at=func.now())
        return await self._session.scalar(noted.returning(User.id)) is not None

    async def choices(self, telegram_id: int) -> tuple[list[str], str | None, str | None] | None:
        """Broadcast categories opted out of, language and time zone; None for an unknown user."""
        stored = select(User.opted_out, User.language, User.time_zone).where(User.telegram_id == telegram_id)
        row = (await self._session.execute(stored)).one_or_none()
        return None if row is None else (row.opted_out, row.language, row.time_zone)

    async def opt_out(self, telegram_id: int, category: str, *, out: bool) -> None:
        """Opt a user out of a category of broadcasts, or back in."""
        others = func.array_remove(User.opted_out, category)
        await self._update(telegram_id, opted_out=func.array_append(others, category) if out else others)

    async def agree(self, telegram_id: int, version: str) -> None:
        """Record consent to this version of the terms, with the time it was first given."""
        row = update(User).where(User.telegram_id == telegram_id, User.consent_version.is_distinct_from(version))
        await self._session.execute(row.values(consent_version=version, consent_at=func.now(), updated_at=func.now()))

    async def choose(self, telegram_id: int, **chosen: str | None) -> None:
        """Set a user's `language` or `time_zone`."""
        await self._update(telegram_id, **chosen)

    async def _update(self, telegram_id: int, **values: object) -> None:
        row = update(User).where(User.telegram_id == telegram_id)
        await self._session.execute(row.values(**values, updated_at=func.now()))


def _ago(seconds: float) -> ColumnElement[datetime]:
    return func.now() - timedelta(seconds=seconds)


def _unseen_since(moment: ColumnElement[datetime]) -> ColumnElement[bool]:
    return or_(User.last_seen_at.is_(None), User.last_seen_at <= moment)
