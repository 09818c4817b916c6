"""Handling of one update: dispatch it, store what was decided, or make it a dead letter."""

import re
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol

import structlog
from telegram import Bot, Update

from bot.db.tables.outbox import Outbox
from bot.db.tables.updates import Waiting
from bot.db.tables.users import UserFacts
from bot.db.unit_of_work import LazyUnitOfWork, LockTimeouts, UnitOfWork
from bot.errors import (
    AlreadyEndedError,
    ConflictError,
    DatabaseAwayError,
    DataInUseError,
    FatalError,
    KillsTheProcessError,
    LeadershipLostError,
    NoMorePermitsError,
    TransientError,
)
from bot.messages import ButtonAnswer, Outgoing
from bot.worker.intake import inbox
from bot.worker.intake.completion import Completion
from bot.worker.intake.dead_lettering import DeadLettering, reason_of
from bot.worker.intake.handler_timeout import handler_timeout
from bot.worker.intake.poison_guard import MAX_TRIES, PoisonGuard, ReadWriteLock
from bot.worker.intake.reading import RawUpdate, read_one, to_update
from bot.worker.intake.seen_users import user_id_of
from bot.worker.intake.user_cache import UserCache
from bot.worker.lanes import put_after_commit
from bot.worker.outgoing.delivery import Delivery

TRIES_AFTER_CONFLICT = 5
CONFLICT_BACK_OFF = 0.1  # seconds
LOCKED_BACK_OFF = 0.5  # seconds, while another transaction holds the user's row, or another update or a job their data
DATABASE_BACK_OFF = 1.0  # seconds

log = structlog.get_logger(__name__)


class Outcome(StrEnum):
    """The result of handling an update."""

    HANDLED = "handled"
    NOBODYS = "nobody's"
    DROPPED = "dropped"  # too many from one user
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Decision:
    """An update's outcome, the handler that took it, and the messages to send."""

    outcome: Outcome
    handler: str | None = None
    outgoing: Sequence[Outgoing] = ()


class Dispatch(Protocol):
    """Calls the route that takes an update, with facts about its user. Errors of handlers pass through."""

    def __call__(self, update: Update, work: LazyUnitOfWork, person: UserFacts | None, /) -> Awaitable[Decision]: ...


@dataclass(frozen=True, slots=True)
class Handling:
    """Handles a lane's updates one by one."""

    bot: Bot
    unit_of_work: UnitOfWork
    dispatch: Dispatch
    delivery: Delivery
    completion: Completion
    users: UserCache
    poison_guard: PoisonGuard
    dead_lettering: DeadLettering
    allowed_updates: Collection[str]
    ends: Counter[str]  # counts updates by outcome
    button_pressed: Callable[[str], None]
    handler_lock: ReadWriteLock = field(default_factory=ReadWriteLock)
    conflicts: Counter[int] = field(default_factory=Counter)  # by inbox row

    async def handle(self, waiting: Waiting) -> float | None:
        """Handle an update to its end. Returns None, or the seconds after which to try again."""
        raw = read_one(waiting.payload)
        try:
            await self._prepare(waiting, raw)
        except ConflictError:  # another transaction holds the user's row
            return LOCKED_BACK_OFF
        except DatabaseAwayError as error:
            return _waits(waiting, error)
        isolated = self.poison_guard.needs_isolation(waiting)
        if isolated and (early := self.poison_guard.isolation_delay()) > 0:
            return early
        async with self.handler_lock.exclusive() if isolated else self.handler_lock.shared():
            rest = await self._handle_counted(waiting, raw)
        if rest is None:
            self.poison_guard.forget(waiting)
            self.conflicts.pop(waiting.id, None)
        return rest

    async def _prepare(self, waiting: Waiting, raw: RawUpdate) -> None:
        """Upsert a pending user, and read the user of an update that may have killed a process.

        The latter comes before the try is counted: the shorter the time from there to the end, the fewer innocent
        updates are counted when the process is killed.
        """
        if waiting.person_pending:
            async with self.unit_of_work.open(LockTimeouts()) as work:
                await inbox.upsert_pending_user(work, waiting.id, raw)
        if self.poison_guard.found_at_start(waiting) and (user_id := user_id_of(raw)) is not None:
            await self.users.get(user_id)

    async def _handle_counted(self, waiting: Waiting, raw: RawUpdate) -> float | None:
        """Count the try only now: an update that still waited for the lock has ended no process."""
        try:
            processes = await self.poison_guard.count(waiting)
        except TransientError as error:
            return _waits(waiting, error)
        if processes > MAX_TRIES:
            return await self._fail(waiting, None, KillsTheProcessError(f"{MAX_TRIES} processes ended over it"))
        return await self._handle(waiting, raw)

    async def _handle(self, waiting: Waiting, raw: RawUpdate) -> float | None:
        began = time.monotonic()
        update: Update | None = None
        try:
            if raw.kind in Update.ALL_TYPES and raw.kind not in self.allowed_updates:  # Telegram kept it from before
                decision = Decision(Outcome.NOBODYS)
                await self.completion.complete(waiting, [])
            else:
                update = to_update(raw, self.bot)
                decision = await self._decide(waiting, update, user_id_of(raw))
        except Exception as error:  # noqa: BLE001 -- `_after` says what each means
            return await self._after(error, waiting, update)
        self.ends[decision.outcome] += 1
        if (button := button_of(decision.handler)) is not None:
            self.button_pressed(button)
        log.info(
            f"update {decision.outcome}",
            **_facts(waiting),
            handler=decision.handler,
            milliseconds=round((time.monotonic() - began) * 1000),
        )
        return None

    async def _after(self, error: Exception, waiting: Waiting, update: Update | None) -> float | None:
        """Decide what an error means for the update."""
        match error:
            case DatabaseAwayError():
                return _waits(waiting, error)
            case LeadershipLostError() | NoMorePermitsError():
                return DATABASE_BACK_OFF  # the lane is about to be given up
            case FatalError():  # no update's fault
                raise error
            case AlreadyEndedError():
                self.delivery.reload(await self._destinations(waiting))
                return None
            case DataInUseError():
                return LOCKED_BACK_OFF
            case ConflictError() if self._count_conflict(waiting) < TRIES_AFTER_CONFLICT:
                log.warning("update is begun anew", **_facts(waiting), reason=str(error))
                return CONFLICT_BACK_OFF
            case _:
                return await self._fail(waiting, update, error)

    def _count_conflict(self, waiting: Waiting) -> int:
        self.conflicts[waiting.id] += 1
        return self.conflicts[waiting.id]

    async def _decide(self, waiting: Waiting, update: Update, user_id: int | None) -> Decision:
        """Run the handler, store its messages and complete the update in one transaction; then hand on the messages."""
        user = None if user_id is None else await self.users.get(user_id)
        changed: set[int] = set()
        try:
            async with (
                put_after_commit(self.delivery) as announce,
                handler_timeout(),
                self.unit_of_work.lazy() as lazy,
            ):
                try:
                    decision = await self.dispatch(update, lazy, user)
                    messages = [message for message in decision.outgoing if not isinstance(message, ButtonAnswer)]
                    if lazy.begun:
                        announce(await self.completion.complete_within(await lazy.work(), waiting, messages))
                finally:
                    changed = lazy.changed_people
        finally:
            self.users.invalidate(changed)  # in a failure, too: a commit whose answer was lost may have happened
        if not lazy.begun:
            await self.completion.complete(waiting, messages)
        self.delivery.answer(message for message in decision.outgoing if isinstance(message, ButtonAnswer))
        return decision

    async def _destinations(self, waiting: Waiting) -> set[int]:
        try:
            async with self.unit_of_work.open() as work:
                return {message.chat_id for message in await work.of(Outbox).answers_to(waiting.id)}
        except (DatabaseAwayError, ConflictError):
            return {waiting.chat_id}

    async def _fail(self, waiting: Waiting, update: Update | None, error: Exception) -> float | None:
        try:
            number = await self.dead_lettering.dead_letter(waiting, update, error)
        except AlreadyEndedError:
            return None
        except (TransientError, LeadershipLostError) as failure:
            log.warning("a failed update can't be dead-lettered yet", **_facts(waiting), reason=reason_of(failure))
            return DATABASE_BACK_OFF
        self.ends[Outcome.FAILED] += 1
        log.error(f"update {Outcome.FAILED}", **_facts(waiting), dead_letter=number, exc_info=error)
        return None


def button_of(handler: str | None) -> str | None:
    """The name under which a button is counted: its route's pattern up to the part that varies."""
    kind, _, pattern = (handler or "").partition(" ")
    return re.split(r":?[(\[]", pattern, maxsplit=1)[0] if kind == "button" else None


def _waits(waiting: Waiting, error: TransientError) -> float:
    log.warning("update waits for the database", **_facts(waiting), reason=str(error))
    return DATABASE_BACK_OFF


def _facts(waiting: Waiting) -> dict[str, object]:
    return {"update_id": waiting.update_id, "chat_id": waiting.chat_id, "kind": waiting.kind}
