"""Hooks of sent calls: a feature's function gets Telegram's result in the transaction that deletes the call's row.

A crash between the send and that transaction repeats both: the call is sent twice, and its hook is called once.
"""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field

import structlog

from bot.db.tables.outbox import Outbox, SentCall, Unsent
from bot.db.unit_of_work import DONE_WITHIN, LockTimeouts, UnitOfWork, Work
from bot.errors import ConfigurationError, DatabaseAwayError, FatalError, SentHookError, TransientError
from bot.messages import OnSent

DATABASE_BACK_OFF = 1.0  # seconds
CONFLICT_BACK_OFF = (1.0, 4.0, 20.0, 120.0)  # seconds after each try; together longer than a handler may hold a lock
HOOK_WITHIN = 10.0  # seconds; less than a transaction may take
TIMEOUTS = LockTimeouts(idle=DONE_WITHIN)  # the hook's own limit comes first

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
    _conflicts: Counter[int] = field(default_factory=Counter)  # by row

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
        """Delete the row and call the hook. Returns the seconds until the next try if the database can't do it now.

        Deleting the row is the fence: if it is gone, a commit whose answer was lost already called the hook. Raises
        SentHookError if the hook fails, takes too long, or meets a conflict each time; the row is still there then.
        """
        wanted = _wanted(message)
        assert wanted is not None
        try:
            async with self.unit_of_work.open(TIMEOUTS) as work:
                if await work.of(Outbox).acknowledge([message.id]):
                    await self._call(wanted, work, self._sent[message.id])
        except (FatalError, ConfigurationError):
            raise
        except TransientError as error:
            rest = self._until_next_try(message, wanted, error)
            log.warning("a sent call can't be recorded yet", outbox_id=message.id, again_in=rest, reason=str(error))
            return rest
        except Exception as error:
            raise SentHookError(wanted.name, error) from error
        return None

    def forget(self, message: Unsent) -> None:
        """Forget a message that is finished."""
        self._forget(message.id)

    async def forget_ended(self) -> None:
        """Forget sent messages that another worker has ended meanwhile. Only for the start of a term."""
        noted = list(self._sent)
        if not noted:
            return
        try:
            async with self.unit_of_work.open() as work:
                waiting = await work.of(Outbox).still_waiting(noted)
        except TransientError as error:
            log.warning("ended calls can't be forgotten before the next term", reason=str(error))
            return
        for ended in set(noted) - waiting:
            self._forget(ended)

    def _forget(self, row: int) -> None:
        self._sent.pop(row, None)
        self._conflicts.pop(row, None)

    async def _call(self, wanted: OnSent, work: Work, call: SentCall) -> None:
        async with asyncio.timeout(HOOK_WITHIN):
            await self.hooks[wanted.name](work, self.bot_id, call)
            await work.now()  # refused if the hook has swallowed a database error, whose COMMIT would be a ROLLBACK

    def _until_next_try(self, message: Unsent, wanted: OnSent, error: TransientError) -> float:
        """Conflicts are counted, as those of handlers are. An outage isn't."""
        if isinstance(error, DatabaseAwayError):
            return DATABASE_BACK_OFF
        self._conflicts[message.id] += 1
        if self._conflicts[message.id] > len(CONFLICT_BACK_OFF):
            raise SentHookError(wanted.name, error) from error
        return CONFLICT_BACK_OFF[self._conflicts[message.id] - 1]


def _wanted(message: Unsent) -> OnSent | None:
    wanted = message.payload.get("on_sent")
    return OnSent(str(wanted["name"]), wanted["data"]) if isinstance(wanted, dict) else None
