"""Rules about dead letters: what a retry makes of one, and what can't be retried."""

import json
from collections.abc import Callable

from bot.db.tables import dead_letters
from bot.db.tables.dead_letters import DeadLetters, Origin
from bot.db.tables.outbox import Outbox, StoredMessage
from bot.db.tables.updates import Inbox, NewUpdate
from bot.db.unit_of_work import Work
from bot.errors import BotError

LetterSummary = dead_letters.LetterSummary  # for views, which know services and not the database
Letter = dead_letters.Letter
LetterGroup = dead_letters.LetterGroup

PAGE = 5
LARGEST_NUMBER = 2**63 - 1
NO_LANE = 0  # where an update goes whose chat nobody can tell


Reread = Callable[[bytes], NewUpdate | None]
"""The inbox's row for an update that could not be read when it came; None if it still can't be."""


class NoSuchLetterError(BotError):
    """There is no dead letter of that number (any more)."""

    def __init__(self, number: int) -> None:
        super().__init__(f"There is no dead letter {number}. To see which there are: python -m bot dead-letters list")
        self.number = number


class NotRetriableError(BotError):
    """What was kept can be put neither into the inbox nor into the outbox."""

    def __init__(self, number: int, why: str) -> None:
        super().__init__(f"Dead letter {number} can't be retried: {why}. It stays.")
        self.number = number


async def letter(work: Work, number: int) -> Letter:
    return _require(number, await work.of(DeadLetters).one(number) if _is_valid(number) else None)


async def page(work: Work, bot_id: int, before: int | None = None) -> list[LetterSummary]:
    """A bot's newest, or those older than one: as many as a page has, and one more where there is another page."""
    return await work.of(DeadLetters).newest(PAGE + 1, bot_id=bot_id, before=before)


async def discard(work: Work, number: int) -> Letter:
    return _require(number, await work.of(DeadLetters).take(number) if _is_valid(number) else None)


async def retry(work: Work, number: int, reread: Reread) -> Letter:
    """Put it back where it came from, and have the leader look there once this is committed; returns what it was.

    Raises NoSuchLetterError, also where another took it at the same moment, and NotRetriableError, upon which the
    transaction has to be rolled back; `check_retriable` tells before.
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
    """Raise NotRetriableError for what can't be, before anything is changed."""
    if letter.origin == Origin.MESSAGE:
        message_of(letter)
    elif letter.origin != Origin.UPDATE:
        raise _unknown_origin(letter)


def update_of(taken: Letter, reread: Reread) -> NewUpdate:
    """The inbox's row for it; one that still can't be read becomes a dead letter again, in a lane of nobody's.

    A kind tells that it could be read when it came: its person was met then, and their message counted.
    """
    reparsed = None if taken.kind else reread(taken.payload)
    return reparsed or NewUpdate(taken.update_id or 0, taken.chat_id or NO_LANE, taken.kind or "", taken.payload)


def message_of(taken: Letter) -> StoredMessage:
    """The outbox's row for it. Raises NotRetriableError where what was kept is no message."""
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


def _require(number: int, found: Letter | None) -> Letter:
    if found is None:
        raise NoSuchLetterError(number)
    return found
