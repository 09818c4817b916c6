"""The message in which a broadcast's author watches its progress."""

import asyncio
import time
from collections import deque

import structlog

from bot.db.tables.outbox import Outbox, Unsent
from bot.db.unit_of_work import Work
from bot.errors import CallFailedError, ChatRestsError, LeadershipLostError, NoMorePermitsError
from bot.features.broadcasts.actions import SenderDeps
from bot.features.broadcasts.repository.broadcasts import Broadcast
from bot.messages import Message

PROGRESS_EVERY = 3.0  # seconds
SPEED_OVER = 10.0  # seconds

log = structlog.get_logger(__name__)


class ProgressMessage:
    """Edits the message now and then: at most one edit is in flight, and none is tried again.

    The outbox sends what it shows in the end, or while the broadcast is paused: see `show`.
    """

    def __init__(self, deps: SenderDeps) -> None:
        self._deps = deps
        self._editing: asyncio.Task[None] | None = None
        self._at = 0.0
        self._counts: deque[tuple[float, int]] = deque()

    def update(self, broadcast: Broadcast) -> None:
        """Begin an edit if the last one is long enough ago."""
        now = time.monotonic()
        self._counts.append((now, _finished(broadcast)))
        while now - self._counts[0][0] > SPEED_OVER:
            self._counts.popleft()
        if now - self._at >= PROGRESS_EVERY and (self._editing is None or self._editing.done()):
            self._at = now
            self._editing = self._deps.worker.tasks.create_task(self._edit(broadcast), name="progress")

    async def settle(self) -> None:
        """Wait for the edit in flight."""
        if self._editing is not None:
            await asyncio.wait({self._editing})

    def _speed(self) -> float | None:
        (began, first), (now, last) = self._counts[0], self._counts[-1]
        return (last - first) / (now - began) if now - began >= 1 else None

    async def _edit(self, broadcast: Broadcast) -> None:
        try:
            shown = self._deps.progress(broadcast, self._speed() if self._counts else None)
            if shown is None:
                return
            await self._deps.worker.try_once(shown.chat_id, shown.method, shown.parameters())
        except (CallFailedError, ChatRestsError, NoMorePermitsError, LeadershipLostError) as error:
            log.debug("progress not shown", number=broadcast.number, reason=str(error))
        except Exception:  # a failed edit ends neither the broadcast nor the worker
            log.exception("progress can't be shown", number=broadcast.number)


async def show(deps: SenderDeps, work: Work, broadcast: Broadcast, *more: Message) -> list[Unsent]:
    """Add an edit to the present state, and `more` messages, to the outbox; returns the rows to announce."""
    try:
        shown = deps.progress(broadcast, None)
    except Exception:  # this may be the very reason why it is paused
        log.exception("progress can't be shown", number=broadcast.number)
        shown = None
    messages = [*([] if shown is None else [shown]), *more]
    return await work.of(Outbox).add(broadcast.bot_id, messages)


def _finished(broadcast: Broadcast) -> int:
    return broadcast.sent + broadcast.blocked + broadcast.failed + broadcast.deleted
