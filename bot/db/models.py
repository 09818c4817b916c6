"""All tables on one page."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    ARRAY,
    JSON,
    BigInteger,
    Date,
    DateTime,
    Identity,
    Index,
    LargeBinary,
    MetaData,
    SmallInteger,
    Text,
    false,
    func,
    text,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

NAMING_CONVENTION = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    metadata = MetaData(naming_convention=NAMING_CONVENTION)
    type_annotation_map = {  # noqa: RUF012 -- SQLAlchemy's own declaration style
        int: BigInteger,
        datetime: DateTime(timezone=True),
        dict[str, Any]: JSON,
    }


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
        Index("ix_users_banned_until", "banned_until", postgresql_where=text("banned_until IS NOT NULL")),
    )


class Poller(Base):
    """How far a bot's updates have been taken over from Telegram, and by whose term."""

    __tablename__ = "pollers"

    bot_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    api_url: Mapped[str] = mapped_column(primary_key=True)
    epoch: Mapped[int] = mapped_column(server_default="0")  # counts terms of leadership
    last_update_id: Mapped[int | None]
    last_update_at: Mapped[datetime | None]
    limits: Mapped[dict[str, Any] | None]  # how far Telegram's limits were used up when the last term ended
    limits_at: Mapped[datetime | None]


class InboxUpdate(Base):
    """An update that Telegram has handed over and that isn't handled yet. Their order is that of `id`."""

    __tablename__ = "updates"

    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    bot_id: Mapped[int]
    update_id: Mapped[int]  # Telegram's number, which may come twice in the course of months
    chat_id: Mapped[int]  # whose lane it is in: the chat, else the person, else 0
    kind: Mapped[str]
    payload: Mapped[bytes] = mapped_column(LargeBinary)  # the bytes that Telegram sent
    person_pending: Mapped[bool] = mapped_column(server_default=false())  # who sent it isn't written down yet
    tries: Mapped[int] = mapped_column(SmallInteger, server_default="0")  # by processes that found it at their start
    received_at: Mapped[datetime] = mapped_column(server_default=func.now())

    __table_args__ = (Index("ix_updates_bot_id_chat_id_id", "bot_id", "chat_id", "id"),)


class OutboxMessage(Base):
    """Something still to be sent."""

    __tablename__ = "outbox"

    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    bot_id: Mapped[int]
    inbox_id: Mapped[int | None]  # the row of `updates` that it answers
    chat_id: Mapped[int]  # where it goes
    kind: Mapped[str]
    payload: Mapped[dict[str, Any]]
    attempts: Mapped[int] = mapped_column(SmallInteger, server_default="0")
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())

    __table_args__ = (
        Index("ix_outbox_bot_id_chat_id_id", "bot_id", "chat_id", "id"),
        Index("ix_outbox_inbox_id", "inbox_id"),
    )


class DeadLetter(Base):
    """What could not be read, handled or sent, with the reason."""

    __tablename__ = "dead_letters"

    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    bot_id: Mapped[int]
    origin: Mapped[str]  # "update" or "message"
    update_id: Mapped[int | None]
    chat_id: Mapped[int | None]
    kind: Mapped[str | None]
    payload: Mapped[bytes] = mapped_column(LargeBinary)
    reason: Mapped[str]
    traceback: Mapped[str | None]
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())

    __table_args__ = (Index("ix_dead_letters_bot_id_created_at", "bot_id", "created_at"),)


class Chat(Base):
    """A group or channel, as far as sending there is concerned."""

    __tablename__ = "chats"

    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    bot_id: Mapped[int]
    telegram_id: Mapped[int]
    left_at: Mapped[datetime | None]  # when the bot was put out, or the group was gone
    muted_at: Mapped[datetime | None]  # when the bot was refused for want of the right to write
    reason: Mapped[str | None]  # of the last mark, in Telegram's words
    became: Mapped[int | None]  # the supergroup that it has become
    updated_at: Mapped[datetime] = mapped_column(server_default=func.now())

    __table_args__ = (Index("uq_chats_bot_id_telegram_id", "bot_id", "telegram_id", unique=True),)


class Broadcast(Base):
    """Something said to many, from its draft to its report."""

    __tablename__ = "broadcasts"

    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    bot_id: Mapped[int]
    author_id: Mapped[int]  # the administrator's Telegram id, and so their chat with the bot
    language: Mapped[str]  # of what the author is told
    state: Mapped[str]
    content: Mapped[dict[str, Any]]  # what was composed, and with which options
    category: Mapped[str]
    audience: Mapped[dict[str, Any]]
    panel_id: Mapped[int | None]  # the message that shows how it goes
    due_at: Mapped[datetime | None]  # when it is to begin
    people_up_to: Mapped[int | None]  # the last row of `users` that there was when it began
    listed_up_to: Mapped[int] = mapped_column(server_default="0")  # the last row of `users` put into the ledger
    total: Mapped[int] = mapped_column(server_default="0")
    sent: Mapped[int] = mapped_column(server_default="0")
    blocked: Mapped[int] = mapped_column(server_default="0")  # who have blocked the bot or can't be reached otherwise
    failed: Mapped[int] = mapped_column(server_default="0")
    perhaps_twice: Mapped[int] = mapped_column(server_default="0")
    deleted: Mapped[int] = mapped_column(server_default="0")
    started_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
    alive_at: Mapped[datetime | None]  # when a sender last worked on it
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())

    __table_args__ = (Index("ix_broadcasts_bot_id_state", "bot_id", "state"),)


class BroadcastRecipient(Base):
    """The ledger: what became of a broadcast for one person. No foreign keys: a check a row, for a million rows."""

    __tablename__ = "broadcast_recipients"

    broadcast_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    user_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)  # the row of `users`
    telegram_id: Mapped[int]
    state: Mapped[str] = mapped_column(server_default="waiting")
    message_ids: Mapped[list[int] | None] = mapped_column(ARRAY(BigInteger))
    error: Mapped[str | None]
    at: Mapped[datetime | None]  # of the last change

    __table_args__ = (
        Index("ix_broadcast_recipients_under_way", "broadcast_id", postgresql_where=text("state = 'sending'")),
    )


class Sanction(Base):
    """A ban, from its beginning to its end; what is over stays."""

    __tablename__ = "sanctions"

    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    telegram_id: Mapped[int] = mapped_column(index=True)
    kind: Mapped[str]
    reason: Mapped[str]
    actor_id: Mapped[int | None]
    silent: Mapped[bool] = mapped_column(server_default=false())
    told_at: Mapped[datetime | None]  # when the notice was put on its way
    expires_at: Mapped[datetime | None]
    lifted_at: Mapped[datetime | None]
    lifted_by: Mapped[int | None]  # None: by itself
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())


class Note(Base):
    """What an administrator wrote down about a person."""

    __tablename__ = "notes"

    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    telegram_id: Mapped[int] = mapped_column(index=True)
    author_id: Mapped[int | None]
    text: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())


class AuditEntry(Base):
    """Who did what to whom, and when. Only ever added to; an erased person's number is taken out."""

    __tablename__ = "audit"

    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    actor_id: Mapped[int | None] = mapped_column(index=True)
    person_id: Mapped[int | None] = mapped_column(index=True)
    action: Mapped[str]
    details: Mapped[dict[str, Any]]
    at: Mapped[datetime] = mapped_column(server_default=func.now())


class Asked(Base):
    """What a person is being asked in a chat: their next message there is the answer."""

    __tablename__ = "asked"

    chat_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    telegram_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    what: Mapped[str]
    details: Mapped[dict[str, Any]]
    until: Mapped[datetime]


class ChangedSetting(Base):
    """A setting that administrators changed while the bot runs."""

    __tablename__ = "changed_settings"

    name: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[dict[str, Any]]
    changed_by: Mapped[int | None]
    changed_at: Mapped[datetime] = mapped_column(server_default=func.now())


class Appointment(Base):
    """What is to be done by the clock, and when next."""

    __tablename__ = "timetable"

    bot_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    what: Mapped[str] = mapped_column(primary_key=True)
    due_at: Mapped[datetime]


class ActiveWeek(Base):
    """That a person did something in a week after that in which they joined; it begins with this day (a Monday)."""

    __tablename__ = "active_weeks"

    user_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    week: Mapped[date] = mapped_column(Date, primary_key=True)


class CohortReturn(Base):
    """How many of those who joined in one week (both begin on a Monday, UTC) did something in a later one."""

    __tablename__ = "cohort_returns"

    joined: Mapped[date] = mapped_column(Date, primary_key=True)
    week: Mapped[date] = mapped_column(Date, primary_key=True)
    people: Mapped[int]


class ButtonCount(Base):
    """How often a button was pressed on a day (UTC)."""

    __tablename__ = "button_counts"

    button: Mapped[str] = mapped_column(primary_key=True)
    day: Mapped[date] = mapped_column(Date, primary_key=True)
    presses: Mapped[int] = mapped_column(server_default="0")
