"""Whom a broadcast takes next from its ledger, tick by tick. What a tick changes counts once it is committed."""

import time
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from bot.db.tables.administrators import Administrators
from bot.db.unit_of_work import Work
from bot.features.broadcasts.actions import Done, Job
from bot.features.broadcasts.repository import audience
from bot.features.broadcasts.repository.broadcasts import Broadcast, Broadcasts, State
from bot.features.broadcasts.repository.recipients import Fate, Ledger, Recipient
from bot.features.broadcasts.surroundings import Surroundings

LONGEST_REST = 60.0  # seconds after which those whose chats rest are come back to
LISTED_AT_ONCE = 50_000  # rows of `users` looked at in one tick


@dataclass(frozen=True, slots=True)
class Place:
    """How far the taking has come."""

    after: int = 0  # the last row of the ledger that was taken
    put_back: int | None = None  # the first row of those whose chats rest, and who are come back to
    come_back_at: float = 0.0  # of the monotonic clock
    exhausted: bool = False  # the ledger held nothing more
    listed_some: bool = False
    first: bool = True  # nothing has been taken in this term
    unsure: bool = True  # of what the ledger shows as taken: at the start, or after a commit whose answer was lost


@dataclass(frozen=True, slots=True)
class Taken:
    """Whom a tick begins with, and how far that is."""

    place: Place
    recipients: Sequence[Recipient] = ()


class Taking:
    """Its methods leave `place` alone where they are part of a transaction: whoever commits that sets it."""

    def __init__(self, number: int, job: Job, around: Surroundings) -> None:
        self._number = number
        self._job = job
        self._around = around
        self.at_once = max(1, int(around.messages_at_once * job.chats_a_second))
        self.place = Place()

    def doubt(self) -> None:
        """A commit may have happened without an answer: look at what the ledger shows as taken."""
        self.place = replace(self.place, unsure=True)

    def start_over(self) -> None:
        """Somebody was passed over; whyever that is, nobody is left out."""
        self.place = replace(self.place, after=0, put_back=None, unsure=True)

    def nobody(self, done: Sequence[Done]) -> Taken:
        """Nobody is begun with; `done` is what the same transaction records."""
        return Taken(self._coming_back_to(done))

    async def go_on(self, work: Work, broadcast: Broadcast, done: Sequence[Done], held: Collection[int]) -> Taken:
        """Whom to begin with now; `held` are the rows of all who are being seen to, those in `done` among them."""
        place = self._coming_back_to(done)
        listed = broadcast.listed or self._job.running is not State.RUNNING
        if not listed:
            listed, place = await self._list(work, broadcast), replace(place, listed_some=True)
        left = await self._again(work, held) if place.unsure else []
        place = replace(place, first=False, unsure=False)
        room = self.at_once - len(held) + len(done) - len(left)
        if room <= 0 or self._around.means.turns.everyone_rests() > 0:
            return Taken(replace(place, exhausted=False), left)
        taken = await self._job.take(work, place.after, room)
        place = replace(place, exhausted=len(taken) < room and listed)
        return Taken(_next(place, taken), left + await self._still_to_get_it(work, taken))

    async def give_back(self, work: Work, held: Collection[int]) -> None:
        """Undo the taking of whoever was taken and isn't being seen to."""
        rows = [recipient.user_id for recipient in await self._left_behind(work, held)]
        await work.of(Ledger).give_back(self._number, rows, was=self._job.taken, becomes=self._job.untaken)

    def _coming_back_to(self, done: Sequence[Done]) -> Place:
        """Remember where those begin whose chats rest, and until when the first of these does."""
        place = replace(self.place, listed_some=False)
        for one in done:
            if one.outcome.fate is Fate.WAITING:
                rest = self._around.means.turns.rest(one.recipient.chat_id)
                at = time.monotonic() + min(rest, LONGEST_REST)
                at = at if place.put_back is None else min(at, place.come_back_at)
                first = min(one.recipient.user_id, place.put_back or one.recipient.user_id)
                place = replace(place, put_back=first, come_back_at=at)
        return place

    async def _still_to_get_it(self, work: Work, taken: Sequence[Recipient]) -> list[Recipient]:
        """Those of them who aren't to be left out; the others count no more."""
        excluded = await self._job.exclude(work, taken) if taken else set()
        if excluded:
            await work.of(Broadcasts).count(self._number, tuple(State), total=-len(excluded))
        return [recipient for recipient in taken if recipient.user_id not in excluded]

    async def _again(self, work: Work, held: Collection[int]) -> list[Recipient]:
        """Who was taken and isn't being seen to; of another term's, that is counted, for they may have got it."""
        left = await self._still_to_get_it(work, await self._left_behind(work, held))
        if left and self.place.first and self._job.running is State.RUNNING:
            rows = [recipient.user_id for recipient in left]
            twice = await work.of(Ledger).note_again(self._number, rows, self._job.taken, self._around.epoch)
            await work.of(Broadcasts).count(self._number, tuple(State), perhaps_twice=twice)
        return left

    async def _left_behind(self, work: Work, held: Collection[int]) -> list[Recipient]:
        taken = await work.of(Ledger).under_way(self._number, self._job.taken)
        return [recipient for recipient in taken if recipient.user_id not in held]

    async def _list(self, work: Work, broadcast: Broadcast) -> bool:
        """Put some more of those who are to get it into the ledger; returns whether that were the last."""
        administrators = self._around.owners | set(await work.of(Administrators).ids())
        who = audience.conditions(broadcast.audience, broadcast.category, administrators)
        last = broadcast.people_up_to or 0
        up_to = min(broadcast.listed_up_to + LISTED_AT_ONCE, last)
        added = await work.of(Ledger).list_people(self._number, who, broadcast.listed_up_to, up_to)
        await work.of(Broadcasts).count(
            self._number, tuple(State), total=added, listed_up_to=up_to - broadcast.listed_up_to
        )
        return up_to >= last


def _next(place: Place, taken: Sequence[Recipient]) -> Place:
    """Behind the last one taken; at the end, where those begin who were put back, once their chats have rested."""
    if place.exhausted and place.put_back is not None:
        if time.monotonic() >= place.come_back_at:
            return replace(place, exhausted=False, after=place.put_back - 1, put_back=None)
        place = replace(place, exhausted=False)
    return replace(place, after=max([place.after, *(recipient.user_id for recipient in taken)]))
