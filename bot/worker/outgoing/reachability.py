"""Who can't be reached, and why: read off a refusal, written down apart from everything else."""

import asyncio
import time

import structlog

from bot.db.tables.chats import Chats
from bot.db.tables.users import Users
from bot.db.unit_of_work import LockTimeouts, UnitOfWork, Work
from bot.errors import TransientError
from bot.worker.outgoing.error_catalogue import Mark, Refusal

AGAIN_AFTER = 1.0  # seconds
FOR_LOCKS = 0.5  # seconds

log = structlog.get_logger(__name__)


class Marks:
    """Marks to be written down. A person's row may be held by somebody else for long; nothing waits for it here."""

    def __init__(self, bot_id: int, unit_of_work: UnitOfWork) -> None:
        self._bot_id = bot_id
        self._unit_of_work = unit_of_work
        self._pending: dict[int, tuple[Refusal, float]] = {}  # by chat, with its moment by the monotonic clock
        self._something = asyncio.Event()

    def put(self, chat_id: int, refusal: Refusal) -> None:
        self._pending[chat_id] = refusal, time.monotonic()
        self._something.set()

    async def write_down(self) -> None:
        """Write down what is put, for as long as this runs."""
        while True:
            await self._something.wait()
            self._something.clear()
            await self.write_down_once()
            if self._pending:
                await asyncio.sleep(AGAIN_AFTER)
                self._something.set()

    async def write_down_once(self) -> None:
        """Write down what can be written down now."""
        for chat_id, (refusal, at) in list(self._pending.items()):
            if await self._written_down(chat_id, refusal, at) and self._pending.get(chat_id) == (refusal, at):
                del self._pending[chat_id]

    async def _written_down(self, chat_id: int, refusal: Refusal, at: float) -> bool:
        try:
            async with self._unit_of_work.open(LockTimeouts(lock=FOR_LOCKS)) as work:
                await mark(work, self._bot_id, chat_id, refusal, seconds_ago=time.monotonic() - at)
        except TransientError as error:
            log.info("who refuses can't be marked yet", chat_id=chat_id, reason=str(error))
            return False
        return True


async def mark(work: Work, bot_id: int, chat_id: int, refusal: Refusal, seconds_ago: float) -> None:
    """Write down what was met so long ago; a person, a group or a channel that is unknown is no matter."""
    match refusal.mark:
        case Mark.BLOCKED:
            await work.of(Users).mark_blocked(chat_id, seconds_ago)
        case Mark.UNREACHABLE:
            await work.of(Users).mark_unreachable(chat_id, refusal.reason, seconds_ago)
        case Mark.LEFT:
            await work.of(Chats).mark_left(bot_id, chat_id, refusal.reason)
        case Mark.MUTED:
            await work.of(Chats).mark_muted(bot_id, chat_id, refusal.reason)
