"""What is done to each recipient of a broadcast: its messages are sent, or deleted again."""

import asyncio
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Protocol

from telegram.error import (
    BadRequest,
    ChatMigrated,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
)

from bot.db.repositories.broadcasts import Broadcast, State
from bot.db.repositories.ledger import Fate, Outcome, Recipient
from bot.db.uow import Work
from bot.errors import NoMoreTurnsError
from bot.outgoing.messages import composed
from bot.outgoing.parts import without_the_refused_part
from bot.outgoing.refusals import Refusal, refusal_of
from bot.outgoing.transport import Api, back_off, never_left
from bot.outgoing.turns import Turns
from bot.outgoing.weights import paid, weight

TRIES = 10  # of a call that Telegram answers with an error of its own or not at all
LONGEST_BACK_OFF = 30.0  # seconds
LATER_AFTER = 1.0  # seconds; whose chat rests for longer is come back to, and others go first
DELETABLE_FOR = timedelta(hours=48)
"""Source: Bot API, deleteMessage."""


@dataclass(frozen=True)
class Means:
    """What a job works with."""

    api: Api
    turns: Turns
    check: Callable[[], None]  # raises LeadershipLostError once this worker leads no longer
    gets_through: Callable[[], bool]  # whether Telegram answers others just now
    mark: Callable[[int, Refusal], None]  # a person who can't be reached


@dataclass(frozen=True, slots=True)
class Done:
    """What became of a recipient, and whether they may have got it twice; without an outcome nothing was begun."""

    recipient: Recipient
    outcome: Outcome | None
    perhaps_twice: bool = False


class Job(Protocol):
    taken: Fate
    """What a recipient is while it is done to them."""
    untaken: Fate
    weight: int
    """How many messages it takes for one recipient."""
    running: State

    async def take(self, work: Work, after: int, limit: int) -> list[Recipient]: ...
    async def do(self, recipient: Recipient) -> Done: ...
    def counted(self, fates: Mapping[Fate, int]) -> dict[str, int]: ...
    def ends_as(self, broadcast: Broadcast) -> State: ...


class Sending:
    taken, untaken, running = Fate.SENDING, Fate.WAITING, State.RUNNING

    def __init__(self, broadcast: Broadcast, means: Means) -> None:
        self._number = broadcast.number
        self._content = broadcast.content
        self._means = means
        self.weight = sum(weight(one.method, one.call) for one in composed(self._content, 0)) or 1

    async def take(self, work: Work, after: int, limit: int) -> list[Recipient]:
        return await work.ledger.take(self._number, after, limit)

    async def do(self, recipient: Recipient) -> Done:
        if LATER_AFTER < self._means.turns.rest(recipient.chat_id) < math.inf:
            return Done(recipient, Outcome(recipient.user_id, Fate.WAITING))
        message_ids: list[int] = []
        twice = False
        try:
            for message in composed(self._content, recipient.chat_id):
                call = message.call | {"chat_id": recipient.chat_id}
                found, uncertain = await self._perform(recipient, message.method, call)
                message_ids += found
                twice = twice or uncertain
        except NoMoreTurnsError:
            return Done(recipient, None) if not message_ids else self._sent(recipient, message_ids, twice=twice)
        except TelegramError as error:
            return Done(recipient, self._refused(recipient, error, message_ids), twice)
        return self._sent(recipient, message_ids, twice=twice)

    def counted(self, fates: Mapping[Fate, int]) -> dict[str, int]:
        counters = {Fate.SENT: "sent", Fate.BLOCKED: "blocked", Fate.FAILED: "failed"}
        return {name: fates[fate] for fate, name in counters.items() if fates.get(fate)}

    def ends_as(self, broadcast: Broadcast) -> State:
        return State.PARTLY if broadcast.failed else State.DONE

    def _sent(self, recipient: Recipient, message_ids: Sequence[int], *, twice: bool) -> Done:
        return Done(recipient, Outcome(recipient.user_id, Fate.SENT, tuple(message_ids)), twice)

    def _refused(self, recipient: Recipient, error: TelegramError, message_ids: Sequence[int]) -> Outcome:
        refusal = refusal_of(error.message, recipient.chat_id)
        if refusal is not None:
            self._means.mark(recipient.chat_id, refusal)
        fate = Fate.FAILED if refusal is None else Fate.BLOCKED
        return Outcome(recipient.user_id, fate, tuple(message_ids), error.message)

    async def _perform(self, recipient: Recipient, method: str, call: dict[str, Any]) -> tuple[list[int], bool]:
        """The numbers of what was sent, and whether it may be there twice. Raises what Telegram says for good."""
        failures, uncertain = 0, False
        while True:
            try:
                return await self._once(recipient, method, call), uncertain
            except RetryAfter:  # the turn has told everyone who has to wait, and the next one comes after that
                continue
            except (BadRequest, ChatMigrated, Forbidden, InvalidToken) as error:  # BadRequest is a NetworkError, too
                shortened = without_the_refused_part(method, call, error.message)
                if shortened is None:
                    raise
                call = shortened
            except NetworkError as error:
                failures, uncertain = failures + 1, uncertain or not never_left(error)
                if failures >= TRIES and self._means.gets_through():
                    raise
                await asyncio.sleep(back_off(failures, longest=LONGEST_BACK_OFF))

    async def _once(self, recipient: Recipient, method: str, call: dict[str, Any]) -> list[int]:
        turn = self._means.turns.turn(recipient.chat_id, share=self._number, weight=weight(method, call))
        async with turn as given:
            self._means.check()
            result = await self._means.api.perform(method, call | (paid(method) if given.paid else {}))
        return [int(one["message_id"]) for one in (result if isinstance(result, list) else [result])]


class Deleting:
    taken, untaken, running, weight = Fate.DELETING, Fate.SENT, State.DELETING, 1

    def __init__(self, broadcast: Broadcast, means: Means) -> None:
        self._number = broadcast.number
        self._means = means

    async def take(self, work: Work, after: int, limit: int) -> list[Recipient]:
        return await work.ledger.take_to_delete(self._number, after, limit, DELETABLE_FOR)

    async def do(self, recipient: Recipient) -> Done:
        """What can't be deleted stays as it is: sent."""
        call = {"chat_id": recipient.chat_id, "message_ids": list(recipient.message_ids)}
        failures = 0
        while True:
            try:
                async with self._means.turns.turn(recipient.chat_id, share=self._number):
                    self._means.check()
                    await self._means.api.perform("deleteMessages", call)
                return Done(recipient, Outcome(recipient.user_id, Fate.DELETED))
            except NoMoreTurnsError:
                return Done(recipient, None)
            except RetryAfter:
                continue
            except (BadRequest, Forbidden, InvalidToken) as error:
                return Done(recipient, Outcome(recipient.user_id, Fate.SENT, error=error.message))
            except TelegramError as error:
                failures += 1
                if failures >= TRIES and self._means.gets_through():
                    return Done(recipient, Outcome(recipient.user_id, Fate.SENT, error=error.message))
                await asyncio.sleep(back_off(failures, longest=LONGEST_BACK_OFF))

    def counted(self, fates: Mapping[Fate, int]) -> dict[str, int]:
        return {"deleted": fates[Fate.DELETED]} if fates.get(Fate.DELETED) else {}

    def ends_as(self, _: Broadcast) -> State:
        return State.DELETED
