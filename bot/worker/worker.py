"""The parts that outlive a term of leadership, and the state carried from one term to the next."""

from collections.abc import Callable, Collection, Coroutine, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from typing import Protocol

from telegram import Bot

from bot.db.tables.changed_settings import ChangedValue
from bot.db.unit_of_work import UnitOfWork
from bot.worker.intake.dead_lettering import Apology
from bot.worker.intake.handling import Dispatch
from bot.worker.leadership import Leadership
from bot.worker.outgoing.background_services import Services
from bot.worker.outgoing.payloads import Draw
from bot.worker.outgoing.reachability import Reachability
from bot.worker.outgoing.send_errors import Undelivered
from bot.worker.outgoing.send_scheduler import SendScheduler
from bot.worker.outgoing.sent_hooks import SentHooks
from bot.worker.outgoing.transport import Api
from bot.worker.vitals import Vitals


@dataclass(slots=True)
class CarriedOver:
    """State that a worker carries from one term to its next."""

    epoch: int = 0
    sent: set[int] = field(default_factory=set)  # rows of the outbox that were sent and not acknowledged yet
    parts: dict[type, object] = field(default_factory=dict)  # state of background parts, by class
    counted_tries: dict[int, int] = field(default_factory=dict)  # by inbox row: see PoisonGuard

    def begin_term(self, epoch: int) -> bool:
        """Begin a term; returns False, with the state forgotten, if another worker led in between."""
        follows = epoch == self.epoch + 1
        if not follows:
            self.sent.clear()
            self.parts.clear()
        self.epoch = epoch
        return follows


Running = Callable[[], Coroutine[object, object, None]]


class Began(Protocol):
    """Called when a term has begun. `first`: it is the worker's first; `crashed`: the previous one left no record."""

    def __call__(self, *, first: bool, crashed: bool) -> Coroutine[object, object, None]: ...


class BackgroundPart(Protocol):
    """Runs beside the handlers for one term; `bot.framework.background.BackgroundPart` says what it promises."""

    async def run(self) -> None: ...
    def wake(self) -> None: ...
    def stop_new_work(self) -> None: ...
    async def close(self) -> None: ...


class TermApplication(Protocol):
    """The frame of handlers brought from python-telegram-bot; `bot.framework.ptb_lifecycle` documents it."""

    def running(self) -> AbstractAsyncContextManager[None]: ...
    async def stop(self) -> None: ...


@dataclass(frozen=True)
class Worker:
    """The parts that outlive a term."""

    bot: Bot
    sends: Api
    polls: Api
    unit_of_work: UnitOfWork
    forget_connections: Running  # to the database, all in the pool: whatever is open there fails
    leadership: Leadership
    send_scheduler: SendScheduler
    vitals: Vitals
    dispatch: Dispatch
    apology: Apology
    prepare: Running  # before the first poll
    beside: Collection[Running]  # runs beside the polls for as long as the term lasts, or until it is done
    allowed_updates: Collection[str]
    handler_concurrency: int
    sends_at_once: int
    shutdown_timeout: float  # seconds
    background: Callable[[Services], Sequence[BackgroundPart]]  # called once a term
    began: Began
    draw: Draw
    undelivered: Undelivered
    sent_hooks: SentHooks
    reachability: Reachability
    settings_read: Callable[[Mapping[str, ChangedValue]], None]  # called at each look with the changed settings
    application: TermApplication | None = None
    carried_over: CarriedOver = field(default_factory=CarriedOver)
