"""Picks the next recipients of a broadcast, tick by tick."""

import time
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from bot.db.tables.administrators import Administrators
from bot.db.unit_of_work import Work
from bot.features.broadcasts.actions import Done, RecipientAction, SenderDeps
from bot.features.broadcasts.repository import audience
from bot.features.broadcasts.repository.broadcasts import Broadcast, Broadcasts, State
from bot.features.broadcasts.repository.recipients import DeliveryStatus, Recipient, Recipients

LONGEST_REST = 60.0  # seconds after which recipients whose chats rest are tried again
LISTED_AT_ONCE = 50_000  # rows of `users` looked at in one tick


@dataclass(frozen=True, slots=True)
class Position:
    """The position of a broadcast among its recipients."""

    after: int = 0  # the last row that was in a batch
    put_back: int | None = None  # the first row whose chat rests; it is taken again later
    come_back_at: float = 0.0  # by the monotonic clock
    exhausted: bool = False  # there were no further rows
    listed_some: bool = False  # more people were listed as recipients
    first: bool = True  # no batch was made in this term
    uncertain: bool = True  # rows may be marked by an unknown batch: at the start, or after a lost commit


@dataclass(frozen=True, slots=True)
class Batch:
    """A tick's recipients, and the position after them."""

    position: Position
    recipients: Sequence[Recipient] = ()


class Batches:
    """Makes batches. The caller sets `position` after the commit."""

    def __init__(self, number: int, action: RecipientAction, deps: SenderDeps) -> None:
        self._number = number
        self._action = action
        self._deps = deps
        self.at_once = max(1, int(deps.messages_at_once * action.recipients_per_message))
        self.position = Position()

    def mark_uncertain(self) -> None:
        """Look for marked rows that are unknown here, after a commit whose answer was lost."""
        self.position = replace(self.position, uncertain=True)

    def start_over(self) -> None:
        """Begin again at the first row: somebody was passed over."""
        self.position = replace(self.position, after=0, put_back=None, uncertain=True)

    def empty(self, done: Sequence[Done]) -> Batch:
        """A batch of nobody. `done` is recorded by the same transaction."""
        return Batch(self._position_after(done))

    async def next_batch(self, work: Work, broadcast: Broadcast, done: Sequence[Done], held: Collection[int]) -> Batch:
        """The next recipients. `held` are the rows in hand, those in `done` among them."""
        position = self._position_after(done)
        listed = broadcast.listed or self._action.broadcast_state is not State.RUNNING
        if not listed:
            listed, position = await self._list(work, broadcast), replace(position, listed_some=True)
        left = await self._left_over(work, held) if position.uncertain else []
        position = replace(position, first=False, uncertain=False)
        room = self.at_once - len(held) + len(done) - len(left)
        if room <= 0 or self._deps.worker.flood_wait() > 0:
            return Batch(replace(position, exhausted=False), left)
        taken = await self._action.take(work, position.after, room)
        position = replace(position, exhausted=len(taken) < room and listed)
        return Batch(_next(position, taken), left + await self._without_excluded(work, taken))

    async def release(self, work: Work, held: Collection[int]) -> None:
        """Take recipients that aren't in hand out of their batch."""
        rows = [recipient.user_id for recipient in await self._unattended(work, held)]
        action = self._action
        await work.of(Recipients).release(self._number, rows, was=action.in_progress, becomes=action.released)

    def _position_after(self, done: Sequence[Done]) -> Position:
        """The position, with the first row whose chat rests and the time to try it again."""
        position = replace(self.position, listed_some=False)
        for one in done:
            if one.outcome.status is DeliveryStatus.WAITING:
                rest = self._deps.worker.chat_wait(one.recipient.chat_id)
                at = time.monotonic() + min(rest, LONGEST_REST)
                at = at if position.put_back is None else min(at, position.come_back_at)
                first = min(one.recipient.user_id, position.put_back or one.recipient.user_id)
                position = replace(position, put_back=first, come_back_at=at)
        return position

    async def _without_excluded(self, work: Work, taken: Sequence[Recipient]) -> list[Recipient]:
        """Leave out recipients who no longer meet the conditions, and uncount them."""
        excluded = await self._action.exclude(work, taken) if taken else set()
        if excluded:
            await work.of(Broadcasts).count(self._number, tuple(State), total=-len(excluded))
        return [recipient for recipient in taken if recipient.user_id not in excluded]

    async def _left_over(self, work: Work, held: Collection[int]) -> list[Recipient]:
        """Recipients in a batch that aren't in hand. Those of another term are counted as perhaps sent to twice."""
        left = await self._without_excluded(work, await self._unattended(work, held))
        if left and self.position.first and self._action.broadcast_state is State.RUNNING:
            rows = [recipient.user_id for recipient in left]
            status, epoch = self._action.in_progress, self._deps.worker.epoch
            twice = await work.of(Recipients).note_again(self._number, rows, status, epoch)
            await work.of(Broadcasts).count(self._number, tuple(State), perhaps_twice=twice)
        return left

    async def _unattended(self, work: Work, held: Collection[int]) -> list[Recipient]:
        taken = await work.of(Recipients).under_way(self._number, self._action.in_progress)
        return [recipient for recipient in taken if recipient.user_id not in held]

    async def _list(self, work: Work, broadcast: Broadcast) -> bool:
        """List some more people as recipients; returns whether these were the last."""
        administrators = self._deps.owners | set(await work.of(Administrators).ids())
        who = audience.conditions(broadcast.audience, broadcast.category, administrators)
        last = broadcast.people_up_to or 0
        up_to = min(broadcast.listed_up_to + LISTED_AT_ONCE, last)
        added = await work.of(Recipients).list_people(self._number, who, broadcast.listed_up_to, up_to)
        listed_up_to = up_to - broadcast.listed_up_to
        await work.of(Broadcasts).count(self._number, tuple(State), total=added, listed_up_to=listed_up_to)
        return up_to >= last


def _next(position: Position, taken: Sequence[Recipient]) -> Position:
    """The position after the batch. At the end it goes back to the first row put back, once its chat is free."""
    if position.exhausted and position.put_back is not None:
        if time.monotonic() >= position.come_back_at:
            return replace(position, exhausted=False, after=position.put_back - 1, put_back=None)
        position = replace(position, exhausted=False)
    return replace(position, after=max([position.after, *(recipient.user_id for recipient in taken)]))
