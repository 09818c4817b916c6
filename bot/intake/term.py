"""A term of leadership: what runs while this worker leads, and in which order it stops."""

import asyncio
from collections.abc import Callable, Collection, Coroutine
from dataclasses import dataclass
from typing import Any

import structlog
from telegram import Bot

from bot.db.repositories.inbox import Term, Waiting
from bot.db.uow import UnitOfWork
from bot.errors import BotError, DatabaseAwayError
from bot.intake.handling import Apology, Dispatch, Handling
from bot.intake.leader import Leadership
from bot.intake.poller import Poller
from bot.lanes import Lanes
from bot.outgoing.delivery import Delivery
from bot.outgoing.limiter import Limiter
from bot.outgoing.messages import METHODS
from bot.outgoing.transport import Api
from bot.vitals import Vitals

CUT_BEFORE_THE_END = 1.0  # seconds before `shutdown_timeout` at which what still runs is cancelled
LAST_RECORD_WITHIN = 1.0  # seconds
LOOK_EVERY = 15.0  # seconds; what another process or a lost commit left in the tables is found then

log = structlog.get_logger(__name__)


class _TimeIsUpError(BotError):
    """The stop took longer than it may; what is unfinished stays in inbox and outbox."""


@dataclass(frozen=True)
class Worker:
    """What outlives a term."""

    bot: Bot
    sends: Api
    polls: Api
    unit_of_work: UnitOfWork
    leadership: Leadership
    limiter: Limiter
    vitals: Vitals
    dispatch: Dispatch
    apology: Apology
    prepare: Callable[[], Coroutine[Any, Any, None]]  # before the first poll
    announce: Callable[[], Coroutine[Any, Any, None]]  # beside the polls
    allowed_updates: Collection[str]
    handler_concurrency: int
    shutdown_timeout: float  # seconds


async def lead(worker: Worker, term: Term, stop: asyncio.Event) -> None:
    """Poll, handle and send until `stop` is set; then end in the order of the steps of `_wind_down`.

    Raises an ExceptionGroup with what ended the term otherwise: LeadershipLostError, FatalError, …
    """
    worker.vitals.leads()
    log.info("leads", epoch=term.epoch)
    try:
        async with asyncio.TaskGroup() as tasks:
            await _Running(worker, term, tasks).until(stop)
    except* _TimeIsUpError:
        log.warning("the stop took too long; what is unfinished stays in inbox and outbox")


class _Running:
    """One term's parts."""

    def __init__(self, worker: Worker, term: Term, tasks: asyncio.TaskGroup) -> None:
        self._worker = worker
        self._term = term
        self._tasks = tasks
        self._delivery = Delivery(
            term.bot_id,
            api=worker.sends,
            unit_of_work=worker.unit_of_work,
            limiter=worker.limiter,
            vitals=worker.vitals,
            tasks=tasks,
        )
        handling = Handling(
            worker.bot,
            unit_of_work=worker.unit_of_work,
            dispatch=worker.dispatch,
            apology=worker.apology,
            delivery=self._delivery,
        )
        self._lanes: Lanes[Waiting] = Lanes(
            width=worker.handler_concurrency, do=handling.handle, load=self._load, tasks=tasks, name="updates"
        )
        self._poller = Poller(
            term, worker.polls, worker.unit_of_work, self._lanes, worker.allowed_updates, worker.vitals
        )

    async def until(self, stop: asyncio.Event) -> None:
        beside = [
            self._tasks.create_task(self._worker.leadership.watch(), name="leadership"),
            self._tasks.create_task(self._delivery.strike_off(), name="strike-offs"),
            self._tasks.create_task(self._look_now_and_then(), name="looks into the tables"),
            self._tasks.create_task(self._worker.announce(), name="announcements"),
        ]
        polling = self._tasks.create_task(self._poll(), name="poller")
        await stop.wait()
        await self._wind_down(polling, beside)

    async def _wind_down(self, polling: asyncio.Task[None], beside: list[asyncio.Task[None]]) -> None:
        """1. No poll. 2. No new update; handlers that run may finish. 3. No new send; those in flight may finish."""
        log.info("stops", within_seconds=self._worker.shutdown_timeout)
        self._worker.vitals.stops()
        polling.cancel()
        try:
            async with asyncio.timeout(max(0.0, self._worker.shutdown_timeout - CUT_BEFORE_THE_END)):
                self._delivery.begin_nothing_more()
                await self._lanes.close()
                await self._delivery.close()
        except TimeoutError:
            raise _TimeIsUpError("the stop took too long") from None
        finally:
            await self._record_what_was_sent()
        for task in beside:
            task.cancel()

    async def _record_what_was_sent(self) -> None:
        try:
            async with asyncio.timeout(LAST_RECORD_WITHIN):
                await self._delivery.record()
        except TimeoutError:
            log.warning("what was sent could not be struck off; it is sent again at the next start")

    async def _poll(self) -> None:
        await self._worker.prepare()
        await self._poller.run()

    async def _look_now_and_then(self) -> None:
        """Take up what the last term left, the inbox first, and look again now and then."""
        while True:
            try:
                async with self._worker.unit_of_work.open() as work:
                    inbox = await work.inbox.chats_waiting(self._term.bot_id)
                    outbox = await work.outbox.chats_waiting(self._term.bot_id, METHODS)
                    unknown = await work.outbox.kinds_besides(self._term.bot_id, METHODS)
            except DatabaseAwayError as error:
                log.warning("the tables can't be looked at", reason=str(error))
            else:
                self._lanes.look(inbox)
                self._delivery.look(outbox)
                if unknown:
                    log.warning("messages of kinds that this version doesn't know are left", kinds=unknown)
            await asyncio.sleep(LOOK_EVERY)

    async def _load(self, chat_id: int, besides: Collection[int], limit: int) -> list[Waiting]:
        async with self._worker.unit_of_work.open() as work:
            return await work.inbox.next_of(self._term.bot_id, chat_id, besides, limit)
