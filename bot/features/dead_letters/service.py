"""Rules about dead letters: how they are retried, and which ones can't be."""

import json
from collections.abc import Callable

from bot.db.tables import dead_letters
from bot.db.tables.dead_letters import DeadLetters, Origin
from bot.db.tables.outbox import Outbox, StoredMessage
from bot.db.tables.updates import Inbox, NewUpdate
from bot.db.unit_of_work import Work
from bot.errors import BotError

Letter = dead_letters.Letter  # for views, which don't import the database
LetterSummary = dead_letters.LetterSummary

PAGE = 5
LARGEST_NUMBER = 2**63 - 1
NO_LANE = 0  # the lane of updates whose chat is unknown


Reread = Callable[[bytes], NewUpdate | None]
"""Reads an update that could not be read when it came. None if it still can't be read."""


class NoSuchLetterError(BotError):
    """There is no dead letter with this number, or no longer."""

    def __init__(self, number: int) -> None:
        super().__init__(f"There is no dead letter {number}. To see which there are: python -m bot dead-letters list")
        self.number = number


class NotRetriableError(BotError):
    """The payload fits neither the inbox nor the outbox."""

    def __init__(self, number: int, why: str) -> None:
        super().__init__(f"Dead letter {number} can't be retried: {why}. It stays.")
        self.number = number


async def letter(work: Work, number: int, bot_id: int | None = None) -> Letter:
    """A dead letter; with `bot_id`, only one of this bot. Raises NoSuchLetterError."""
    found = await work.of(DeadLetters).one(number) if _is_valid(number) else None
    if found is None or bot_id not in {None, found.bot_id}:
        raise NoSuchLetterError(number)
    return found


async def page(work: Work, bot_id: int, before: int | None = None) -> list[LetterSummary]:
    """A bot's newest letters, or those older than `before`: a page, and one more if there is another page."""
    return await work.of(DeadLetters).newest(PAGE + 1, bot_id=bot_id, before=before)


async def discard(work: Work, number: int) -> Letter:
    """Delete a dead letter and return it. Raises NoSuchLetterError."""
    found = await work.of(DeadLetters).take(number) if _is_valid(number) else None
    if found is None:
        raise NoSuchLetterError(number)
    return found


async def retry(work: Work, number: int, reread: Reread) -> Letter:
    """Put a dead letter back into the inbox or outbox, wake the leader, and return the letter.

    Raises NoSuchLetterError, also if another process took it at the same moment, and NotRetriableError, after which
    the transaction has to be rolled back; `check_retriable` finds out before.
    """
    taken = await discard(work, number)
    if taken.origin == Origin.UPDATE:
        await work.of(Inbox).add(taken.bot_id, [update_of(taken, reread)])
    elif taken.origin == Origin.MESSAGE:
        await work.of(Outbox).add(taken.bot_id, [message_of(taken)])
    else:
        raise _unknown_origin(taken)
    await work.wake(taken.bot_id)
    return taken


def check_retriable(letter: Letter) -> None:
    """Raise NotRetriableError before anything is changed."""
    if letter.origin == Origin.MESSAGE:
        message_of(letter)
    elif letter.origin != Origin.UPDATE:
        raise _unknown_origin(letter)


def update_of(taken: Letter, reread: Reread) -> NewUpdate:
    """The inbox row of a dead letter. One that still can't be read becomes a dead letter again, in NO_LANE.

    A letter with a kind could be read when it came, and its user and message were counted then.
    """
    reparsed = None if taken.kind else reread(taken.payload)
    return reparsed or NewUpdate(taken.update_id or 0, taken.chat_id or NO_LANE, taken.kind or "", taken.payload)


def message_of(taken: Letter) -> StoredMessage:
    """The outbox row of a dead letter. Raises NotRetriableError if its payload is no message."""
    try:
        payload = json.loads(taken.payload)
    except (ValueError, RecursionError):
        payload = None
    if not isinstance(payload, dict) or taken.chat_id is None or not taken.kind:
        raise NotRetriableError(taken.number, "what was kept of it is no message")
    return StoredMessage(taken.chat_id, taken.kind, payload)


def _unknown_origin(letter: Letter) -> NotRetriableError:
    return NotRetriableError(letter.number, f"this version doesn't know what {letter.origin!r} is")


def _is_valid(number: int) -> bool:
    return 0 < number <= LARGEST_NUMBER
