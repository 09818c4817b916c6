"""Handlers added to python-telegram-bot's Application: which of them see an update, and what their errors mean.

`Application.process_update` doesn't say whether a handler took an update, and doesn't raise what a handler raises. So
the loop over groups is here, and the rest is python-telegram-bot's.
"""

from collections.abc import Iterator

import structlog
from telegram import Update
from telegram.error import Forbidden
from telegram.ext import ApplicationHandlerStop, ConversationHandler

from bot.db.unit_of_work import LazyUnitOfWork
from bot.errors import FatalError, LeadershipLostError, NoMorePermitsError, TransientError
from bot.framework.application import Handler
from bot.framework.context import Context
from bot.framework.ptb_data import DataScope, LoadedData, StoredData

NO_HANDLERS_FAULT = (TransientError, LeadershipLostError, NoMorePermitsError, FatalError)
"""Errors that say nothing about the update: it is tried again, and no error handler sees them."""
WAITS_FOR_DATA = 1.0  # seconds; then another chat's update gets the slot

log = structlog.get_logger(__name__)


class UpdateHandlers:
    """The Application's handlers, for one update."""

    def __init__(self, stored: StoredData, update: Update, context: Context, work: LazyUnitOfWork) -> None:
        self._application = stored.application
        self._stored = stored
        self._update = update
        self._context = context
        self._work = work
        self._data: LoadedData | None = None
        self.stopped = False

    async def run_below_zero(self) -> bool:
        """Run the groups below 0. Returns whether a handler stops the update with ApplicationHandlerStop."""
        await self._run(below_zero=True)
        return self.stopped

    async def take(self) -> bool:
        """Return whether a group from 0 on takes the update, or fails to say so."""
        await self._load(below_zero=False)
        try:
            return any(self._match(handlers) for _, handlers in self._groups(below_zero=False))
        except Exception:  # noqa: BLE001 -- it comes again in `run_from_zero`, where error handlers see it
            return True

    async def run_from_zero(self) -> str:
        """Run the groups from 0 on. Returns the first handler's name."""
        return await self._run(below_zero=False)

    async def store(self) -> None:
        """Store what the handlers have changed in their data, in the update's unit of work."""
        if self._data is not None:
            await self._data.store(self._work.work)

    async def _run(self, *, below_zero: bool) -> str:
        """Run the first matching handler of each group, in the order of the groups. Raises what they raise.

        As in python-telegram-bot, an error goes to the error handlers, and the next groups follow unless one of these
        raises ApplicationHandlerStop.
        """
        await self._load(below_zero=below_zero)
        names: list[str] = []
        errors: list[Exception] = []
        for _, handlers in self._groups(below_zero=below_zero):
            try:
                found = self._match(handlers)
                if found is not None:
                    names.append(_name(found[0]))
                    await found[0].handle_update(self._update, self._application, found[1], self._context)
            except ApplicationHandlerStop:
                self.stopped = True
            except NO_HANDLERS_FAULT:
                raise
            except Exception as error:  # noqa: BLE001 -- raised below, after the error handlers have seen it
                errors.append(error)
                self.stopped = await self._tell_error_handlers(error)
            if self.stopped:
                break
        _raise_first(errors)
        return names[0] if names else ""

    async def _load(self, *, below_zero: bool) -> None:
        """Load the update's data, unless there is no group to need them."""
        if self._data is not None or not any(True for _ in self._groups(below_zero=below_zero)):
            return
        self._data = await self._work.enter(self._stored.loaded(DataScope.of(self._update), within=WAITS_FOR_DATA))

    def _groups(self, *, below_zero: bool) -> Iterator[tuple[int, list[Handler]]]:
        groups = [(group, list(handlers)) for group, handlers in self._application.handlers.items()]
        return (one for one in groups if (one[0] < 0) is below_zero)

    def _match(self, handlers: list[Handler]) -> tuple[Handler, object] | None:
        for handler in handlers:
            check = handler.check_update(self._update)
            if check is not None and check is not False:
                return handler, check
        return None

    async def _tell_error_handlers(self, error: Exception) -> bool:
        """Call the error handlers. Returns whether one of them raises ApplicationHandlerStop."""
        if not self._application.error_handlers:
            return False
        return await self._application.process_error(self._update, error)


def _raise_first(errors: list[Exception]) -> None:
    """Raise the first error that isn't Telegram's Forbidden: the chat is marked as unreachable already."""
    for error in errors:
        if not isinstance(error, Forbidden):
            raise error
        log.info("a handler's message can't be delivered", reason=error.message)


def _name(handler: Handler) -> str:
    if isinstance(handler, ConversationHandler):
        return handler.name or type(handler).__name__
    return getattr(handler.callback, "__qualname__", type(handler).__name__)
