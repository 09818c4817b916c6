"""What administrators have done: bans, notes, settings changed, and the record of it all."""

from datetime import datetime
from typing import Any

from sqlalchemy import Identity, false, func
from sqlalchemy.orm import Mapped, mapped_column

from bot.db.base import Base


class Sanction(Base):
    """A ban, from its beginning to its end; what is over stays."""

    __tablename__ = "sanctions"

    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    telegram_id: Mapped[int] = mapped_column(index=True)
    kind: Mapped[str]
    reason: Mapped[str]
    actor_id: Mapped[int | None]  # traces.NOBODY: who has been erased since
    silent: Mapped[bool] = mapped_column(server_default=false())
    told_at: Mapped[datetime | None]  # when the notice was put on its way; None again if it was refused
    expires_at: Mapped[datetime | None]
    lifted_at: Mapped[datetime | None]
    lifted_by: Mapped[int | None]  # None: by itself; traces.NOBODY as above
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())


class AdministratorsChat(Base):
    """A private chat that shows, or may show, administrators' list of commands: to be taken away with the right."""

    __tablename__ = "administrators_chats"

    bot_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    telegram_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)


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
    actor_id: Mapped[int | None] = mapped_column(index=True)  # None: by itself; traces.NOBODY as above
    person_id: Mapped[int | None] = mapped_column(index=True)
    action: Mapped[str]
    details: Mapped[dict[str, Any]]
    at: Mapped[datetime] = mapped_column(server_default=func.now())


class ChangedSetting(Base):
    """A setting that administrators changed while the bot runs."""

    __tablename__ = "changed_settings"

    name: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[dict[str, Any]]
    changed_by: Mapped[int | None]
    changed_at: Mapped[datetime] = mapped_column(server_default=func.now())
