"""What is done to each recipient of a broadcast: its messages are sent, or deleted again."""

import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from bot.db.redaction import NOBODY
from bot.db.unit_of_work import Work
from bot.errors import BotError, CallFailedError, ChatRestsError, NoMorePermitsError
from bot.features.broadcasts.composing import composed
from bot.features.broadcasts.repository import audience
from bot.features.broadcasts.repository.audience import Audience
from bot.features.broadcasts.repository.broadcasts import Broadcast, State
from bot.features.broadcasts.repository.recipients import Fate, Ledger, Outcome, Recipient
from bot.framework.background import Calls, Services
from bot.messages import Composed, Edit, Message

AT_ONCE_IN_A_CHAT = 3  # messages that a private chat takes within a second


@dataclass(frozen=True, slots=True)
class Done:
    """What became of a recipient, and whether they may have got something twice."""

    recipient: Recipient
    outcome: Outcome
    perhaps_twice: bool = False
    at: float = field(default_factory=time.monotonic)  # of the monotonic clock


class Unrecorded(dict[tuple[int, Fate], list[Done]]):
    """By broadcast and what was being done to its recipients: outcomes that the ledger doesn't know yet."""


Progress = Callable[[Broadcast, float | None], Edit | None]
"""Shows how it goes, given how many recipients are done a second; None where no message shows it."""
Report = Callable[[Work, Broadcast], Awaitable[Sequence[Message]]]
"""Reports on a broadcast that has ended, in the transaction that ends it."""


@dataclass(frozen=True, slots=True)
class SenderDeps:
    """What all broadcasts of a term share."""

    worker: Services
    owners: frozenset[int]
    progress: Progress
    report: Report
    messages_at_once: int  # taken and not recorded: a second's worth


class Job(Protocol):
    taken: Fate
    """What a recipient is while it is done to them."""
    untaken: Fate
    left: tuple[Fate, ...]
    """As long as somebody is one of these, it isn't over."""
    running: State
    chats_a_second: float
    """How many recipients a message a second overall is enough for."""
    calls: Calls

    async def take(self, work: Work, after: int, limit: int) -> list[Recipient]: ...
    async def exclude(self, work: Work, taken: Sequence[Recipient]) -> set[int]: ...
    async def do(self, recipient: Recipient) -> Done: ...
    def failed(self, recipient: Recipient, error: str) -> Done: ...
    def counted(self, fates: Mapping[Fate, int]) -> dict[str, int]: ...
    def ends_as(self, broadcast: Broadcast) -> State: ...


class NothingToSendError(BotError):
    """A broadcast without content: its author was erased, or a newer version has it elsewhere."""

    def __init__(self, number: int) -> None:
        super().__init__(f"there is nothing in broadcast {number} to be sent")


class Sending:
    taken, untaken, running = Fate.SENDING, Fate.WAITING, State.RUNNING
    left: tuple[Fate, ...] = (Fate.WAITING, Fate.SENDING)

    def __init__(self, broadcast: Broadcast, worker: Services) -> None:
        self._number = broadcast.number
        self._messages = _messages_of(broadcast)
        self._still = audience.conditions(Audience(), broadcast.category, ())
        self._worker = worker
        self.calls = worker.calls(broadcast.number)
        weights = [_items(message) for message in self._messages]
        whole = sum(weights)
        self.chats_a_second = 1 / (max(1, whole) if whole <= AT_ONCE_IN_A_CHAT else max(weights))

    async def take(self, work: Work, after: int, limit: int) -> list[Recipient]:
        return await work.of(Ledger).take(self._number, after, limit)

    async def exclude(self, work: Work, taken: Sequence[Recipient]) -> set[int]:
        """The rows of those left out: who has opted out since, is gone, or can't be reached any more."""
        return await work.of(Ledger).exclude(self._number, taken, self._still)

    async def do(self, recipient: Recipient) -> Done:
        delivered = _Delivered(recipient)
        try:
            self.calls.require_free(recipient.chat_id)
            for message in delivered.missing(self._messages):
                call = message.call | {"chat_id": recipient.chat_id}
                result = await self.calls.perform(recipient.chat_id, message.method, call, uncertain=delivered.perhaps)
                delivered.add(result)
        except (NoMorePermitsError, ChatRestsError):
            return delivered.later()
        except CallFailedError as error:
            if error.unreachable:
                self._worker.mark_unreachable(recipient.chat_id, str(error))
            return delivered.refused(Fate.BLOCKED if error.unreachable else Fate.FAILED, str(error))
        return delivered.whole()

    def failed(self, recipient: Recipient, error: str) -> Done:
        return _Delivered(recipient).refused(Fate.FAILED, error)

    def counted(self, fates: Mapping[Fate, int]) -> dict[str, int]:
        counters = {Fate.SENT: "sent", Fate.BLOCKED: "blocked", Fate.FAILED: "failed"}
        return {name: fates[fate] for fate, name in counters.items() if fates.get(fate)}

    def ends_as(self, broadcast: Broadcast) -> State:
        return State.PARTLY if broadcast.failed or broadcast.left else State.DONE


class _Delivered:
    """How far one recipient has got, also over interruptions: the numbers of what arrived are kept in the ledger."""

    def __init__(self, recipient: Recipient) -> None:
        self._recipient = recipient
        self._ids = list(recipient.message_ids)
        self._perhaps_twice = False

    def missing(self, messages: list[Composed]) -> list[Composed]:
        """Those behind what arrived before."""
        arrived = len(self._ids)
        for place, message in enumerate(messages):
            if arrived < _items(message):
                return messages[place:]
            arrived -= _items(message)
        return []

    def add(self, result: Any) -> None:
        """Raises CallFailedError for an answer that doesn't say which messages were sent; those before are kept."""
        try:
            self._ids += [int(one["message_id"]) for one in (result if isinstance(result, list) else [result])]
        except (KeyError, TypeError, ValueError) as error:
            raise CallFailedError("an answer without the number of a message") from error

    def perhaps(self) -> None:
        self._perhaps_twice = True

    def later(self) -> Done:
        return self._done(Fate.WAITING)

    def whole(self) -> Done:
        return self._done(Fate.SENT)

    def refused(self, fate: Fate, error: str) -> Done:
        return self._done(fate, error)

    def _done(self, fate: Fate, error: str | None = None) -> Done:
        outcome = Outcome(self._recipient.user_id, fate, tuple(self._ids) or None, error)
        return Done(self._recipient, outcome, self._perhaps_twice)


class Deleting:
    taken, untaken, running = Fate.DELETING, Fate.SENT, State.DELETING
    left: tuple[Fate, ...] = (Fate.DELETING,)
    chats_a_second = 1.0

    def __init__(self, broadcast: Broadcast, worker: Services) -> None:
        self._number = broadcast.number
        self.calls = worker.calls(broadcast.number)

    async def take(self, work: Work, after: int, limit: int) -> list[Recipient]:
        return await work.of(Ledger).take_to_delete(self._number, after, limit)

    async def exclude(self, work: Work, taken: Sequence[Recipient]) -> set[int]:
        """Nobody: what somebody has got is deleted, whatever they have chosen since."""
        del work, taken
        return set()

    async def do(self, recipient: Recipient) -> Done:
        """What can't be deleted stays as it was. What is left undone stays taken, and is come back to.

        Who had got only a part stays what they were as well, without messages: they count as that.
        """
        if recipient.chat_id == NOBODY:  # erased since they were taken
            return Done(recipient, Outcome(recipient.user_id, recipient.before))
        call = {"chat_id": recipient.chat_id, "message_ids": list(recipient.message_ids)}
        try:
            await self.calls.perform(recipient.chat_id, "deleteMessages", call, uncertain=lambda: None)
        except (NoMorePermitsError, ChatRestsError):
            return Done(recipient, Outcome(recipient.user_id, Fate.DELETING))
        except CallFailedError as error:
            return self.failed(recipient, str(error))
        fate = Fate.DELETED if recipient.before is Fate.SENT else recipient.before
        return Done(recipient, Outcome(recipient.user_id, fate, None if fate is Fate.DELETED else ()))

    def failed(self, recipient: Recipient, error: str) -> Done:
        return Done(recipient, Outcome(recipient.user_id, recipient.before, error=error))

    def counted(self, fates: Mapping[Fate, int]) -> dict[str, int]:
        return {"deleted": fates[Fate.DELETED]} if fates.get(Fate.DELETED) else {}

    def ends_as(self, _: Broadcast) -> State:
        return State.DELETED


def _messages_of(broadcast: Broadcast) -> list[Composed]:
    """What is sent. Of a cancelled one nothing is, and there may be nothing that this version can read."""
    if broadcast.state is State.CANCELLED:
        return []
    messages = composed(broadcast.content, 0)
    if not messages:
        raise NothingToSendError(broadcast.number)
    return messages


def _items(message: Composed) -> int:
    """How many messages Telegram makes of it: an album is one for each of its items."""
    media = message.call.get("media")
    return max(1, len(media)) if isinstance(media, list) else 1
