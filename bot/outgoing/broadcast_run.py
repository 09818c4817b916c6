"""One broadcast on its way: recipients are taken, done and recorded in ticks, each of which is one transaction."""

import asyncio
import time
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field

import structlog
from telegram.error import TelegramError

from bot.db.repositories import audience
from bot.db.repositories.broadcasts import Broadcast, State
from bot.db.repositories.ledger import Fate, Recipient
from bot.db.repositories.outbox import NewMessage, Unsent
from bot.db.uow import UnitOfWork, Work
from bot.errors import ChatRestsError, LeadershipLostError, NoMoreTurnsError, TransientError
from bot.outgoing.broadcast_jobs import Done, Job, Means
from bot.outgoing.delivery import Delivery
from bot.outgoing.messages import Edit, Message

TICK = 0.25  # seconds
QUIET_TICK = 1.0  # seconds, while there is nothing to record
DATABASE_BACK_OFF = 1.0  # seconds
PROGRESS_EVERY = 3.0  # seconds
SPEED_OVER = 10.0  # seconds
LISTED_AT_ONCE = 50_000  # rows of `users` looked at in one tick
TICK_WITHIN = 60.0  # seconds

log = structlog.get_logger(__name__)

Progress = Callable[[Broadcast, float | None], Edit | None]
"""How it goes, given how many are done a second; None where no message shows it."""
Report = Callable[[Broadcast], Sequence[Message]]


@dataclass(frozen=True)
class Surroundings:
    """What all broadcasts of a term share."""

    means: Means
    unit_of_work: UnitOfWork
    delivery: Delivery
    tasks: asyncio.TaskGroup
    owners: frozenset[int]
    progress: Progress
    report: Report
    messages_at_once: int  # taken and not recorded: a second's worth
    unrecorded: dict[int, list[Done]] = field(default_factory=dict)  # by broadcast; outlives the term


class Run:
    """From the first recipient taken to the last one recorded, or to a pause, a cancellation or the term's end."""

    def __init__(self, broadcast: Broadcast, job: Job, around: Surroundings) -> None:
        self._number = broadcast.number
        self._bot_id = broadcast.bot_id
        self._job = job
        self._around = around
        self._at_once = max(1, around.messages_at_once // job.weight)
        self._done = around.unrecorded.setdefault(broadcast.number, [])
        self._flying: dict[int, Recipient] = {}
        self._after = 0  # the last row of the ledger that was taken
        self._later = False  # some were passed over: their chats rest
        self._exhausted = False  # the ledger held nothing more
        self._listed = False
        self._first = True
        self._unsure = True  # of what the ledger shows as taken: at the start, or after a commit whose answer was lost
        self._changed = asyncio.Event()
        self._hurry = False
        self._closing = False
        self._shown = Shown(around)

    def look(self) -> None:
        """Something about it may have changed: a pause, say."""
        self._hurry = True
        self._changed.set()

    def close(self) -> None:
        """Take no more; record what ends, and give the rest back."""
        self._closing = True
        self.look()

    async def run(self) -> None:
        while True:
            try:
                broadcast = await self._tick()
            except TransientError as error:
                log.warning("a broadcast waits for the database", number=self._number, reason=str(error))
                self._unsure = True
                if self._closing:
                    return  # what isn't recorded is remembered
                await asyncio.sleep(DATABASE_BACK_OFF)
                continue
            except LeadershipLostError:
                return
            under_way = broadcast is not None and broadcast.state is self._job.running and not self._closing
            if broadcast is None or not (under_way or self._flying or self._done):
                break
            self._shown.now_and_then(broadcast)
            await self._until_next()
        self._around.unrecorded.pop(self._number, None)
        await self._shown.at_last(broadcast)

    async def _until_next(self) -> None:
        """Wait until there is something that is worth a transaction."""
        began = time.monotonic()
        while self._listed:
            waited = time.monotonic() - began
            many = len(self._done) * 4 >= self._at_once or not self._flying
            if self._hurry or (self._done and (many or waited >= TICK)) or waited >= QUIET_TICK:
                break
            self._changed.clear()
            with suppress(TimeoutError):
                async with asyncio.timeout(TICK):
                    await self._changed.wait()
        self._hurry = False

    async def _tick(self) -> Broadcast | None:
        """Record who is done, and take more; returns the broadcast as it is then."""
        done = list(self._done)
        unsent: list[Unsent] = []
        try:
            async with self._around.unit_of_work.open(within=TICK_WITHIN) as work:
                counters = await self._record(work, done)
                broadcast = await work.broadcasts.count(self._number, tuple(State), **counters)
                taken = await self._go_on(work, broadcast, len(done)) if broadcast is not None else []
                if broadcast is not None and self._is_over(broadcast, taken, len(done)):
                    broadcast, unsent = await self._finish(work, broadcast)
                self._around.means.check()
                self._around.delivery.expect(unsent)
        except BaseException:
            self._around.delivery.forget(unsent)
            raise
        self._around.delivery.put(unsent)
        del self._done[: len(done)]
        self._unsure = self._first = False
        for recipient in taken:
            self._after = max(self._after, recipient.user_id)
            self._begin(recipient)
        return broadcast

    async def _record(self, work: Work, done: Sequence[Done]) -> dict[str, int]:
        """Write down what became of whom; returns what that adds to the broadcast's counters."""
        if not done:
            return {}
        outcomes = [one.outcome for one in done if one.outcome is not None]
        fates = await work.ledger.record(self._number, outcomes, was=self._job.taken)
        undone = [one.recipient.user_id for one in done if one.outcome is None]
        if undone:
            await work.ledger.give_back(self._number, undone, was=self._job.taken, becomes=self._job.untaken)
        reached = [one.recipient.chat_id for one in done if one.outcome is not None and one.outcome.fate is Fate.SENT]
        await work.users.reached(reached)
        self._later = self._later or fates[Fate.WAITING] > 0
        twice = sum(one.perhaps_twice for one in done)
        return self._job.counted(fates) | ({"perhaps_twice": twice} if twice else {})

    async def _go_on(self, work: Work, broadcast: Broadcast, recorded: int) -> list[Recipient]:
        """Whom to begin with now."""
        if broadcast.state is not self._job.running or self._closing:
            return []
        self._listed = broadcast.listed or await self._list(work, broadcast)
        left = await self._left_behind(work) if self._unsure else []
        room = self._at_once - len(self._flying) - len(self._done) + recorded - len(left)
        taken = await self._job.take(work, self._after, room) if room > 0 else []
        self._exhausted = len(taken) < room and self._listed
        if self._exhausted and self._later:
            self._after, self._later, self._exhausted = 0, False, False  # once more, for those whose chats rested
        return left + taken

    async def _left_behind(self, work: Work) -> list[Recipient]:
        """Who was taken and isn't being seen to: by a term that has ended, or by a commit whose answer was lost."""
        taken = await work.ledger.under_way(self._number, self._job.taken)
        seen_to = {*self._flying, *(one.recipient.user_id for one in self._done)}
        left = [recipient for recipient in taken if recipient.user_id not in seen_to]
        if left and self._first and self._job.running is State.RUNNING:
            await work.broadcasts.count(self._number, tuple(State), perhaps_twice=len(left))
        return left

    async def _list(self, work: Work, broadcast: Broadcast) -> bool:
        """Put some more of those who are to get it into the ledger; returns whether that were the last."""
        administrators = self._around.owners | set(await work.people.administrators())
        who = audience.conditions(broadcast.audience, broadcast.category, administrators)
        last = broadcast.people_up_to or 0
        up_to = min(broadcast.listed_up_to + LISTED_AT_ONCE, last)
        added = await work.ledger.list_people(self._number, who, broadcast.listed_up_to, up_to)
        await work.broadcasts.count(
            self._number, tuple(State), total=added, listed_up_to=up_to - broadcast.listed_up_to
        )
        return up_to >= last

    def _is_over(self, broadcast: Broadcast, taken: Sequence[Recipient], recorded: int) -> bool:
        idle = self._exhausted and not taken and not self._flying and len(self._done) == recorded
        return idle and broadcast.state is self._job.running and not self._closing

    async def _finish(self, work: Work, broadcast: Broadcast) -> tuple[Broadcast, list[Unsent]]:
        over = await work.broadcasts.change(
            self._number,
            (self._job.running,),
            state=self._job.ends_as(broadcast),
            finished_at=broadcast.finished_at or work.broadcasts.now,
        )
        if over is None:
            return broadcast, []
        log.info("broadcast ended", number=self._number, state=over.state, sent=over.sent, failed=over.failed)
        shown = self._around.progress(over, None)
        messages = [*([] if shown is None else [shown]), *self._around.report(over)]
        rows = [NewMessage(one.chat_id, one.kind, one.parameters()) for one in messages]
        return over, await work.outbox.add(self._bot_id, rows)

    def _begin(self, recipient: Recipient) -> None:
        self._flying[recipient.user_id] = recipient
        self._around.tasks.create_task(self._do(recipient), name=f"broadcast {self._number} to {recipient.chat_id}")

    async def _do(self, recipient: Recipient) -> None:
        try:
            self._done.append(await self._job.do(recipient))
        except LeadershipLostError:
            log.info("a recipient is left to whoever leads now", number=self._number, chat_id=recipient.chat_id)
        finally:
            del self._flying[recipient.user_id]
            self._changed.set()


class Shown:
    """The message that shows how it goes: edited now and then, at most one edit on its way, none worth a retry."""

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

    async def at_last(self, broadcast: Broadcast | None) -> None:
        """Nothing is on its way any more; what was paused or cancelled is shown so. An end is shown by the outbox."""
        if self._editing is not None:
            await asyncio.wait({self._editing})
        if broadcast is not None and broadcast.state in {State.PAUSED, State.CANCELLED}:
            await self._edit(broadcast)

    def _speed(self) -> float | None:
        (began, first), (now, last) = self._counts[0], self._counts[-1]
        return (last - first) / (now - began) if now - began >= 1 else None

    async def _edit(self, broadcast: Broadcast) -> None:
        shown = self._around.progress(broadcast, self._speed() if self._counts else None)
        if shown is None:
            return
        try:
            async with self._around.means.turns.turn(shown.chat_id, patient=False):
                self._around.means.check()
                await self._around.means.api.perform(shown.method, shown.parameters())
        except (TelegramError, ChatRestsError, NoMoreTurnsError, LeadershipLostError) as error:
            log.debug("progress not shown", number=broadcast.number, reason=str(error))


def _gone_through(broadcast: Broadcast) -> int:
    return broadcast.sent + broadcast.blocked + broadcast.failed + broadcast.deleted
