"""Names that are as nasty as they can be, and profiles whose names and numbers are as long as they can be."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from bot.features.users.repository import PersonName, Profile
from bot.features.users.service import Card, UserAction
from bot.framework.permissions import Role

NASTY_NAMES = [
    "<b>&",
    "\u202eevil\u202c",
    "مرحبا",
    "👩\u200d👩\u200d👧🏳️\u200d🌈",
    "\u200b\u2060\u200d",
    "Z" + "\u0301" * 60,
    "w" * 64,
]
NOW = datetime(2026, 9, 30, 23, 52, 7, tzinfo=UTC)
LATER = NOW + timedelta(days=30)
MANY = 1_234_567_890
ID = 2**52 - 1

WORST = Profile(
    number=MANY,
    telegram_id=ID,
    username="w" * 64,
    first_name="<b>&\u202e\n" + "م" * 250,
    last_name="</code>" + "w" * 249,
    language_code="zz-" + "x" * 32,
    language=None,
    time_zone="Europe/Minsk",
    source="<&>" + "s" * 61,
    message_count=MANY,
    created_at=NOW,
    last_seen_at=NOW,
    private_since=None,
    blocked_at=NOW,
    unreachable_at=NOW,
    unreachable_reason="bot can't initiate conversation with a user" * 5,
    role="administrator",
    banned_at=NOW,
    banned_until=LATER,
    now=NOW,
)
FINE = replace(
    WORST, unreachable_at=None, blocked_at=None, banned_at=None, banned_until=None, role="user", private_since=NOW
)
NAMED = PersonName(ID, WORST.first_name, WORST.last_name, WORST.username)
CARD = Card(WORST, Role.OWNER, MANY, frozenset(UserAction))
