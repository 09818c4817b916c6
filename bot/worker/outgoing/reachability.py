"""Marks on people and chats that can't be reached, written in separate transactions."""

import asyncio
import time

import structlog

from bot.db.tables.chats import Chats
from bot.db.tables.users import Users
from bot.db.unit_of_work import LockTimeouts, UnitOfWork, Work
from bot.errors import TransientError
from bot.worker.outgoing.error_catalogue import Mark, Unreachable

AGAIN_AFTER = 1.0  # seconds
FOR_LOCKS = 0.5  # seconds

log = structlog.get_logger(__name__)


class Reachability:
    """Collects marks and writes them. Nothing waits for it: a person's row may be locked for long."""

    def __init__(self, bot_id: int, unit_of_work: UnitOfWork) -> None:
        self._bot_id = bot_id
        self._unit_of_work = unit_of_work
        self._pending: dict[int, tuple[Unreachable, float]] = {}  # by chat, with the monotonic clock's time
        self._something = asyncio.Event()

    def note(self, chat_id: int, unreachable: Unreachable) -> None:
        self._pending[chat_id] = unreachable, time.monotonic()
        self._something.set()

    async def keep_writing(self) -> None:
        """Write marks until cancelled."""
        while True:
            await self._something.wait()
            self._something.clear()
            await self.write()
            if self._pending:
                await asyncio.sleep(AGAIN_AFTER)
                self._something.set()

    async def write(self) -> None:
        """Try to write each mark. Those that fail are kept for the next time."""
        for chat_id, (unreachable, at) in list(self._pending.items()):
            if await self._written(chat_id, unreachable, at) and self._pending.get(chat_id) == (unreachable, at):
                del self._pending[chat_id]

    async def _written(self, chat_id: int, unreachable: Unreachable, at: float) -> bool:
        try:
            async with self._unit_of_work.open(LockTimeouts(lock=FOR_LOCKS)) as work:
                await mark(work, self._bot_id, chat_id, unreachable, seconds_ago=time.monotonic() - at)
        except TransientError as error:
            log.info("a mark can't be written yet", chat_id=chat_id, reason=str(error))
            return False
        return True


async def mark(work: Work, bot_id: int, chat_id: int, unreachable: Unreachable, seconds_ago: float) -> None:
    """Write a mark from so many seconds ago. Unknown people and chats are skipped."""
    match unreachable.mark:
        case Mark.BLOCKED:
            await work.of(Users).mark_blocked(chat_id, seconds_ago)
        case Mark.UNREACHABLE:
            await work.of(Users).mark_unreachable(chat_id, unreachable.reason, seconds_ago)
        case Mark.LEFT:
            await work.of(Chats).mark_left(bot_id, chat_id, unreachable.reason)
        case Mark.MUTED:
            await work.of(Chats).mark_muted(bot_id, chat_id, unreachable.reason)
