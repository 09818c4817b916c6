"""Storing batches from Telegram, however long the database is away and whatever is wrong with a single update."""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace

import structlog

from bot.db.tables.pollers import Term
from bot.db.tables.updates import Inbox, Waiting
from bot.db.unit_of_work import LockTimeouts, UnitOfWork
from bot.errors import StatementRefusedError, TransientError
from bot.worker.intake import inbox
from bot.worker.intake.reading import RawUpdate
from bot.worker.lanes import Lanes, put_after_commit
from bot.worker.outgoing.transport import back_off
from bot.worker.vitals import Vitals

LONGEST_BACK_OFF = 10.0  # seconds

log = structlog.get_logger(__name__)


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
            accepted = await inbox.accept(work, self.term, batch)
            announce(accepted.waiting)
        took = round((time.monotonic() - began) * 1000)
        log.debug("updates accepted", new=len(accepted.waiting), unreadable=accepted.unreadable, milliseconds=took)
        if accepted.had_already:
            log.info("skipped updates that were accepted before", number=accepted.had_already)

    async def _chats_waiting(self) -> list[int]:
        async with self.unit_of_work.open() as work:
            return await work.of(Inbox).chats_waiting(self.term.bot_id)
