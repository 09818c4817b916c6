"""Accepting what Telegram hands over: one transaction, before Telegram is told."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from bot.db.tables.dead_letters import DeadLetters, NewDeadLetter, Origin
from bot.db.tables.pollers import Cursor, Pollers, Term
from bot.db.tables.seen_users import SeenUsers
from bot.db.tables.updates import Inbox, NewUpdate, Waiting
from bot.db.text import storable
from bot.db.unit_of_work import Work
from bot.worker.intake import membership
from bot.worker.intake.reading import RawUpdate, read_one
from bot.worker.intake.seen_users import chat_id_of, person_id_of, seen_users

HAD_WITHIN = 100_000  # numbers below the cursor; Telegram keeps no more updates than that
CURSOR_VALID_FOR = timedelta(days=3)  # Telegram keeps updates for one day, and starts its numbers anew after seven


@dataclass(frozen=True, slots=True)
class Accepted:
    """What was new in a batch."""

    waiting: tuple[Waiting, ...]
    unreadable: int
    had_already: int


async def accept(work: Work, term: Term, batch: Sequence[RawUpdate]) -> Accepted:
    """Keep a batch from Telegram and return what is new in it, in order.

    Commit before the next getUpdates: its offset tells Telegram to forget the batch.
    Raises LeadershipLostError if another worker has taken over since.
    Source: Bot API, getUpdates, parameter `offset`.
    """
    cursor = await work.of(Pollers).cursor(term)
    new = new_ones(cursor, batch)
    readable = [update for update in new if update.unreadable is None]
    seen = seen_users(readable, cursor.now)
    busy = await work.of(SeenUsers).locked([user.telegram_id for user in seen])
    waiting = await work.of(Inbox).add(term.bot_id, [_row(update, busy) for update in readable])
    await work.of(SeenUsers).upsert([user for user in seen if user.telegram_id not in busy])
    for update in new:
        if update.unreadable is not None:
            await work.of(DeadLetters).add(term.bot_id, _dead_letter(update, update.unreadable))
    await membership.record(work, term.bot_id, membership.memberships(readable))
    ids = [update.update_id for update in new if update.update_id is not None]
    if ids:
        await work.of(Pollers).advance(term, ids[-1])
    return Accepted(tuple(waiting), len(new) - len(readable), len(batch) - len(new))


def new_ones(cursor: Cursor, batch: Iterable[RawUpdate]) -> list[RawUpdate]:
    """What was not taken over before, each number once."""
    met: set[int | None] = set()
    new = []
    for update in batch:
        if not had(cursor, update.update_id) and (update.update_id is None or update.update_id not in met):
            new.append(update)
        met.add(update.update_id)
    return new


def had(cursor: Cursor, update_id: int | None) -> bool:
    """Whether an update with this number was taken over already.

    At or below the cursor it was, unless it lies so far below, or the cursor is so old, that Telegram must have
    started its numbers anew: it does so, at random and lower too, after a week without any update.
    """
    if update_id is None or cursor.update_id is None or cursor.at is None:
        return False
    numbers_still_hold = cursor.now - cursor.at < CURSOR_VALID_FOR
    return numbers_still_hold and cursor.update_id - HAD_WITHIN <= update_id <= cursor.update_id


async def settle_person(work: Work, waiting: Waiting) -> None:
    """Write down late who is behind a row: when it was accepted, somebody held their row of `users`."""
    if await work.of(Inbox).clear_person_pending(waiting.id):
        await work.of(SeenUsers).upsert(seen_users([read_one(waiting.payload)], datetime.now(UTC)), late=True)


def reread(payload: bytes) -> NewUpdate | None:
    """The row for an update that could not be read when it came; None if it still can't be."""
    update = read_one(payload)
    if update.unreadable is not None or update.update_id is None:
        return None
    return NewUpdate(update.update_id, chat_id_of(update), storable(update.kind), payload, person_pending=True)


def _row(update: RawUpdate, busy: Collection[int]) -> NewUpdate:
    assert update.update_id is not None
    pending = person_id_of(update) in busy
    return NewUpdate(update.update_id, chat_id_of(update), storable(update.kind), update.payload, pending)


def _dead_letter(update: RawUpdate, reason: str) -> NewDeadLetter:
    return NewDeadLetter(Origin.UPDATE, update.payload, f"unreadable: {reason}", update_id=update.update_id)
