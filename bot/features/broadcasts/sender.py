"""The broadcasts of a term: due ones begin, and each broadcast under way has one run."""

import asyncio
from contextlib import suppress
from functools import partial

import structlog

from bot.errors import FatalError, LeadershipLostError, TransientError
from bot.features.broadcasts import authors
from bot.features.broadcasts import progress_views as view
from bot.features.broadcasts.actions import Deleting, Progress, RecipientAction, Report, SenderDeps, Sending
from bot.features.broadcasts.progress import show
from bot.features.broadcasts.repository.broadcasts import Broadcast, Broadcasts, State
from bot.features.broadcasts.run import Run
from bot.framework.background import BackgroundDeps

LOOK_EVERY = 15.0  # seconds, unless woken
LOOK_AGAIN_AFTER = 1.0  # seconds, while the database is away
MOST_AT_ONCE = 500  # messages to recipients in hand, even without a rate limit
AFTER_A_FAILURE = 5.0  # seconds, before the same broadcast may begin again

log = structlog.get_logger(__name__)


class BroadcastSender:
    """Sends all broadcasts of the bot while `run` runs. `progress` and `report` make what authors see."""

    def __init__(self, deps: BackgroundDeps, progress: Progress | None = None, report: Report | None = None) -> None:
        self._deps = SenderDeps(
            deps.worker,
            deps.owners,
            progress or partial(view.to_author, deps.owners),
            report or partial(authors.report, deps.owners),
            messages_at_once=round(min(deps.messages_per_second, MOST_AT_ONCE) or MOST_AT_ONCE) or 1,
        )
        self._worker = deps.worker
        self._numbers: set[int] = set()  # of broadcasts that have a run
        self._runs: dict[int, Run] = {}
        self._running: set[asyncio.Task[None]] = set()
        self._woken = asyncio.Event()
        self._closed = asyncio.Event()

    def wake(self) -> None:
        self._woken.set()
        for run in self._runs.values():
            run.wake()

    async def run(self) -> None:
        while True:
            self._woken.clear()
            try:
                rest = await self._begin_what_is_due()
            except TransientError as error:
                log.warning("broadcasts can't be looked at", reason=str(error))
                rest = LOOK_AGAIN_AFTER
            try:
                async with asyncio.timeout(rest):
                    await self._woken.wait()
            except TimeoutError:
                continue

    def stop_new_work(self) -> None:
        """Begin nothing more. Permits must still be given, or recipients without one would be passed over."""
        self._closed.set()
        for run in self._runs.values():
            run.close()

    async def close(self) -> None:
        """Wait until what is in flight has ended and is recorded."""
        self.stop_new_work()
        if self._running:
            await asyncio.wait(self._running)

    async def _begin_what_is_due(self) -> float:
        """Returns the seconds until the next look."""
        async with self._worker.unit_of_work.open() as work:
            await work.of(Broadcasts).begin_due(self._worker.bot_id)
            under_way, newer = await work.of(Broadcasts).under_way(self._worker.bot_id)
            next_due = await work.of(Broadcasts).seconds_to_next(self._worker.bot_id)
        if newer:
            log.warning("broadcasts that this version can't read are left", numbers=newer)
        for broadcast in under_way:
            if not self._closed.is_set() and broadcast.number not in self._numbers:
                self._begin(broadcast)
        return LOOK_EVERY if next_due is None else min(LOOK_EVERY, next_due)

    def _begin(self, broadcast: Broadcast) -> None:
        log.info("broadcast under way", number=broadcast.number, state=broadcast.state, done=broadcast.sent)
        self._numbers.add(broadcast.number)
        task = self._worker.tasks.create_task(self._run(broadcast), name=f"broadcast {broadcast.number}")
        self._running.add(task)
        task.add_done_callback(self._running.discard)

    async def _run(self, broadcast: Broadcast) -> None:
        number = broadcast.number
        try:
            if self._closed.is_set():
                return
            self._runs[number] = Run(broadcast, self._action_for(broadcast), self._deps)
            await self._runs[number].run()
        except FatalError:  # no fault of the broadcast
            raise
        except Exception:
            log.exception("a broadcast is paused: it can't go on", number=number)
            await self._give_up(number)
        finally:
            self._numbers.discard(number)
            self._runs.pop(number, None)
            self._woken.set()  # an administrator may have continued it meanwhile

    async def _give_up(self, number: int) -> None:
        """Pause a broadcast that fails, so that it neither ends the worker nor is retried all the time.

        Sends in flight end first: if it resumed before that, their recipients would get it twice.
        """
        if number in self._runs:
            await self._runs[number].stop()
        while True:
            if await self._paused(number):
                break
            await asyncio.sleep(LOOK_AGAIN_AFTER)
        with suppress(TimeoutError):
            async with asyncio.timeout(AFTER_A_FAILURE):
                await self._closed.wait()

    async def _paused(self, number: int) -> bool:
        """Pause it, or end its deletion, and show that to its author. False if the database is away."""
        worker = self._worker
        try:
            async with worker.send_after_commit() as announce, worker.unit_of_work.open() as work:
                change = work.of(Broadcasts).change
                paused = await change(number, (State.RUNNING,), state=State.PAUSED)
                paused = paused or await change(number, (State.DELETING,), state=State.PARTLY)
                unsent = [] if paused is None else await show(self._deps, work, paused)
                worker.check_leads()
                announce(unsent)
        except LeadershipLostError:
            return True  # the worker that leads now sends it
        except TransientError as error:
            log.warning("a broadcast can't be paused yet", number=number, reason=str(error))
            return False
        return True

    def _action_for(self, broadcast: Broadcast) -> RecipientAction:
        action = Deleting if broadcast.state is State.DELETING else Sending
        return action(broadcast, self._worker)
