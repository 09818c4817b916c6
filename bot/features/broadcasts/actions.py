"""The two actions on a recipient of a broadcast: send its messages, or delete them again."""

import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from bot.db.redaction import NOBODY
from bot.db.unit_of_work import Work
from bot.errors import BotError, CallFailedError, ChatRestsError, NoMorePermitsError
from bot.features.broadcasts.composing import composed
from bot.features.broadcasts.repository import audience
from bot.features.broadcasts.repository.audience import Audience
from bot.features.broadcasts.repository.broadcasts import Broadcast, State
from bot.features.broadcasts.repository.recipients import DeliveryStatus, Outcome, Recipient, Recipients
from bot.framework.background import Calls, Services
from bot.messages import Composed, Edit, Message

AT_ONCE_IN_A_CHAT = 3  # messages that a private chat takes within a second


@dataclass(frozen=True, slots=True)
class Done:
    """The outcome for one recipient, and whether they may have got something twice."""

    recipient: Recipient
    outcome: Outcome
    perhaps_twice: bool = False
    at: float = field(default_factory=time.monotonic)  # by the monotonic clock


class Unrecorded(dict[tuple[int, DeliveryStatus], list[Done]]):
    """Outcomes that aren't recorded yet, by broadcast and status in progress."""


Progress = Callable[[Broadcast, float | None], Edit | None]
"""Makes the edit that shows progress, given the recipients done per second; None if no message shows it."""
Report = Callable[[Work, Broadcast], Awaitable[Sequence[Message]]]
"""Makes the report on a broadcast, in the transaction that ends it."""


@dataclass(frozen=True, slots=True)
class SenderDeps:
    """Dependencies that all broadcasts of a term share."""

    worker: Services
    owners: frozenset[int]
    progress: Progress
    report: Report
    messages_at_once: int  # to recipients in hand: a second's worth


class RecipientAction(Protocol):
    """An action that is done to one recipient after another."""

    in_progress: DeliveryStatus
    """The status of recipients in a batch."""
    released: DeliveryStatus
    """Their status once they are taken out of a batch again."""
    unfinished: tuple[DeliveryStatus, ...]
    """Statuses that keep the broadcast from being over."""
    broadcast_state: State
    """The broadcast's state meanwhile."""
    recipients_per_message: float
    """The number of recipients that one message a second can serve."""
    calls: Calls

    async def take(self, work: Work, after: int, limit: int) -> list[Recipient]: ...
    async def exclude(self, work: Work, taken: Sequence[Recipient]) -> set[int]: ...
    async def do(self, recipient: Recipient) -> Done: ...
    def failed(self, recipient: Recipient, error: str) -> Done: ...
    def counters(self, statuses: Mapping[DeliveryStatus, int]) -> dict[str, int]: ...
    def final_state(self, broadcast: Broadcast) -> State: ...


class NothingToSendError(BotError):
    """The broadcast has no content: its author was erased, or a newer version keeps it elsewhere."""

    def __init__(self, number: int) -> None:
        super().__init__(f"broadcast {number} has nothing to send")


class Sending:
    in_progress, released, broadcast_state = DeliveryStatus.SENDING, DeliveryStatus.WAITING, State.RUNNING
    unfinished: tuple[DeliveryStatus, ...] = (DeliveryStatus.WAITING, DeliveryStatus.SENDING)

    def __init__(self, broadcast: Broadcast, worker: Services) -> None:
        self._number = broadcast.number
        self._messages = _messages_of(broadcast)
        self._still = audience.conditions(Audience(), broadcast.category, ())
        self._worker = worker
        self.calls = worker.calls(("broadcast", broadcast.number))
        weights = [_items(message) for message in self._messages]
        whole = sum(weights)
        self.recipients_per_message = 1 / (max(1, whole) if whole <= AT_ONCE_IN_A_CHAT else max(weights))

    async def take(self, work: Work, after: int, limit: int) -> list[Recipient]:
        return await work.of(Recipients).take(self._number, after, limit)

    async def exclude(self, work: Work, taken: Sequence[Recipient]) -> set[int]:
        """Rows of recipients who have opted out since, are gone, or can't be reached any more."""
        return await work.of(Recipients).exclude(self._number, taken, self._still)

    async def do(self, recipient: Recipient) -> Done:
        delivery = _PartialDelivery(recipient)
        try:
            self.calls.require_free(recipient.chat_id)
            for message in delivery.missing(self._messages):
                chat_id, call = recipient.chat_id, {**message.call, "chat_id": recipient.chat_id}
                delivery.add(await self.calls.perform(chat_id, message.method, call, uncertain=delivery.mark_uncertain))
        except (NoMorePermitsError, ChatRestsError):
            return delivery.done(DeliveryStatus.WAITING)
        except CallFailedError as error:
            if error.unreachable:
                self._worker.mark_unreachable(recipient.chat_id, str(error))
            return delivery.done(DeliveryStatus.BLOCKED if error.unreachable else DeliveryStatus.FAILED, str(error))
        return delivery.done(DeliveryStatus.SENT)

    def failed(self, recipient: Recipient, error: str) -> Done:
        return _PartialDelivery(recipient).done(DeliveryStatus.FAILED, error)

    def counters(self, statuses: Mapping[DeliveryStatus, int]) -> dict[str, int]:
        counters = {DeliveryStatus.SENT: "sent", DeliveryStatus.BLOCKED: "blocked", DeliveryStatus.FAILED: "failed"}
        return {name: statuses[status] for status, name in counters.items() if statuses.get(status)}

    def final_state(self, broadcast: Broadcast) -> State:
        return State.PARTLY if broadcast.failed or broadcast.left else State.DONE


class _PartialDelivery:
    """The messages that one recipient has got so far. Their ids are kept in the row, over interruptions too."""

    def __init__(self, recipient: Recipient) -> None:
        self._recipient = recipient
        self._ids = list(recipient.message_ids)
        self._perhaps_twice = False

    def missing(self, messages: list[Composed]) -> list[Composed]:
        """The messages after those that have arrived."""
        arrived = len(self._ids)
        for index, message in enumerate(messages):
            if arrived < _items(message):
                return messages[index:]
            arrived -= _items(message)
        return []

    def add(self, result: object) -> None:
        """Raises CallFailedError for an answer that doesn't say which messages were sent; those before are kept."""
        messages = result if isinstance(result, list) else [result]
        ids = [
            one["message_id"] for one in messages if isinstance(one, dict) and isinstance(one.get("message_id"), int)
        ]
        if len(ids) < len(messages):
            raise CallFailedError("an answer without the number of a message")
        self._ids += ids

    def mark_uncertain(self) -> None:
        self._perhaps_twice = True

    def done(self, status: DeliveryStatus, error: str | None = None) -> Done:
        outcome = Outcome(self._recipient.user_id, status, tuple(self._ids) or None, error)
        return Done(self._recipient, outcome, self._perhaps_twice)


class Deleting:
    in_progress, released, broadcast_state = DeliveryStatus.DELETING, DeliveryStatus.SENT, State.DELETING
    unfinished: tuple[DeliveryStatus, ...] = (DeliveryStatus.DELETING,)
    recipients_per_message = 1.0

    def __init__(self, broadcast: Broadcast, worker: Services) -> None:
        self._number = broadcast.number
        self.calls = worker.calls(("broadcast", broadcast.number))

    async def take(self, work: Work, after: int, limit: int) -> list[Recipient]:
        return await work.of(Recipients).take_to_delete(self._number, after, limit)

    async def exclude(self, work: Work, taken: Sequence[Recipient]) -> set[int]:
        """Exclude nobody: messages are deleted whatever a recipient has chosen since."""
        del work, taken
        return set()

    async def do(self, recipient: Recipient) -> Done:
        """Delete their messages. If Telegram refuses that, their status goes back to what it was.

        A recipient who got only a part of the messages keeps their status too, and loses the messages.
        """
        if recipient.chat_id == NOBODY:  # erased meanwhile
            return Done(recipient, Outcome(recipient.user_id, recipient.before))
        call = {"chat_id": recipient.chat_id, "message_ids": list(recipient.message_ids)}
        try:
            await self.calls.perform(recipient.chat_id, "deleteMessages", call, uncertain=lambda: None)
        except (NoMorePermitsError, ChatRestsError):
            return Done(recipient, Outcome(recipient.user_id, DeliveryStatus.DELETING))
        except CallFailedError as error:
            return self.failed(recipient, str(error))
        status = DeliveryStatus.DELETED if recipient.before is DeliveryStatus.SENT else recipient.before
        return Done(recipient, Outcome(recipient.user_id, status, None if status is DeliveryStatus.DELETED else ()))

    def failed(self, recipient: Recipient, error: str) -> Done:
        return Done(recipient, Outcome(recipient.user_id, recipient.before, error=error))

    def counters(self, statuses: Mapping[DeliveryStatus, int]) -> dict[str, int]:
        return {"deleted": statuses[DeliveryStatus.DELETED]} if statuses.get(DeliveryStatus.DELETED) else {}

    def final_state(self, _: Broadcast) -> State:
        return State.DELETED


def _messages_of(broadcast: Broadcast) -> list[Composed]:
    """The messages to send; none of a cancelled broadcast, which this version may not even be able to read."""
    if broadcast.state is State.CANCELLED:
        return []
    messages = composed(broadcast.content, 0)
    if not messages:
        raise NothingToSendError(broadcast.number)
    return messages


def _items(message: Composed) -> int:
    """The number of messages that Telegram makes of it: an album is one for each item."""
    media = message.call.get("media")
    return max(1, len(media)) if isinstance(media, list) else 1
