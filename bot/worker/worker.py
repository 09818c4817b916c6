"""What outlives a term of leadership: what each is made of, and what is remembered from one to the next."""

from collections.abc import Callable, Collection, Coroutine, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from telegram import Bot

from bot.db.tables.changed_settings import ChangedValue
from bot.db.unit_of_work import UnitOfWork
from bot.features.broadcasts.surroundings import Progress, Report, Unrecorded
from bot.worker.intake.dead_lettering import Apology
from bot.worker.intake.handling import Dispatch
from bot.worker.leadership import Leadership
from bot.worker.outgoing.pictures import Draw
from bot.worker.outgoing.send_errors import Undelivered
from bot.worker.outgoing.send_scheduler import Turns
from bot.worker.outgoing.transport import Api
from bot.worker.vitals import Vitals


@dataclass(slots=True)
class CarriedOver:
    """What a worker carries over from one term to its next."""

    epoch: int = 0
    sent: set[int] = field(default_factory=set)  # rows of the outbox that were sent and not struck off yet
    unrecorded: Unrecorded = field(default_factory=dict)
    counted_tries: dict[int, int] = field(default_factory=dict)  # by inbox row: see PoisonGuard

    def begin_term(self, epoch: int) -> bool:
        """Forget what was sent, unless nobody else led between: whoever did has sent it again or struck it off.

        Returns whether nobody did.
        """
        follows = epoch == self.epoch + 1
        if not follows:
            self.sent.clear()
            self.unrecorded.clear()
        self.epoch = epoch
        return follows


Running = Callable[[], Coroutine[Any, Any, None]]


class Began(Protocol):
    """Called when a term has begun: is it the worker's first, and did the one before end without a word?"""

    def __call__(self, *, first: bool, crashed: bool) -> Coroutine[Any, Any, None]: ...


@dataclass(frozen=True)
class BroadcastMeans:
    """What broadcasts need of the layers above."""

    owners: frozenset[int]
    progress: Progress
    report: Report
    messages_at_once: int  # a second's worth


@dataclass(frozen=True)
class Worker:
    """What outlives a term."""

    bot: Bot
    sends: Api
    polls: Api
    unit_of_work: UnitOfWork
    forget_connections: Running  # to the database, all in the pool: whatever is open there fails
    leadership: Leadership
    turns: Turns
    vitals: Vitals
    dispatch: Dispatch
    apology: Apology
    prepare: Running  # before the first poll
    beside: Collection[Running]  # runs beside the polls for as long as the term lasts, or until it is done
    allowed_updates: Collection[str]
    handler_concurrency: int
    sends_at_once: int
    shutdown_timeout: float  # seconds
    broadcasts: BroadcastMeans
    began: Began
    draw: Draw
    undelivered: Undelivered
    settings_read: Callable[[Mapping[str, ChangedValue]], None]  # those that administrators changed, at each look
    carried_over: CarriedOver = field(default_factory=CarriedOver)
