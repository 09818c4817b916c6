"""The people whom the bot has met."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ARRAY, ColumnElement, Date, Identity, Index, Text, any_, false, func, or_, select, text, update
from sqlalchemy.orm import Mapped, mapped_column

from bot.db.arrays import bigints
from bot.db.base import Base, Repository
from bot.db.trigrams import grams

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


@dataclass(frozen=True, slots=True)
class Sighting:
    """What a batch of updates tells about one person."""

    telegram_id: int
    username: str | None
    first_name: str
    last_name: str | None
    language_code: str | None
    messages: int  # new messages and button presses
    seen_at: datetime
    private_since: datetime | None  # None: not seen in private
    reachable: bool | None  # True: wrote in private; False: blocked the bot; None: neither is known
    by_itself: bool = False  # nothing but what happens to people: of whom the bot doesn't know, it makes no row


# One statement for any number of people. A username isn't a key: who has given one up learns of it when somebody else
# turns up with it, unless their row is being worked on just now. What is written down late, after newer things may have
# been, adds up and fills in, but overwrites nothing newer. That somebody is back in another week is written down and
# counted once, as `last_seen_at` tells; the week in which they joined is told by `created_at`. The second look at
# `seen` is there because ON CONFLICT knows the table's columns alone.
# Who has been erased is a stranger until they write: that they block the bot, or leave a group, brings no row back, and
# no name into one that is there for a ban alone, whose `last_seen_at` is empty. `known_before` locks the rows, since
# an erasure that ends between a mere look and the INSERT would be undone by it.
_MEET = text("""
WITH seen AS (
    SELECT * FROM unnest(
        CAST(:telegram_id AS bigint[]), CAST(:username AS text[]), CAST(:first_name AS text[]),
        CAST(:last_name AS text[]), CAST(:language_code AS text[]), CAST(:messages AS bigint[]),
        CAST(:seen_at AS timestamptz[]), CAST(:private_since AS timestamptz[]), CAST(:reachable AS boolean[]),
        CAST(:by_itself AS boolean[]), CAST(:grams AS text[])
    ) AS s (
        telegram_id, username, first_name, last_name, language_code, messages, seen_at, private_since, reachable,
        by_itself, grams
    )
), known_before AS (
    SELECT users.telegram_id FROM users JOIN seen USING (telegram_id)
    WHERE seen.by_itself AND users.last_seen_at IS NOT NULL
    ORDER BY users.telegram_id FOR NO KEY UPDATE OF users
), given_up AS (
    UPDATE users SET username = NULL, updated_at = now()
    WHERE id IN (
        SELECT id FROM users JOIN seen ON lower(users.username) = lower(seen.username)
        WHERE users.telegram_id <> ALL (CAST(:telegram_id AS bigint[]))
        ORDER BY id FOR NO KEY UPDATE OF users SKIP LOCKED
    )
), come_back AS (
    INSERT INTO active_weeks (user_id, week)
    SELECT users.id, date_trunc('week', seen.seen_at AT TIME ZONE 'UTC')::date FROM seen JOIN users USING (telegram_id)
    WHERE (users.last_seen_at IS NULL AND NOT seen.by_itself)
       OR date_trunc('week', users.last_seen_at, 'UTC') < date_trunc('week', seen.seen_at, 'UTC')
    ON CONFLICT DO NOTHING
    RETURNING user_id, week
), counted AS (
    INSERT INTO cohort_returns AS known (joined, week, people)
    SELECT cohort.joined, come_back.week, count(*) FROM come_back JOIN users ON users.id = come_back.user_id,
           LATERAL (SELECT date_trunc('week', users.created_at AT TIME ZONE 'UTC')::date) AS cohort (joined)
    WHERE come_back.week > cohort.joined
    GROUP BY 1, 2 ORDER BY 1, 2
    ON CONFLICT (joined, week) DO UPDATE SET people = known.people + excluded.people
)
INSERT INTO users AS known (
    telegram_id, username, first_name, last_name, language_code, message_count, last_seen_at, active_on, private_since,
    blocked_at, grams
)
SELECT telegram_id, username, first_name, last_name, language_code, messages, seen_at,
       (seen_at AT TIME ZONE 'UTC')::date, private_since, CASE WHEN NOT reachable THEN seen_at END,
       string_to_array(grams, ' ')
FROM seen
WHERE NOT by_itself OR telegram_id IN (SELECT telegram_id FROM known_before)
ORDER BY telegram_id
ON CONFLICT (telegram_id) DO UPDATE SET
    (username, first_name, last_name, grams, language_code, blocked_at, unreachable_at, unreachable_reason) = (
        SELECT
            CASE WHEN old.news THEN seen.username ELSE known.username END,
            CASE WHEN old.news THEN seen.first_name ELSE known.first_name END,
            CASE WHEN old.news THEN seen.last_name ELSE known.last_name END,
            CASE WHEN old.news THEN string_to_array(seen.grams, ' ') ELSE known.grams END,
            CASE WHEN old.news THEN coalesce(seen.language_code, known.language_code) ELSE known.language_code END,
            CASE WHEN reachable AND old.news THEN NULL
                 WHEN NOT reachable AND old.news THEN seen_at ELSE known.blocked_at END,
            CASE WHEN reachable AND old.news THEN NULL ELSE known.unreachable_at END,
            CASE WHEN reachable AND old.news THEN NULL ELSE known.unreachable_reason END
        FROM seen, LATERAL (
            SELECT NOT CAST(:late AS boolean) OR known.last_seen_at IS NULL OR seen.seen_at >= known.last_seen_at
        ) AS old (news)
        WHERE seen.telegram_id = known.telegram_id
    ),
    message_count = known.message_count + excluded.message_count,
    last_seen_at = greatest(known.last_seen_at, excluded.last_seen_at),
    active_on = greatest(known.active_on, excluded.active_on),
    private_since = coalesce(known.private_since, excluded.private_since),
    updated_at = now()
""")

# Whose rows are locked by somebody else; those of the others are locked by this transaction from now on.
_BUSY = text("""
WITH known AS (
    SELECT telegram_id FROM users WHERE telegram_id = ANY (CAST(:telegram_ids AS bigint[]))
), got AS (
    SELECT telegram_id FROM users WHERE telegram_id = ANY (CAST(:telegram_ids AS bigint[]))
    ORDER BY telegram_id FOR NO KEY UPDATE SKIP LOCKED
)
SELECT telegram_id FROM known EXCEPT SELECT telegram_id FROM got
""")


class Users(Repository):
    async def busy(self, telegram_ids: Collection[int]) -> set[int]:
        """Who of these is being worked on by another transaction; the others can be met without waiting."""
        if not telegram_ids:
            return set()
        return set((await self._session.scalars(_BUSY, {"telegram_ids": list(telegram_ids)})).all())

    async def meet(self, sightings: Sequence[Sighting], *, late: bool = False) -> None:
        """Write down what was seen of each person; no person may come twice. Counts are added up.

        `late` says that newer things may have been written down before.
        """
        if not sightings:
            return
        columns = {name: [getattr(seen, name) for seen in sightings] for name in Sighting.__dataclass_fields__}
        found_by = [" ".join(grams([seen.first_name, seen.last_name, seen.username])) for seen in sightings]
        await self._session.execute(_MEET, columns | {"grams": found_by, "late": late})

    async def keep_source(self, telegram_id: int, source: str) -> None:
        """Remember where a person came from, the first time."""
        first_time = update(User).where(User.telegram_id == telegram_id, User.source.is_(None))
        await self._session.execute(first_time.values(source=source, updated_at=func.now()))

    async def mark_blocked(self, telegram_id: int, seconds_ago: float = 0.0) -> None:
        """Mark who refused something so long ago, unless they were seen since: they may have come back."""
        at = _ago(seconds_ago)
        marked = update(User).where(User.telegram_id == telegram_id, User.blocked_at.is_(None), _unseen_since(at))
        await self._session.execute(marked.values(blocked_at=at, updated_at=func.now()))

    async def mark_unreachable(self, telegram_id: int, reason: str, seconds_ago: float = 0.0) -> None:
        """As `mark_blocked`."""
        at = _ago(seconds_ago)
        marked = update(User).where(User.telegram_id == telegram_id, _unseen_since(at))
        await self._session.execute(marked.values(unreachable_at=at, unreachable_reason=reason, updated_at=func.now()))

    async def reached(self, telegram_ids: Collection[int], seconds_ago: float) -> None:
        """Take the marks off people to whom something could be sent so long ago, but for newer marks.

        Whose row is busy keeps them for now. Marks that come with updates are of Telegram's clock, in whole seconds.
        """
        by_then = _ago(seconds_ago + 1)
        marked = select(User.id).where(
            User.telegram_id == any_(bigints(telegram_ids)),
            func.greatest(User.blocked_at, User.unreachable_at) < by_then,
        )
        free = update(User).where(User.id.in_(marked.with_for_update(skip_locked=True, key_share=True)))
        no_marks = {"blocked_at": None, "unreachable_at": None, "unreachable_reason": None}
        await self._session.execute(free.values(**no_marks, updated_at=func.now()))

    async def choices(self, telegram_id: int) -> tuple[list[str], str | None, str | None] | None:
        """What a person doesn't want broadcasts about, their language and time zone; None for a stranger."""
        kept = select(User.opted_out, User.language, User.time_zone).where(User.telegram_id == telegram_id)
        row = (await self._session.execute(kept)).one_or_none()
        return None if row is None else (row.opted_out, row.language, row.time_zone)

    async def opt_out(self, telegram_id: int, category: str, *, out: bool) -> None:
        """Put a category among those not wanted, or take it out."""
        rest = func.array_remove(User.opted_out, category)
        opted_out = func.array_append(rest, category) if out else rest
        await self._change(telegram_id, opted_out=opted_out)

    async def agree(self, telegram_id: int, version: str) -> None:
        """Record consent to this version, the first time that it is given."""
        person = update(User).where(User.telegram_id == telegram_id, User.consent_version.is_distinct_from(version))
        await self._session.execute(
            person.values(consent_version=version, consent_at=func.now(), updated_at=func.now())
        )

    async def choose(self, telegram_id: int, **chosen: str | None) -> None:
        """Set a person's `language` or `time_zone`."""
        await self._change(telegram_id, **chosen)

    async def _change(self, telegram_id: int, **values: Any) -> None:
        person = update(User).where(User.telegram_id == telegram_id)
        await self._session.execute(person.values(**values, updated_at=func.now()))


def _ago(seconds: float) -> ColumnElement[Any]:
    return func.now() - timedelta(seconds=seconds)


def _unseen_since(moment: ColumnElement[Any]) -> ColumnElement[bool]:
    return or_(User.last_seen_at.is_(None), User.last_seen_at <= moment)
