"""One broadcast on its way: recipients are taken, done and recorded in ticks, each of which is one transaction."""

import asyncio
import time
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress

import structlog

from bot.db.tables.outbox import Unsent
from bot.db.tables.users import Users
from bot.db.unit_of_work import Work
from bot.errors import LeadershipLostError, TransientError
from bot.features.broadcasts.actions import Done, Job
from bot.features.broadcasts.batches import Taken, Taking
from bot.features.broadcasts.progress import Shown, show
from bot.features.broadcasts.repository.broadcasts import Broadcast, Broadcasts, State
from bot.features.broadcasts.repository.recipients import Fate, Ledger, Recipient
from bot.features.broadcasts.surroundings import Surroundings

TICK = 0.25  # seconds
QUIET_TICK = 1.0  # seconds, while there is nothing to record
DATABASE_BACK_OFF = 1.0  # seconds
CLOSING_BACK_OFF = 0.1  # seconds
CLOSING_TRIES = 5  # to record what was sent, when nothing more is
TICK_WITHIN = 60.0  # seconds

log = structlog.get_logger(__name__)


class Run:
    """From the first recipient taken to the last one recorded, or to a pause, a cancellation or the term's end."""

    def __init__(self, broadcast: Broadcast, job: Job, around: Surroundings) -> None:
        self._number = broadcast.number
        self._bot_id = broadcast.bot_id
        self._job = job
        self._around = around
        self._taking = Taking(broadcast.number, job, around)
        self._done = around.unrecorded.setdefault((broadcast.number, job.taken), [])
        self._flying: dict[int, Recipient] = {}
        self._changed = asyncio.Event()
        self._hurry = False
        self._closing = False
        self._shown = Shown(around)

    def look(self) -> None:
        """Something about it may have changed: a pause, say."""
        self._hurry = True
        self._changed.set()

    def close(self) -> None:
        """Take no more, and record what ends. Whoever was taken and not begun with is given back."""
        self._closing = True
        self._job.calls.interrupt()
        self.look()

    async def run(self) -> None:
        failures = 0
        while True:
            try:
                broadcast = await self._tick()
            except LeadershipLostError:
                await self._landed()
                return  # what isn't recorded is remembered
            except TransientError as error:
                failures += 1
                log.warning("a broadcast waits for the database", number=self._number, reason=str(error))
                self._taking.doubt()
                if self._closing and failures > CLOSING_TRIES:
                    await self._landed()
                    return
                await asyncio.sleep(CLOSING_BACK_OFF if self._closing else DATABASE_BACK_OFF)
                continue
            failures = 0
            under_way = broadcast is not None and broadcast.state is self._job.running and not self._closing
            if broadcast is None or not (under_way or self._flying or self._done):
                break
            self._shown.now_and_then(broadcast)
            await self._until_next()
        self._around.unrecorded.pop((self._number, self._job.taken), None)

    async def stop(self) -> None:
        """Begin nothing more, and wait until nothing is on its way. Outcomes are kept for whoever goes on with it."""
        self.close()
        await self._landed()
        await self._shown.still()

    async def _landed(self) -> None:
        """Wait until nothing is on its way any more; whoever closes this sets the limit."""
        while self._flying:
            self._changed.clear()
            await self._changed.wait()

    async def _until_next(self) -> None:
        """Wait until there is something that is worth a transaction."""
        began = time.monotonic()
        while not self._taking.place.listed_some:
            waited = time.monotonic() - began
            many = len(self._done) * 4 >= self._taking.at_once or not self._flying
            if self._hurry or (self._done and (many or waited >= TICK)) or waited >= QUIET_TICK:
                break
            self._changed.clear()
            with suppress(TimeoutError):
                async with asyncio.timeout(TICK):
                    await self._changed.wait()
        self._hurry = False

    async def _tick(self) -> Broadcast | None:
        """Record who is done, and take more; returns the broadcast as it is then."""
        done = list(self._done)
        unsent: list[Unsent] = []
        taken = Taken(self._taking.place)
        seems_over = False
        try:
            async with self._around.unit_of_work.open(within=TICK_WITHIN) as work:
                counters = await self._record(work, done)
                broadcast = await work.of(Broadcasts).count(self._number, tuple(State), **counters)
                if broadcast is not None:
                    taken = await self._take(work, broadcast, done)
                    seems_over = self._seems_over(broadcast, taken, len(done))
                    if seems_over:
                        broadcast, unsent = await self._finish(work, broadcast)
                    elif self._stands_still(broadcast, len(done)):
                        unsent = await show(self._around, work, broadcast)
                self._around.means.check()
                self._around.delivery.expect(unsent)
        except BaseException:
            self._around.delivery.forget(unsent)
            raise
        del self._done[: len(done)]
        self._taking.place = taken.place
        if seems_over and broadcast is not None and broadcast.state is self._job.running:
            self._taking.start_over()  # somebody was passed over
        for recipient in taken.recipients:
            self._begin(recipient)
        if unsent:
            await self._shown.still()  # an edit on its way would show an older state over the last one
            self._around.delivery.put(unsent)
        return broadcast

    async def _record(self, work: Work, done: Sequence[Done]) -> dict[str, int]:
        """Write down what became of whom; returns what that adds to the broadcast's counters."""
        if not done:
            return {}
        changed = await work.of(Ledger).record(self._number, [one.outcome for one in done], was=self._job.taken)
        if self._job.taken is Fate.SENDING:
            sent = [one.recipient.chat_id for one in done if one.outcome.fate is Fate.SENT]
            await work.of(Users).mark_reachable(sent, seconds_ago=time.monotonic() - min(one.at for one in done))
        twice = sum(one.perhaps_twice and one.outcome.user_id in changed for one in done)
        return self._job.counted(Counter(changed.values())) | ({"perhaps_twice": twice} if twice else {})

    async def _take(self, work: Work, broadcast: Broadcast, done: Sequence[Done]) -> Taken:
        """Whom to begin with now."""
        held = {*self._flying, *(one.recipient.user_id for one in self._done)}
        if broadcast.state is State.CANCELLED and self._job.running is State.RUNNING:
            await self._taking.give_back(work, held)
        if broadcast.state is not self._job.running or self._closing:
            self._job.calls.interrupt()
            return self._taking.nobody(done)
        self._job.calls.resume()
        return await self._taking.go_on(work, broadcast, done, held)

    def _seems_over(self, broadcast: Broadcast, taken: Taken, recorded: int) -> bool:
        idle = taken.place.exhausted and not taken.recipients and not self._flying and len(self._done) == recorded
        return idle and broadcast.state is self._job.running and not self._closing

    def _stands_still(self, broadcast: Broadcast, recorded: int) -> bool:
        """Whether it was paused or cancelled, and what was on its way by then is recorded."""
        stopped = broadcast.state in {State.PAUSED, State.CANCELLED}
        return stopped and not self._flying and len(self._done) == recorded

    async def _finish(self, work: Work, broadcast: Broadcast) -> tuple[Broadcast, list[Unsent]]:
        """End it, unless the ledger says that it isn't over."""
        if await work.of(Ledger).any_left(self._number, self._job.left):
            return broadcast, []
        counted = await work.of(Broadcasts).one(self._bot_id, self._number) or broadcast  # this tick counted on
        over = await work.of(Broadcasts).change(
            self._number,
            (self._job.running,),
            state=self._job.ends_as(counted),
            finished_at=broadcast.finished_at or work.of(Broadcasts).now,
        )
        if over is None:
            return broadcast, []
        log.info("broadcast ended", number=self._number, state=over.state, sent=over.sent, failed=over.failed)
        return over, await show(self._around, work, over, *await self._around.report(work, over))

    def _begin(self, recipient: Recipient) -> None:
        self._flying[recipient.user_id] = recipient
        self._around.tasks.create_task(self._do(recipient), name=f"broadcast {self._number} to {recipient.chat_id}")

    async def _do(self, recipient: Recipient) -> None:
        try:
            self._done.append(await self._job.do(recipient))
        except LeadershipLostError:
            log.info("a recipient is left to whoever leads now", number=self._number, chat_id=recipient.chat_id)
        except Exception as error:  # what is wrong with one says nothing about the others, nor about the worker
            log.exception("a recipient is passed over", number=self._number, chat_id=recipient.chat_id)
            self._done.append(self._job.failed(recipient, f"{type(error).__name__}: {error}"))
        finally:
            del self._flying[recipient.user_id]
            self._changed.set()
