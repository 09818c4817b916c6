"""Chats that show the administrators' commands."""

from sqlalchemy.orm import Mapped, mapped_column

from bot.db.base import Base


class AdministratorsChat(Base):
    """A private chat that may show the administrators' commands, which are removed when the role ends."""

    __tablename__ = "administrators_chats"

    bot_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    telegram_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
