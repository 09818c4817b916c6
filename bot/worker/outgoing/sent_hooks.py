"""Hooks of sent calls: a feature's function gets Telegram's result in the transaction that deletes the call's row.

A crash between the send and that transaction repeats both: the call is sent twice, and its hook is called once.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field

import structlog

from bot.db.tables.outbox import Outbox, SentCall, Unsent
from bot.db.unit_of_work import UnitOfWork, Work
from bot.errors import SentHookError, TransientError
from bot.messages import OnSent

DATABASE_BACK_OFF = 1.0  # seconds
HOOK_WITHIN = 10.0  # seconds; less than a transaction may take

log = structlog.get_logger(__name__)

Hook = Callable[[Work, int, SentCall], Awaitable[None]]
"""Called with the bot's id and the call that was sent."""


@dataclass(frozen=True, slots=True)
class SentHooks:
    """Calls the hooks of calls that ask for one. Outlives a term, with the results whose hook hasn't been called."""

    bot_id: int
    unit_of_work: UnitOfWork
    hooks: Mapping[str, Hook]
    _sent: dict[int, SentCall] = field(default_factory=dict)  # by row

    def check(self, message: Unsent) -> None:
        """Raise LookupError if a message asks for a hook that no feature has."""
        wanted = _wanted(message)
        if wanted is not None and wanted.name not in self.hooks:
            raise LookupError(f"no feature has a function {wanted.name!r} for sent calls")

    def note(self, message: Unsent, method: str, result: object) -> bool:
        """Keep a sent message's result for its hook. Returns False if it has none."""
        wanted = _wanted(message)
        if wanted is not None:
            self._sent[message.id] = SentCall(message.chat_id, method, result, dict(wanted.data))
        return wanted is not None

    def awaits(self, message: Unsent) -> bool:
        """Return whether a message is sent and its hook hasn't been called yet."""
        return message.id in self._sent

    async def run(self, message: Unsent) -> float | None:
        """Delete the row and call the hook. Returns the seconds until the next try if the database is away.

        Deleting the row is the fence: if it is gone, a commit whose answer was lost already called the hook. Raises
        SentHookError if the hook fails or takes too long; the row is still there then.
        """
        wanted = _wanted(message)
        assert wanted is not None
        try:
            async with self.unit_of_work.open() as work:
                if await work.of(Outbox).acknowledge([message.id]):
                    await self._call(wanted, work, self._sent[message.id])
        except TransientError as error:
            log.warning("a sent call can't be recorded yet", outbox_id=message.id, reason=str(error))
            return DATABASE_BACK_OFF
        return None

    def forget(self, message: Unsent) -> None:
        """Forget a message that is finished."""
        self._sent.pop(message.id, None)

    async def _call(self, wanted: OnSent, work: Work, call: SentCall) -> None:
        try:
            async with asyncio.timeout(HOOK_WITHIN):
                await self.hooks[wanted.name](work, self.bot_id, call)
        except TransientError:
            raise
        except Exception as error:
            raise SentHookError(wanted.name, error) from error


def _wanted(message: Unsent) -> OnSent | None:
    wanted = message.payload.get("on_sent")
    return OnSent(str(wanted["name"]), wanted["data"]) if isinstance(wanted, dict) else None
