"""Errors of sends: wait, leave out a part, follow a group, try again, or give up with a dead letter."""

import asyncio
import json
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass, field

import structlog
from telegram.error import TelegramError

from bot.db.tables.chats import Chats
from bot.db.tables.dead_letters import DeadLetters, NewDeadLetter, Origin
from bot.db.tables.outbox import Outbox, Unsent
from bot.db.unit_of_work import LockTimeouts, UnitOfWork, Work
from bot.errors import TransientError
from bot.messages import Call, Text
from bot.worker.outgoing.error_catalogue import Degrade, Follow, Remedy, Wait, remedy_for, unreachable_from
from bot.worker.outgoing.payloads import goes_to_its_chat, sent_instead
from bot.worker.outgoing.reachability import FOR_LOCKS, Reachability
from bot.worker.outgoing.transport import back_off

TRIES = 10  # of a message that Telegram answers with its own error or not at all
LONGEST_BETWEEN_TRIES = 200.0  # seconds
LONGEST_BACK_OFF = 120.0  # seconds, while tries aren't counted
DATABASE_BACK_OFF = 1.0  # seconds
AT_ONCE = 0.0  # seconds

Undelivered = Callable[[Work, Unsent], Awaitable[None]]
"""Called for a message that is given up, in the transaction that makes it a dead letter."""

log = structlog.get_logger(__name__)


def until_next_try(tries: int) -> float:
    """Seconds to wait after so many tries. All tries together take about ten minutes, even across a restart."""
    return back_off(tries + 1, longest=LONGEST_BETWEEN_TRIES)


@dataclass(frozen=True, slots=True)
class SendErrors:
    """Handles messages whose send failed, and remembers what their next try needs."""

    bot_id: int
    unit_of_work: UnitOfWork
    connections: asyncio.Semaphore  # limits connections to the database
    reachability: Reachability
    others_get_through: Callable[[], bool]
    acknowledge_soon: Callable[[int], None]  # as if it had been sent
    look: Callable[[Iterable[int]], None]
    undelivered: Undelivered
    prepared: dict[int, tuple[str, Call]] = field(default_factory=dict)  # by row: a degraded call, or a drawn chart
    migrated: dict[int, int] = field(default_factory=dict)  # supergroups by the groups that became them
    _failures: Counter[int] = field(default_factory=Counter)  # by row, while it is retried

    def done_with(self, message_id: int) -> None:
        """Forget a finished message."""
        self._failures.pop(message_id, None)
        self.prepared.pop(message_id, None)

    async def handle(self, message: Unsent, method: str, call: Call, error: TelegramError) -> float | None:
        """Apply the error catalogue. Returns the seconds until the next try; None if the message is finished."""
        match remedy_for(error, method, call):
            case Wait(seconds):
                return seconds
            case Degrade(shorter):
                return self._degrade(message, method, shorter, error.message)
            case Follow(chat_id) if goes_to_its_chat(message.kind, message.payload):
                return await self.readdress(message, chat_id)
            case Remedy.IGNORE:
                self.acknowledge_soon(message.id)
                log.info("message dropped", chat_id=message.chat_id, outbox_id=message.id, reason=error.message)
                return None
            case Remedy.GIVE_UP | Follow():
                return await self.dead_letter(message, error.message)
            case Remedy.RETRY:
                return await self._try_again(message, error)

    def _degrade(self, message: Unsent, method: str, shorter: Call, reason: str) -> float:
        """Remember the call without the refused part. The row keeps the whole message."""
        self.prepared[message.id] = (method, shorter)
        log.info("message goes without a part", chat_id=message.chat_id, outbox_id=message.id, reason=reason)
        return AT_ONCE

    async def _try_again(self, message: Unsent, error: TelegramError) -> float | None:
        """Retry with back-off; without limit while nothing else gets through either."""
        self._failures[message.id] += 1
        rest = back_off(self._failures[message.id], longest=LONGEST_BACK_OFF)
        if self.others_get_through():
            try:
                async with self.connections, self.unit_of_work.open() as work:
                    tries = await work.of(Outbox).count_attempt(message.id)
            except TransientError:
                return DATABASE_BACK_OFF
            if tries >= TRIES:
                return await self.dead_letter(message, error.message)
            rest = until_next_try(tries)
        log.warning("message not sent", chat_id=message.chat_id, again_in=round(rest, 1), reason=error.message)
        return rest

    async def readdress(self, message: Unsent, chat_id: int) -> float | None:
        """Send everything that waits for a group to the supergroup that it became."""
        self.migrated[message.chat_id] = chat_id
        try:
            async with self.connections, self.unit_of_work.open() as work:
                await work.of(Chats).mark_became(self.bot_id, message.chat_id, chat_id)
                await work.of(Outbox).readdress(self.bot_id, message.chat_id, chat_id)
        except TransientError:
            return DATABASE_BACK_OFF
        self.done_with(message.id)
        log.info("a group has become a supergroup", chat_id=message.chat_id, new_chat_id=chat_id)
        self.look([chat_id])
        return None

    async def dead_letter(self, message: Unsent, reason: str) -> float | None:
        """Make a message a dead letter, and mark its recipient if the reason says that they can't be reached.

        Deleting the row is the fence: if it is gone, a commit whose answer was lost already dead-lettered it.
        """
        instead = sent_instead(message.chat_id, message.payload, reason)
        payload = json.dumps(message.payload).encode()
        letter = NewDeadLetter(Origin.MESSAGE, payload, reason, chat_id=message.chat_id, kind=message.kind)
        number: int | None = None
        # If it is the notice of a ban and the person's row is locked, all of this is retried.
        try:
            async with self.connections, self.unit_of_work.open(LockTimeouts(lock=FOR_LOCKS)) as work:
                if await work.of(Outbox).acknowledge([message.id]):
                    number = await work.of(DeadLetters).add(self.bot_id, letter)
                    await self._send_instead(work, message, instead)
        except TransientError as failure:
            log.warning("a refused message can't be dead-lettered yet", outbox_id=message.id, reason=str(failure))
            return DATABASE_BACK_OFF
        about_chat = goes_to_its_chat(message.kind, message.payload)
        if about_chat and (unreachable := unreachable_from(reason, message.chat_id)) is not None:
            self.reachability.note(message.chat_id, unreachable)
        self.done_with(message.id)
        if instead:
            self.look([message.chat_id])
        log.warning("message refused", chat_id=message.chat_id, dead_letter=number, reason=reason)
        return None

    async def _send_instead(self, work: Work, message: Unsent, instead: Sequence[Text]) -> None:
        await work.of(Outbox).add(self.bot_id, instead)
        await self.undelivered(work, message)
