"""A term of leadership: what runs while this worker leads, and the order in which it ends."""

import asyncio
from collections.abc import Collection, Coroutine, Sequence
from contextlib import AsyncExitStack

import structlog

from bot.db.tables.changed_settings import ChangedSettings
from bot.db.tables.outbox import Outbox
from bot.db.tables.pollers import Term
from bot.db.tables.updates import Inbox, Waiting
from bot.errors import BotError, DatabaseAwayError, TransientError
from bot.messages import KINDS
from bot.worker.batcher import BatchedLoads
from bot.worker.intake.completion import Completion
from bot.worker.intake.dead_lettering import DeadLettering
from bot.worker.intake.handling import Handling
from bot.worker.intake.inbox import Ingest
from bot.worker.intake.poison_guard import PoisonGuard
from bot.worker.intake.poller import Poller
from bot.worker.intake.user_cache import UserCache
from bot.worker.lanes import Lanes
from bot.worker.limit_store import LimitStore, previous_crashed, restore_limits
from bot.worker.outgoing.background_services import Services
from bot.worker.outgoing.delivery import Delivery
from bot.worker.start_retries import retry_until_ready
from bot.worker.worker import Worker

CUT_BEFORE_THE_END = 1.0  # seconds before `shutdown_timeout` at which what still runs is cancelled
ACKNOWLEDGED_WITHIN = 1.0  # seconds
SENDS_END_WITHIN = 5.0  # seconds after leadership was lost
LOOK_AGAIN_AFTER = 0.5  # seconds, while even the first look has failed
LOOK_EVERY = 15.0  # seconds between looks for rows that another process or a lost commit left

log = structlog.get_logger(__name__)


class _TimeIsUpError(BotError):
    """The stop took too long. What is unfinished stays in inbox and outbox."""


async def lead(worker: Worker, term: Term, stop: asyncio.Event) -> None:
    """Poll, handle and send until `stop` is set, then end in order. Raises an ExceptionGroup if it ends otherwise."""
    first, crashed = worker.carried_over.epoch == 0, False
    if not worker.carried_over.begin_term(term.epoch):
        restore_limits(worker.send_scheduler, term)
        crashed = previous_crashed(term)
    worker.send_scheduler.open()
    worker.vitals.leads()
    log.info("leads", epoch=term.epoch)
    try:
        async with AsyncExitStack() as opened, asyncio.TaskGroup() as tasks:
            parts = _Parts(worker, term, tasks, opened)
            await parts.run(stop, worker.began(first=first, crashed=crashed))
    except* _TimeIsUpError:
        log.warning("the stop took too long; what is unfinished stays in inbox and outbox")


class _Parts:
    """One term's parts."""

    def __init__(self, worker: Worker, term: Term, tasks: asyncio.TaskGroup, opened: AsyncExitStack) -> None:
        self._worker = worker
        self._opened = opened
        self._term = term
        self._tasks = tasks
        self._woken = asyncio.Event()
        self._taken_over = asyncio.Event()
        self._delivery = Delivery(
            term.bot_id,
            api=worker.sends,
            unit_of_work=worker.unit_of_work,
            scheduler=worker.send_scheduler,
            vitals=worker.vitals,
            tasks=tasks,
            sent=worker.carried_over.sent,
            leads=worker.leadership.holds,
            draw=worker.draw,
            undelivered=worker.undelivered,
            sent_hooks=worker.sent_hooks,
            reachability=worker.reachability,
            at_once=worker.sends_at_once,
        )
        self._background = worker.background(self._services())
        self._limits = LimitStore(worker.send_scheduler, worker.unit_of_work, term)
        self._completion = Completion(term.bot_id, worker.unit_of_work, self._delivery, worker.leadership.check)
        self._loads = BatchedLoads(self._load)
        self._poison_guard = PoisonGuard(term, worker.unit_of_work, worker.carried_over.counted_tries)
        self._users = UserCache(worker.unit_of_work)
        handling = Handling(
            worker.bot,
            unit_of_work=worker.unit_of_work,
            dispatch=worker.dispatch,
            delivery=self._delivery,
            completion=self._completion,
            users=self._users,
            poison_guard=self._poison_guard,
            dead_lettering=DeadLettering(
                term.bot_id, worker.unit_of_work, self._completion, self._delivery, worker.apology
            ),
            allowed_updates=worker.allowed_updates,
            ends=worker.vitals.updates,
            button_pressed=worker.vitals.button_pressed,
        )
        self._lanes: Lanes[Waiting] = Lanes(
            width=worker.handler_concurrency, do=handling.handle, load=self._loads.load, tasks=tasks, name="updates"
        )

    def _services(self) -> Services:
        worker, delivery = self._worker, self._delivery
        return Services(
            *(self._term.bot_id, self._term.epoch, worker.sends, worker.unit_of_work, worker.send_scheduler),
            *(delivery, self._tasks, worker.leadership.check, worker.carried_over.parts),
        )

    async def run(self, stop: asyncio.Event, began: Coroutine[object, object, None]) -> None:
        lost = self._tasks.create_task(self._worker.leadership.lost(), name="leadership")
        stopped = self._tasks.create_task(stop.wait(), name="stop")
        running = [stopped, lost]
        if await self._application_starts(lost, stopped):
            running += self._start(began)
            polling = self._tasks.create_task(self._poll(), name="poller")
            await asyncio.wait({lost, stopped}, return_when=asyncio.FIRST_COMPLETED)
            polling.cancel()
        else:
            began.close()
        if lost.done():
            await self._abdicate()
            raise lost.result()
        await self._wind_down()
        for task in running:
            task.cancel()

    async def _application_starts(self, *ends: asyncio.Task[object]) -> bool:
        """Start the Application before any update is handled. Returns False if the term ends first."""
        application = self._worker.application
        if application is None:
            return True

        async def start() -> None:
            await self._opened.enter_async_context(application.running())

        starting = self._tasks.create_task(retry_until_ready("Telegram or the database", start), name="Application")
        await asyncio.wait({starting, *ends}, return_when=asyncio.FIRST_COMPLETED)
        if not starting.done():
            starting.cancel()
            await asyncio.wait({starting})
        return not any(end.done() for end in ends)

    def _start(self, began: Coroutine[object, object, None]) -> list[asyncio.Task[None]]:
        own = (
            *(self._loads.run, self._poison_guard.run, self._users.run, self._completion.run),
            *(self._delivery.load, self._delivery.keep_acknowledging, self._delivery.keep_marking),
            *(self._limits.keep_limits, self._look_now_and_then),
            *(part.run for part in self._background),
        )
        running = [self._tasks.create_task(part(), name=part.__name__) for part in own]
        running += [self._tasks.create_task(part(), name="beside") for part in self._worker.beside]
        return [*running, self._tasks.create_task(began, name="began")]

    async def _wind_down(self) -> None:
        """Polling has ended. Let running handlers finish; then begin no more sends, and let those in flight finish."""
        log.info("stops", within_seconds=self._worker.shutdown_timeout)
        self._worker.vitals.stops()
        within = max(0.0, self._worker.shutdown_timeout - CUT_BEFORE_THE_END)
        # A COMMIT can't be cancelled, and one that is never answered would hold up the end.
        asyncio.get_running_loop().call_later(within, self._worker.unit_of_work.cut_all)
        try:
            async with asyncio.timeout(within):
                await self._stop_application(within / 2)
                self._stop_new_sends()
                await self._lanes.close()
                await self._sends_end()
        except TimeoutError:
            raise _TimeIsUpError("the stop took too long") from None
        finally:
            await self._acknowledge_at_the_end()

    async def _abdicate(self) -> None:
        """Another worker may lead. Release the lock first, then cut handlers off, and let sends in flight finish."""
        await self._worker.leadership.end()
        await self._worker.forget_connections()
        self._worker.vitals.stands_by()
        self._stop_new_sends()
        await self._lanes.abandon()
        try:
            async with asyncio.timeout(SENDS_END_WITHIN):
                await self._sends_end()
        except TimeoutError:
            log.warning("sends in flight were cut off; they may have arrived, and are sent again")

    async def _stop_application(self, within: float) -> None:
        """Let handlers and jobs that send end before sends do. Those that take longer are cut off in the middle."""
        if self._worker.application is None:
            return
        try:
            async with asyncio.timeout(within):
                await self._lanes.close()
                await self._worker.application.stop()
        except TimeoutError:
            log.warning("handlers or jobs of the Application take too long to stop, and may send nothing more")

    def _stop_new_sends(self) -> None:
        for part in self._background:
            part.stop_new_work()
        self._delivery.stop_new_sends()

    async def _sends_end(self) -> None:
        for part in self._background:
            await part.close()
        await self._delivery.close()

    async def _acknowledge_at_the_end(self) -> None:
        try:
            async with asyncio.timeout(ACKNOWLEDGED_WITHIN):
                await self._delivery.acknowledge(within=ACKNOWLEDGED_WITHIN)
                await self._limits.keep(ended=True)
        except TimeoutError:
            log.warning("sent messages could not be acknowledged; they are sent again at the next start")

    async def _poll(self) -> None:
        worker = self._worker
        await worker.prepare()
        await self._taken_over.wait()  # the last term's rows come before newer ones of their chats
        ingest = Ingest(self._term, worker.unit_of_work, self._lanes, worker.vitals)
        poller = Poller(worker.polls, ingest, worker.leadership.check, worker.allowed_updates, worker.vitals)
        await poller.run()

    async def _look_now_and_then(self) -> None:
        """Look for rows that the last term left, and look again when woken and at intervals."""
        await self._delivery.acknowledge()
        listens = False
        while True:
            self._woken.clear()
            listens = listens or await self._listen()
            try:
                await self._look()
            except TransientError as error:
                log.warning("the tables can't be looked at", reason=str(error))
            try:
                async with asyncio.timeout(LOOK_EVERY if self._taken_over.is_set() else LOOK_AGAIN_AFTER):
                    await self._woken.wait()
            except TimeoutError:
                continue

    async def _listen(self) -> bool:
        """Listen for others. Returns whether they can wake this worker now."""
        try:
            await self._worker.leadership.listen(self._woken.set)
        except DatabaseAwayError as error:
            log.warning("nobody can wake this worker", reason=str(error))
            return False
        return True

    async def _look(self) -> None:
        bot_id = self._term.bot_id
        async with self._worker.unit_of_work.open() as work:
            inbox = await work.of(Inbox).chats_waiting(bot_id)
            outbox = await work.of(Outbox).chats_waiting(bot_id, KINDS)
            unknown = await work.of(Outbox).unknown_kinds(bot_id, KINDS)
            settings = await work.of(ChangedSettings).all()
        self._worker.settings_read(settings)
        self._users.clear()  # another process may have changed a user
        for part in self._background:
            part.wake()
        self._delivery.reload(outbox)
        self._lanes.reload(inbox)
        self._taken_over.set()
        if unknown:
            log.warning("messages of kinds that this version doesn't know are left", kinds=unknown)

    async def _load(self, chats: Sequence[int], exclude: Collection[int], limit: int) -> dict[int, list[Waiting]]:
        async with self._worker.unit_of_work.open() as work:
            return await work.of(Inbox).next_of(self._term.bot_id, chats, exclude, limit)
