"""Rules about a user's role, ban and pending prompt."""

from datetime import datetime
from enum import StrEnum

from bot.db.tables.users import ADMINISTRATOR, UserFacts


class Role(StrEnum):
    """A user's role."""

    USER = "user"
    ADMINISTRATOR = ADMINISTRATOR
    OWNER = "owner"  # by the settings; the database has no such role


def is_administrator(person: UserFacts | None) -> bool:
    """Return whether a user has the administrator role. Owners needn't have it."""
    return person is not None and person.role == Role.ADMINISTRATOR


def is_banned(person: UserFacts | None, now: datetime) -> bool:
    """Return whether a ban is running. An expired ban doesn't count, even before it is lifted."""
    if person is None or person.banned_at is None:
        return False
    return person.banned_until is None or person.banned_until > now


def pending_prompt(person: UserFacts | None, now: datetime) -> str | None:
    """The name of the prompt that is pending in a user's private chat."""
    if person is None or person.prompt_until is None or person.prompt_until <= now:
        return None
    return person.prompt
