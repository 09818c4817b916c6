"""One broadcast under way. Each tick is one transaction: it records outcomes and makes the next batch."""

import asyncio
import time
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass

import structlog

from bot.db.tables.outbox import Unsent
from bot.db.tables.users import Users
from bot.db.unit_of_work import Work
from bot.errors import LeadershipLostError, TransientError
from bot.features.broadcasts.actions import Done, RecipientAction, SenderDeps, Unrecorded
from bot.features.broadcasts.batches import Batch, Batches
from bot.features.broadcasts.progress import ProgressMessage, show
from bot.features.broadcasts.repository.broadcasts import Broadcast, Broadcasts, State
from bot.features.broadcasts.repository.recipients import DeliveryStatus, Recipient, Recipients

TICK = 0.25  # seconds
QUIET_TICK = 1.0  # seconds, while there is nothing to record
DATABASE_BACK_OFF = 1.0  # seconds
CLOSING_BACK_OFF = 0.1  # seconds
CLOSING_TRIES = 5  # to record what was sent, once sending has stopped
TICK_WITHIN = 60.0  # seconds

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class _Tick:
    """The result of a tick. It counts once it is committed."""

    broadcast: Broadcast | None
    batch: Batch
    unsent: Sequence[Unsent] = ()
    seems_over: bool = False


class Run:
    """Runs from the first batch to the last outcome recorded, or to a pause, a cancellation or the term's end."""

    def __init__(self, broadcast: Broadcast, action: RecipientAction, deps: SenderDeps) -> None:
        self._number = broadcast.number
        self._bot_id = broadcast.bot_id
        self._action = action
        self._deps = deps
        self._batches = Batches(broadcast.number, action, deps)
        self._unrecorded = deps.worker.carried_over(Unrecorded)
        self._done = self._unrecorded.setdefault((broadcast.number, action.in_progress), [])
        self._in_flight: dict[int, Recipient] = {}
        self._changed = asyncio.Event()
        self._hurry = False
        self._closing = False
        self._progress = ProgressMessage(deps)

    def wake(self) -> None:
        """Look at the broadcast now: it may have been paused."""
        self._hurry = True
        self._changed.set()

    def close(self) -> None:
        """Make no more batches, and record what ends. Recipients that haven't been started are released."""
        self._closing = True
        self._action.calls.interrupt()
        self.wake()

    async def run(self) -> None:
        failures = 0
        while True:
            try:
                broadcast = await self._tick()
            except LeadershipLostError:
                await self._wait_for_in_flight()
                return  # unrecorded outcomes are carried over
            except TransientError as error:
                failures += 1
                log.warning("a broadcast waits for the database", number=self._number, reason=str(error))
                self._batches.mark_uncertain()
                if self._closing and failures > CLOSING_TRIES:
                    await self._wait_for_in_flight()
                    return
                await asyncio.sleep(CLOSING_BACK_OFF if self._closing else DATABASE_BACK_OFF)
                continue
            failures = 0
            under_way = broadcast is not None and broadcast.state is self._action.broadcast_state and not self._closing
            if broadcast is None or not (under_way or self._in_flight or self._done):
                break
            self._progress.update(broadcast)
            await self._until_next()
        self._unrecorded.pop((self._number, self._action.in_progress), None)

    async def stop(self) -> None:
        """Begin nothing more, and wait until nothing is in flight. Outcomes are kept for the next run."""
        self.close()
        await self._wait_for_in_flight()
        await self._progress.settle()

    async def _wait_for_in_flight(self) -> None:
        """Wait until nothing is in flight any more. The caller sets a time limit."""
        while self._in_flight:
            self._changed.clear()
            await self._changed.wait()

    async def _until_next(self) -> None:
        """Wait until something is worth a transaction."""
        began = time.monotonic()
        while not self._batches.position.listed_some:
            waited = time.monotonic() - began
            many = len(self._done) * 4 >= self._batches.at_once or not self._in_flight
            if self._hurry or (self._done and (many or waited >= TICK)) or waited >= QUIET_TICK:
                break
            self._changed.clear()
            with suppress(TimeoutError):
                async with asyncio.timeout(TICK):
                    await self._changed.wait()
        self._hurry = False

    async def _tick(self) -> Broadcast | None:
        """Record outcomes and begin the next batch; returns the broadcast as it is then."""
        done = list(self._done)
        async with self._deps.worker.send_after_commit() as announce:
            async with self._deps.worker.unit_of_work.open(within=TICK_WITHIN) as work:
                tick = await self._change(work, done)
                self._deps.worker.check_leads()
                announce(tick.unsent)
            del self._done[: len(done)]
            self._batches.position = tick.batch.position
            if tick.seems_over and tick.broadcast is not None and tick.broadcast.state is self._action.broadcast_state:
                self._batches.start_over()  # somebody was passed over
            for recipient in tick.batch.recipients:
                self._begin(recipient)
            if tick.unsent:
                await self._progress.settle()  # an edit in flight would overwrite the last state with an older one
        return tick.broadcast

    async def _change(self, work: Work, done: Sequence[Done]) -> _Tick:
        counters = await self._record(work, done)
        broadcast = await work.of(Broadcasts).count(self._number, tuple(State), **counters)
        if broadcast is None:
            return _Tick(None, Batch(self._batches.position))
        batch = await self._next_batch(work, broadcast, done)
        if self._seems_over(broadcast, batch, len(done)):
            broadcast, unsent = await self._finish(work, broadcast)
            return _Tick(broadcast, batch, unsent, seems_over=True)
        stands_still = self._stands_still(broadcast, len(done))
        return _Tick(broadcast, batch, await show(self._deps, work, broadcast) if stands_still else ())

    async def _record(self, work: Work, done: Sequence[Done]) -> dict[str, int]:
        """Record outcomes; returns what they add to the broadcast's counters."""
        if not done:
            return {}
        outcomes = [one.outcome for one in done]
        changed = await work.of(Recipients).record(self._number, outcomes, was=self._action.in_progress)
        if self._action.in_progress is DeliveryStatus.SENDING:
            sent = [one.recipient.chat_id for one in done if one.outcome.status is DeliveryStatus.SENT]
            await work.of(Users).mark_reachable(sent, seconds_ago=time.monotonic() - min(one.at for one in done))
        twice = sum(one.perhaps_twice and one.outcome.user_id in changed for one in done)
        return self._action.counters(Counter(changed.values())) | ({"perhaps_twice": twice} if twice else {})

    async def _next_batch(self, work: Work, broadcast: Broadcast, done: Sequence[Done]) -> Batch:
        """The recipients to begin with now."""
        held = {*self._in_flight, *(one.recipient.user_id for one in self._done)}
        if broadcast.state is State.CANCELLED and self._action.broadcast_state is State.RUNNING:
            await self._batches.release(work, held)
        if broadcast.state is not self._action.broadcast_state or self._closing:
            self._action.calls.interrupt()
            return self._batches.empty(done)
        self._action.calls.resume()
        return await self._batches.next_batch(work, broadcast, done, held)

    def _seems_over(self, broadcast: Broadcast, batch: Batch, recorded: int) -> bool:
        idle = batch.position.exhausted and not batch.recipients and not self._in_flight and len(self._done) == recorded
        return idle and broadcast.state is self._action.broadcast_state and not self._closing

    def _stands_still(self, broadcast: Broadcast, recorded: int) -> bool:
        """Return whether it was paused or cancelled, and what was in flight by then is recorded."""
        stopped = broadcast.state in {State.PAUSED, State.CANCELLED}
        return stopped and not self._in_flight and len(self._done) == recorded

    async def _finish(self, work: Work, broadcast: Broadcast) -> tuple[Broadcast, list[Unsent]]:
        """End it, unless recipients are left."""
        if await work.of(Recipients).any_left(self._number, self._action.unfinished):
            return broadcast, []
        counted = await work.of(Broadcasts).one(self._bot_id, self._number) or broadcast  # with what this tick added
        over = await work.of(Broadcasts).change(
            self._number,
            (self._action.broadcast_state,),
            state=self._action.final_state(counted),
            finished_at=broadcast.finished_at or work.of(Broadcasts).now,
        )
        if over is None:
            return broadcast, []
        log.info("broadcast ended", number=self._number, state=over.state, sent=over.sent, failed=over.failed)
        return over, await show(self._deps, work, over, *await self._deps.report(work, over))

    def _begin(self, recipient: Recipient) -> None:
        self._in_flight[recipient.user_id] = recipient
        name = f"broadcast {self._number} to {recipient.chat_id}"
        self._deps.worker.tasks.create_task(self._do(recipient), name=name)

    async def _do(self, recipient: Recipient) -> None:
        try:
            self._done.append(await self._action.do(recipient))
        except LeadershipLostError:
            log.info("a recipient is left to the worker that leads now", number=self._number, chat_id=recipient.chat_id)
        except Exception as error:  # one recipient's failure ends neither the broadcast nor the worker
            log.exception("a recipient is passed over", number=self._number, chat_id=recipient.chat_id)
            self._done.append(self._action.failed(recipient, f"{type(error).__name__}: {error}"))
        finally:
            del self._in_flight[recipient.user_id]
            self._changed.set()
