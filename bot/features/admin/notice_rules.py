"""Which facts administrators are told unasked, and how often."""

from datetime import datetime, timedelta

from bot.db.tables import people
from bot.db.tables.dead_letters import DeadLetters
from bot.db.tables.people import People
from bot.db.unit_of_work import Work
from bot.features.dead_letters.service import Group

Recipient = people.Recipient

AT_MOST_EVERY = timedelta(minutes=10)  # errors, however many there are
ABOUT_ADMINISTRATORS = ("notice", "commands")
"""Kinds of messages whose own refusal is never told: that would make another to be refused."""


async def recipients(work: Work, owners: frozenset[int]) -> list[Recipient]:
    """Owners and administrators who opened a private chat and can be reached there."""
    return await work.of(People).recipients(owners)


async def errors(work: Work, bot_id: int, since: datetime, most: int) -> list[Group]:
    """What became a dead letter since then, but for what was said to administrators about the bot itself."""
    return await work.of(DeadLetters).since(bot_id, since, ABOUT_ADMINISTRATORS, most)
