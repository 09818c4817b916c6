"""How a broadcast goes, as the message shows it that its author watches."""

import asyncio
import time
from collections import deque

import structlog
from telegram.error import TelegramError

from bot.db.tables.outbox import Outbox, Unsent
from bot.db.unit_of_work import Work
from bot.errors import ChatRestsError, LeadershipLostError, NoMoreTurnsError
from bot.features.broadcasts.repository.broadcasts import Broadcast
from bot.features.broadcasts.surroundings import Surroundings
from bot.messages import Message

PROGRESS_EVERY = 3.0  # seconds
SPEED_OVER = 10.0  # seconds

log = structlog.get_logger(__name__)


class Shown:
    """The message that shows how it goes: edited now and then, at most one edit on its way, none worth a retry.

    What it shows in the end, or as long as it is paused, isn't left to these but to the outbox.
    """

    def __init__(self, around: Surroundings) -> None:
        self._around = around
        self._editing: asyncio.Task[None] | None = None
        self._at = 0.0
        self._counts: deque[tuple[float, int]] = deque()

    def now_and_then(self, broadcast: Broadcast) -> None:
        now = time.monotonic()
        self._counts.append((now, _gone_through(broadcast)))
        while now - self._counts[0][0] > SPEED_OVER:
            self._counts.popleft()
        if now - self._at >= PROGRESS_EVERY and (self._editing is None or self._editing.done()):
            self._at = now
            self._editing = self._around.tasks.create_task(self._edit(broadcast), name="progress")

    async def still(self) -> None:
        """Wait for the edit that is on its way."""
        if self._editing is not None:
            await asyncio.wait({self._editing})

    def _speed(self) -> float | None:
        (began, first), (now, last) = self._counts[0], self._counts[-1]
        return (last - first) / (now - began) if now - began >= 1 else None

    async def _edit(self, broadcast: Broadcast) -> None:
        try:
            shown = self._around.progress(broadcast, self._speed() if self._counts else None)
            if shown is None:
                return
            async with self._around.means.turns.turn(shown.chat_id, patient=False):
                self._around.means.check()
                await self._around.means.api.perform(shown.method, shown.parameters())
        except (TelegramError, ChatRestsError, NoMoreTurnsError, LeadershipLostError) as error:
            log.debug("progress not shown", number=broadcast.number, reason=str(error))
        except Exception:  # how it goes is worth neither the broadcast nor the worker
            log.exception("progress can't be shown", number=broadcast.number)


async def show(around: Surroundings, work: Work, broadcast: Broadcast, *more: Message) -> list[Unsent]:
    """Have its message show how it is now, by the outbox: nothing else changes it after that."""
    try:
        shown = around.progress(broadcast, None)
    except Exception:  # it may be the very reason for which it is paused
        log.exception("progress can't be shown", number=broadcast.number)
        shown = None
    messages = [*([] if shown is None else [shown]), *more]
    return await work.of(Outbox).add(broadcast.bot_id, messages)


def _gone_through(broadcast: Broadcast) -> int:
    return broadcast.sent + broadcast.blocked + broadcast.failed + broadcast.deleted
