"""Who can't be reached, and why: read off a refusal, written down apart from everything else."""

import asyncio
from enum import Enum

import structlog
from telegram.error import TelegramError

from bot.db.uow import Patience, UnitOfWork
from bot.errors import TransientError

AGAIN_AFTER = 1.0  # seconds
FOR_LOCKS = 0.5  # seconds

log = structlog.get_logger(__name__)


class Refusal(Enum):
    """What Telegram's refusal of a message says about the person that it was for."""

    BLOCKED = "bot was blocked by the user"
    DEACTIVATED = "user is deactivated"
    NEVER_OPENED = "bot can't initiate conversation with a user"
    NOT_FOUND = "chat not found"

    @classmethod
    def of(cls, error: TelegramError) -> "Refusal | None":
        said = error.message.lower()
        return next((kind for kind in cls if kind.value in said), None)


class Marks:
    """Marks to be written down. A person's row may be held by somebody else for long; nothing waits for it here."""

    def __init__(self, unit_of_work: UnitOfWork) -> None:
        self._unit_of_work = unit_of_work
        self._pending: dict[int, Refusal] = {}
        self._something = asyncio.Event()

    def put(self, telegram_id: int, refusal: Refusal) -> None:
        self._pending[telegram_id] = refusal
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
        for telegram_id, refusal in list(self._pending.items()):
            if await self._written_down(telegram_id, refusal):
                self._pending.pop(telegram_id, None)

    async def _written_down(self, telegram_id: int, refusal: Refusal) -> bool:
        try:
            async with self._unit_of_work.open(Patience(for_locks=FOR_LOCKS)) as work:
                if refusal is Refusal.BLOCKED:
                    await work.users.mark_blocked(telegram_id)
                else:
                    await work.users.mark_unreachable(telegram_id, refusal.value)
        except TransientError as error:
            log.info("a person can't be marked yet", telegram_id=telegram_id, reason=str(error))
            return False
        return True
