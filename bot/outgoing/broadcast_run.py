"""One broadcast on its way: recipients are taken, done and recorded in ticks, each of which is one transaction."""

import asyncio
import time
from collections import Counter, deque
from collections.abc import Awaitable, Callable, Sequence
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
CLOSING_BACK_OFF = 0.1  # seconds
CLOSING_TRIES = 5  # to record what was sent, when nothing more is
LONGEST_REST = 60.0  # seconds after which those whose chats rest are come back to
PROGRESS_EVERY = 3.0  # seconds
SPEED_OVER = 10.0  # seconds
LISTED_AT_ONCE = 50_000  # rows of `users` looked at in one tick
TICK_WITHIN = 60.0  # seconds

log = structlog.get_logger(__name__)

Progress = Callable[[Broadcast, float | None], Edit | None]
"""How it goes, given how many are done a second; None where no message shows it."""
Report = Callable[[Work, Broadcast], Awaitable[Sequence[Message]]]
"""What is said of one that has ended, in the transaction that ends it."""


Unrecorded = dict[tuple[int, Fate], list[Done]]
"""By broadcast and what was being done to its recipients: outcomes that the ledger doesn't know yet."""


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
    epoch: int
    unrecorded: Unrecorded = field(default_factory=dict)  # outlives the term


class Run:
    """From the first recipient taken to the last one recorded, or to a pause, a cancellation or the term's end."""

    def __init__(self, broadcast: Broadcast, job: Job, around: Surroundings) -> None:
        self._number = broadcast.number
        self._bot_id = broadcast.bot_id
        self._job = job
        self._around = around
        self._at_once = max(1, int(around.messages_at_once * job.chats_a_second))
        self._done = around.unrecorded.setdefault((broadcast.number, job.taken), [])
        self._flying: dict[int, Recipient] = {}
        self._after = 0  # the last row of the ledger that was taken
        self._put_back: int | None = None  # the first row of those whose chats rest, and who are come back to
        self._come_back_at = 0.0
        self._exhausted = False  # the ledger held nothing more
        self._listed_some = False
        self._missed_some = False
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
        """Take no more, and record what ends. Whoever was taken and not begun with is given back."""
        self._closing = True
        self._job.calls.interrupt()
        self.look()

    async def run(self) -> None:
        failures = 0
        while True:
            try:
                broadcast = await self._tick()
            except LeadershipLostError:
                await self._landed()
                return  # what isn't recorded is remembered
            except TransientError as error:
                failures += 1
                log.warning("a broadcast waits for the database", number=self._number, reason=str(error))
                self._unsure = True
                if self._closing and failures > CLOSING_TRIES:
                    await self._landed()
                    return
                await asyncio.sleep(CLOSING_BACK_OFF if self._closing else DATABASE_BACK_OFF)
                continue
            failures = 0
            under_way = broadcast is not None and broadcast.state is self._job.running and not self._closing
            if broadcast is None or not (under_way or self._flying or self._done):
                break
            self._shown.now_and_then(broadcast)
            await self._until_next()
        self._around.unrecorded.pop((self._number, self._job.taken), None)

    async def stop(self) -> None:
        """Begin nothing more, and wait until nothing is on its way. Outcomes are kept for whoever goes on with it."""
        self.close()
        await self._landed()
        await self._shown.still()

    async def _landed(self) -> None:
        """Wait until nothing is on its way any more; whoever closes this sets the limit."""
        while self._flying:
            self._changed.clear()
            await self._changed.wait()

    async def _until_next(self) -> None:
        """Wait until there is something that is worth a transaction."""
        began = time.monotonic()
        while not self._listed_some:
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
        taken = _Taken()
        try:
            async with self._around.unit_of_work.open(within=TICK_WITHIN) as work:
                counters = await self._record(work, done)
                broadcast = await work.broadcasts.count(self._number, tuple(State), **counters)
                if broadcast is not None:
                    taken = await self._go_on(work, broadcast, len(done))
                    if self._seems_over(broadcast, taken, len(done)):
                        broadcast, unsent = await self._finish(work, broadcast)
                    elif self._stands_still(broadcast, len(done)):
                        unsent = await show(self._around, work, broadcast)
                self._around.means.check()
                self._around.delivery.expect(unsent)
        except BaseException:
            self._around.delivery.forget(unsent)
            raise
        del self._done[: len(done)]
        if taken.looked:
            self._unsure = self._first = False
        self._after = taken.after if taken.after is not None else self._after
        if self._missed_some:  # whyever that is, nobody is left out
            self._after, self._put_back, self._unsure, self._missed_some = 0, None, True, False
        for recipient in taken.recipients:
            self._begin(recipient)
        if unsent:
            await self._shown.still()  # an edit on its way would show an older state over the last one
            self._around.delivery.put(unsent)
        return broadcast

    async def _record(self, work: Work, done: Sequence[Done]) -> dict[str, int]:
        """Write down what became of whom; returns what that adds to the broadcast's counters."""
        if not done:
            return {}
        changed = await work.ledger.record(self._number, [one.outcome for one in done], was=self._job.taken)
        if self._job.taken is Fate.SENDING:
            sent = [one.recipient.chat_id for one in done if one.outcome.fate is Fate.SENT]
            await work.users.reached(sent, seconds_ago=time.monotonic() - min(one.at for one in done))
        for one in done:
            if one.outcome.fate is Fate.WAITING:
                self._come_back_to(one.recipient)
        twice = sum(one.perhaps_twice and one.outcome.user_id in changed for one in done)
        return self._job.counted(Counter(changed.values())) | ({"perhaps_twice": twice} if twice else {})

    def _come_back_to(self, recipient: Recipient) -> None:
        rest = self._around.means.turns.rest(recipient.chat_id)
        at = time.monotonic() + min(rest, LONGEST_REST)
        self._come_back_at = at if self._put_back is None else min(at, self._come_back_at)
        self._put_back = min(recipient.user_id, self._put_back or recipient.user_id)

    async def _go_on(self, work: Work, broadcast: Broadcast, recorded: int) -> "_Taken":
        """Whom to begin with now."""
        self._listed_some = False
        if broadcast.state is State.CANCELLED and self._job.running is State.RUNNING:
            left = await self._left_behind(work)
            rows = [recipient.user_id for recipient in left]
            await work.ledger.give_back(self._number, rows, was=self._job.taken, becomes=self._job.untaken)
        if broadcast.state is not self._job.running or self._closing:
            self._job.calls.interrupt()
            return _Taken()
        self._job.calls.resume()
        listed = broadcast.listed or self._job.running is not State.RUNNING or await self._list(work, broadcast)
        left = await self._again(work) if self._unsure else []
        room = self._at_once - len(self._flying) - len(self._done) + recorded - len(left)
        if room <= 0 or self._around.means.turns.everyone_rests() > 0:
            self._exhausted = False
            return _Taken(left, None, looked=True)
        taken = await self._job.take(work, self._after, room)
        self._exhausted = len(taken) < room and listed
        begun = left + await self._still_to_get_it(work, taken)
        return _Taken(begun, self._where_next(taken), looked=True)

    async def _still_to_get_it(self, work: Work, taken: Sequence[Recipient]) -> list[Recipient]:
        """Those of them who aren't to be left out; the others count no more."""
        excluded = await self._job.exclude(work, taken) if taken else set()
        if excluded:
            await work.broadcasts.count(self._number, tuple(State), total=-len(excluded))
        return [recipient for recipient in taken if recipient.user_id not in excluded]

    def _where_next(self, taken: Sequence[Recipient]) -> int:
        """Behind the last one taken; at the end, where those begin who were put back, once their chats have rested."""
        if self._exhausted and self._put_back is not None:
            self._exhausted = False
            if time.monotonic() >= self._come_back_at:
                before, self._put_back = self._put_back - 1, None
                return before
        return max([self._after, *(recipient.user_id for recipient in taken)])

    async def _again(self, work: Work) -> list[Recipient]:
        """Who was taken and isn't being seen to; of another term's, that is counted, for they may have got it."""
        left = await self._still_to_get_it(work, await self._left_behind(work))
        if left and self._first and self._job.running is State.RUNNING:
            rows = [recipient.user_id for recipient in left]
            twice = await work.ledger.note_again(self._number, rows, self._job.taken, self._around.epoch)
            await work.broadcasts.count(self._number, tuple(State), perhaps_twice=twice)
        return left

    async def _left_behind(self, work: Work) -> list[Recipient]:
        taken = await work.ledger.under_way(self._number, self._job.taken)
        seen_to = {*self._flying, *(one.recipient.user_id for one in self._done)}
        return [recipient for recipient in taken if recipient.user_id not in seen_to]

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
        self._listed_some = True
        return up_to >= last

    def _seems_over(self, broadcast: Broadcast, taken: "_Taken", recorded: int) -> bool:
        idle = self._exhausted and not taken.recipients and not self._flying and len(self._done) == recorded
        return idle and broadcast.state is self._job.running and not self._closing

    def _stands_still(self, broadcast: Broadcast, recorded: int) -> bool:
        """Whether it was paused or cancelled, and what was on its way by then is recorded."""
        stopped = broadcast.state in {State.PAUSED, State.CANCELLED}
        return stopped and not self._flying and len(self._done) == recorded

    async def _finish(self, work: Work, broadcast: Broadcast) -> tuple[Broadcast, list[Unsent]]:
        if await work.ledger.any_left(self._number, self._job.left):
            self._missed_some = True
            return broadcast, []
        counted = await work.broadcasts.one(self._bot_id, self._number) or broadcast  # this tick counted on
        over = await work.broadcasts.change(
            self._number,
            (self._job.running,),
            state=self._job.ends_as(counted),
            finished_at=broadcast.finished_at or work.broadcasts.now,
        )
        if over is None:
            return broadcast, []
        log.info("broadcast ended", number=self._number, state=over.state, sent=over.sent, failed=over.failed)
        return over, await show(self._around, work, over, *await self._around.report(work, over))

    def _begin(self, recipient: Recipient) -> None:
        self._flying[recipient.user_id] = recipient
        self._around.tasks.create_task(self._do(recipient), name=f"broadcast {self._number} to {recipient.chat_id}")

    async def _do(self, recipient: Recipient) -> None:
        try:
            self._done.append(await self._job.do(recipient))
        except LeadershipLostError:
            log.info("a recipient is left to whoever leads now", number=self._number, chat_id=recipient.chat_id)
        except Exception as error:  # what is wrong with one says nothing about the others, nor about the worker
            log.exception("a recipient is passed over", number=self._number, chat_id=recipient.chat_id)
            self._done.append(self._job.failed(recipient, f"{type(error).__name__}: {error}"))
        finally:
            del self._flying[recipient.user_id]
            self._changed.set()


@dataclass(frozen=True, slots=True)
class _Taken:
    """Whom a tick begins with, and behind which row of the ledger the next one goes on."""

    recipients: Sequence[Recipient] = ()
    after: int | None = None
    looked: bool = False  # into the ledger, for those who were taken before


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
    rows = [NewMessage(one.chat_id, one.kind, one.parameters()) for one in messages]
    return await work.outbox.add(broadcast.bot_id, rows)


def _gone_through(broadcast: Broadcast) -> int:
    return broadcast.sent + broadcast.blocked + broadcast.failed + broadcast.deleted
