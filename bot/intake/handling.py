"""One update's life, top to bottom: read, dispatch, keep what was decided, or make it a dead letter."""

import asyncio
import json
import time
import traceback
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

import structlog
from telegram import Bot, Update

from bot.db.repositories.dead_letters import NewDeadLetter, Origin
from bot.db.repositories.inbox import Waiting
from bot.db.repositories.outbox import NewMessage, Unsent
from bot.db.uow import Deferred, UnitOfWork, Work
from bot.errors import BotError, ConflictError, DatabaseAwayError
from bot.outgoing.delivery import Delivery
from bot.outgoing.messages import ButtonAnswer, Message, Said

HANDLED_WITHIN = 120.0  # seconds; a handler that takes longer has failed
TRIES_AFTER_CONFLICT = 5
CONFLICT_BACK_OFF = 0.1  # seconds
DATABASE_BACK_OFF = 1.0  # seconds

log = structlog.get_logger(__name__)


class Outcome(StrEnum):
    HANDLED = "handled"
    NOBODYS = "nobody's"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Decision:
    """What became of an update: whether a handler took it, which one, and what is to be said."""

    outcome: Outcome
    handler: str | None = None
    said: Sequence[Said] = ()


class Dispatch(Protocol):
    """Give an update to the handler whose it is. Whatever a handler raises passes through."""

    def __call__(self, update: Update, work: Deferred) -> Awaitable[Decision]: ...


Apology = Callable[[Update, int], Sequence[Message]]
"""What to tell the person whose update failed and became the dead letter of that number."""


class AlreadyEndedError(BotError):
    """The update's row was gone when its handler had finished: another worker, or one's own lost commit, ended it."""


class UnreadableError(BotError):
    """python-telegram-bot can't make an Update of it."""


class Handling:
    """Handles a lane's updates one by one."""

    def __init__(
        self, bot: Bot, *, unit_of_work: UnitOfWork, dispatch: Dispatch, apology: Apology, delivery: Delivery
    ) -> None:
        self._bot = bot
        self._unit_of_work = unit_of_work
        self._dispatch = dispatch
        self._apology = apology
        self._delivery = delivery
        self._conflicts: Counter[int] = Counter()  # by inbox row

    async def handle(self, waiting: Waiting) -> float | None:
        """See an update to its end. Returns None, or the seconds after which to begin anew.

        The table of failures: what each means for the update.
        """
        began = time.monotonic()
        update: Update | None = None
        try:
            update = self._parsed(waiting)
            async with asyncio.timeout(HANDLED_WITHIN):
                decision = await self._decide_and_keep(waiting, update)
        except DatabaseAwayError as error:
            log.warning("update waits for the database", **_facts(waiting), reason=str(error))
            return DATABASE_BACK_OFF
        except AlreadyEndedError:
            self._delivery.look(await self._destinations(waiting))
            return None
        except ConflictError as error:
            self._conflicts[waiting.id] += 1
            if self._conflicts[waiting.id] < TRIES_AFTER_CONFLICT:
                return CONFLICT_BACK_OFF
            return await self._fail(waiting, update, error)
        except Exception as error:  # noqa: BLE001 -- a handler's; it ends here as a dead letter
            return await self._fail(waiting, update, error)
        self._conflicts.pop(waiting.id, None)
        log.info(
            f"update {decision.outcome}",
            **_facts(waiting),
            handler=decision.handler,
            milliseconds=round((time.monotonic() - began) * 1000),
        )
        return None

    def _parsed(self, waiting: Waiting) -> Update:
        if waiting.kind not in Update.ALL_TYPES:
            raise UnreadableError(f"updates of kind {waiting.kind!r} are not known to this version")
        try:
            return Update.de_json(json.loads(waiting.payload), self._bot)
        except Exception as error:
            raise UnreadableError(f"unreadable: {type(error).__name__}: {error}") from error

    async def _decide_and_keep(self, waiting: Waiting, update: Update) -> Decision:
        """Handler, outbox and the end of the update in one transaction; then delivery."""
        unsent: list[Unsent] = []
        try:
            async with self._unit_of_work.deferred() as deferred:
                decision = await self._dispatch(update, deferred)
                messages = [said for said in decision.said if not isinstance(said, ButtonAnswer)]
                work = await deferred.work()
                unsent = await self._keep(work, waiting, messages)
        except BaseException:
            self._delivery.forget(unsent)
            raise
        self._delivery.put(unsent)
        self._delivery.answer(said for said in decision.said if isinstance(said, ButtonAnswer))
        return decision

    async def _keep(self, work: Work, waiting: Waiting, messages: Sequence[Message]) -> list[Unsent]:
        """End the update and keep what is to be sent. The delete is the fence: only one who deletes the row commits."""
        if not await work.inbox.end([waiting.id]):
            raise AlreadyEndedError(f"update {waiting.update_id} was ended before")
        rows = [NewMessage(message.chat_id, message.kind, message.parameters()) for message in messages]
        unsent = await work.outbox.add(self._bot.id, waiting.id, rows)
        self._delivery.expect(unsent)
        return unsent

    async def _destinations(self, waiting: Waiting) -> set[int]:
        try:
            async with self._unit_of_work.open() as work:
                return {message.chat_id for message in await work.outbox.answers_to(waiting.id)}
        except (DatabaseAwayError, ConflictError):
            return {waiting.chat_id}

    async def _fail(self, waiting: Waiting, update: Update | None, error: Exception) -> float | None:
        """Make it a dead letter and apologise with its number, in one transaction; the lane goes on."""
        letter = NewDeadLetter(
            Origin.UPDATE,
            waiting.payload,
            _reason(error),
            update_id=waiting.update_id,
            chat_id=waiting.chat_id,
            kind=waiting.kind,
            traceback="".join(traceback.format_exception(error)),
        )
        unsent: list[Unsent] = []
        try:
            async with self._unit_of_work.open() as work:
                number = await work.dead_letters.add(self._bot.id, letter)
                unsent = await self._keep(work, waiting, [] if update is None else self._apology(update, number))
        except (DatabaseAwayError, ConflictError) as failure:
            self._delivery.forget(unsent)
            log.warning("a failed update can't be put away yet", **_facts(waiting), reason=str(failure))
            return DATABASE_BACK_OFF
        except AlreadyEndedError:
            return None
        self._conflicts.pop(waiting.id, None)
        self._delivery.put(unsent)
        log.error("update failed", **_facts(waiting), dead_letter=number, exc_info=error)
        return None


def _reason(error: Exception) -> str:
    if isinstance(error, TimeoutError):
        return f"its handler took longer than {HANDLED_WITHIN:.0f} seconds"
    return str(error) if isinstance(error, BotError) else f"{type(error).__name__}: {error}"


def _facts(waiting: Waiting) -> dict[str, object]:
    return {"update_id": waiting.update_id, "chat_id": waiting.chat_id, "kind": waiting.kind}
