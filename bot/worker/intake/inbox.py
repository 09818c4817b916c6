"""Accepting updates from Telegram: a batch is stored in one transaction before its offset confirms it.

Storing is retried however long the database is away, and one update that it refuses doesn't keep the others out.
"""

import asyncio
import time
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import structlog

from bot.db.tables.dead_letters import DeadLetters, NewDeadLetter, Origin
from bot.db.tables.pollers import Cursor, Pollers, Term
from bot.db.tables.seen_users import SeenUsers
from bot.db.tables.updates import Inbox, NewUpdate, Waiting
from bot.db.text import storable
from bot.db.unit_of_work import LockTimeouts, UnitOfWork, Work
from bot.errors import StatementRefusedError, TransientError
from bot.worker.intake import membership
from bot.worker.intake.reading import RawUpdate, read_one
from bot.worker.intake.seen_users import chat_id_of, seen_users, user_id_of
from bot.worker.lanes import Lanes, put_after_commit
from bot.worker.outgoing.transport import back_off
from bot.worker.vitals import Vitals

LONGEST_BACK_OFF = 10.0  # seconds
HAD_WITHIN = 100_000  # numbers below the cursor; Telegram keeps no more updates than that
CURSOR_VALID_FOR = timedelta(days=3)  # Telegram keeps updates for one day, and starts its numbers anew after seven


log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Accepted:
    """The new updates of a batch, and how many were left out."""

    waiting: tuple[Waiting, ...]
    unreadable: int
    had_already: int


@dataclass(frozen=True, slots=True)
class Ingest:
    """Stores batches and hands their updates to the lanes."""

    term: Term
    unit_of_work: UnitOfWork
    lanes: Lanes[Waiting]
    vitals: Vitals

    async def store(self, batch: Sequence[RawUpdate]) -> None:
        """Commit a batch and hand its new updates to the lanes. Raises LeadershipLostError."""
        try:
            await self._store_batch(batch)
        except StatementRefusedError as error:
            if len(batch) > 1:
                for update in batch:
                    await self.store([update])
            else:
                log.exception("an update can't be stored; it becomes a dead letter", update_id=batch[0].update_id)
                await self._store_batch([replace(batch[0], unreadable=f"the database refuses it: {error}")])

    async def _store_batch(self, batch: Sequence[RawUpdate]) -> None:
        failures = 0
        while True:
            try:
                await self._accept(batch)
                if failures:  # a commit whose answer was lost may have happened: load its rows
                    self.lanes.reload(await self._chats_waiting())
            except TransientError as error:
                failures += 1
                self.vitals.polling_rests = True
                rest = back_off(failures, longest=LONGEST_BACK_OFF)
                log.warning("updates can't be stored yet", again_in=round(rest, 1), reason=str(error))
                await asyncio.sleep(rest)
            else:
                self.vitals.polling_rests = False
                return

    async def _accept(self, batch: Sequence[RawUpdate]) -> None:
        began = time.monotonic()
        async with put_after_commit(self.lanes) as announce, self.unit_of_work.open(LockTimeouts()) as work:
            accepted = await accept(work, self.term, batch)
            announce(accepted.waiting)
        took = round((time.monotonic() - began) * 1000)
        log.debug("updates accepted", new=len(accepted.waiting), unreadable=accepted.unreadable, milliseconds=took)
        if accepted.had_already:
            log.info("skipped updates that were accepted before", number=accepted.had_already)

    async def _chats_waiting(self) -> list[int]:
        async with self.unit_of_work.open() as work:
            return await work.of(Inbox).chats_waiting(self.term.bot_id)


async def accept(work: Work, term: Term, batch: Sequence[RawUpdate]) -> Accepted:
    """Store a batch from Telegram and return its new updates in order.

    Commit before the next getUpdates, whose offset makes Telegram forget the batch.
    Raises LeadershipLostError if another worker has taken over since.
    Source: Bot API, getUpdates, parameter `offset`.
    """
    cursor = await work.of(Pollers).cursor(term)
    new = new_ones(cursor, batch)
    readable = [update for update in new if update.unreadable is None]
    seen = seen_users(readable, cursor.now)
    locked = await work.of(SeenUsers).locked([user.telegram_id for user in seen])
    waiting = await work.of(Inbox).add(term.bot_id, [_row(update, locked) for update in readable])
    await work.of(SeenUsers).upsert([user for user in seen if user.telegram_id not in locked])
    for update in new:
        if update.unreadable is not None:
            await work.of(DeadLetters).add(term.bot_id, _dead_letter(update, update.unreadable))
    await membership.record(work, term.bot_id, membership.memberships(readable))
    ids = [update.update_id for update in new if update.update_id is not None]
    if ids:
        await work.of(Pollers).advance(term, ids[-1])
    return Accepted(tuple(waiting), len(new) - len(readable), len(batch) - len(new))


def new_ones(cursor: Cursor, batch: Iterable[RawUpdate]) -> list[RawUpdate]:
    """Updates that weren't accepted before, each number once."""
    seen: set[int | None] = set()
    new = []
    for update in batch:
        if not had(cursor, update.update_id) and (update.update_id is None or update.update_id not in seen):
            new.append(update)
        seen.add(update.update_id)
    return new


def had(cursor: Cursor, update_id: int | None) -> bool:
    """Return whether an update with this number was accepted before.

    A number at or below the cursor was, unless it lies so far below, or the cursor is so old, that Telegram must have
    restarted its numbers. After a week without updates it does so at random, and possibly lower.
    """
    if update_id is None or cursor.update_id is None or cursor.at is None:
        return False
    numbers_still_hold = cursor.now - cursor.at < CURSOR_VALID_FOR
    return numbers_still_hold and cursor.update_id - HAD_WITHIN <= update_id <= cursor.update_id


async def upsert_pending_user(work: Work, row_id: int, raw: RawUpdate) -> None:
    """Upsert the user behind a row late: their row of `users` was locked when the update was accepted."""
    if await work.of(Inbox).clear_person_pending(row_id):
        await work.of(SeenUsers).upsert(seen_users([raw], datetime.now(UTC)), late=True)


def reread(payload: bytes) -> NewUpdate | None:
    """The inbox row for an update that was unreadable when it arrived; None if it still is."""
    update = read_one(payload)
    if update.unreadable is not None or update.update_id is None:
        return None
    return NewUpdate(update.update_id, chat_id_of(update), storable(update.kind), payload, person_pending=True)


def _row(update: RawUpdate, locked: Collection[int]) -> NewUpdate:
    assert update.update_id is not None
    pending = user_id_of(update) in locked
    return NewUpdate(update.update_id, chat_id_of(update), storable(update.kind), update.payload, pending)


def _dead_letter(update: RawUpdate, reason: str) -> NewDeadLetter:
    return NewDeadLetter(Origin.UPDATE, update.payload, f"unreadable: {reason}", update_id=update.update_id)
