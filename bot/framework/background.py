"""Background parts: work that a feature does beside its handlers while the worker leads, such as broadcasts."""

import asyncio
from collections.abc import Callable, Hashable, Iterable, Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Protocol, TypeVar

from bot.db.tables.outbox import Unsent
from bot.db.unit_of_work import UnitOfWork

T = TypeVar("T")

Announce = Callable[[Iterable[Unsent]], None]
"""Announces messages that a transaction writes to the outbox."""


class Calls(Protocol):
    """One flow's calls to Telegram. Flows share equally the part of the rate that replies leave."""

    def interrupt(self) -> None:
        """Begin no further calls. Those that wait for a permit or a retry raise NoMorePermitsError."""

    def resume(self) -> None:
        """Begin calls again."""

    def require_free(self, chat_id: int) -> None:
        """Raise ChatRestsError if the chat has to wait so long that others should go first."""

    async def perform(
        self, chat_id: int, method: str, call: Mapping[str, object], *, uncertain: Callable[[], None]
    ) -> object:
        """Call a method with a permit, retry while its errors are worth it, and return its result.

        `uncertain` is called when Telegram may have carried out a call without answering it.
        Raises CallFailedError, ChatRestsError and NoMorePermitsError; also LeadershipLostError before a try.
        """


class Services(Protocol):
    """The worker's services for a background part during one term of leadership."""

    @property
    def bot_id(self) -> int: ...
    @property
    def epoch(self) -> int:
        """The number of the term."""

    @property
    def unit_of_work(self) -> UnitOfWork: ...
    @property
    def tasks(self) -> asyncio.TaskGroup:
        """Owns the part's tasks; an exception in one of them ends the term."""

    def check_leads(self) -> None:
        """Raise LeadershipLostError if this worker no longer leads. Call it last in a transaction."""

    def calls(self, flow: Hashable) -> Calls: ...

    async def try_once(self, chat_id: int, method: str, call: Mapping[str, object]) -> None:
        """Call a method once if the chat is free now. Raises the same errors as `Calls.perform`."""

    def chat_wait(self, chat_id: int) -> float:
        """Seconds until this chat is free; infinite while that depends on a pending answer."""

    def flood_wait(self) -> float:
        """Seconds left of a flood wait for all chats."""

    def mark_unreachable(self, chat_id: int, reason: str) -> None:
        """Have the recipient marked according to the reason for a refusal."""

    def send_after_commit(self) -> AbstractAsyncContextManager[Announce]:
        """Yield `announce`. Messages announced in the block's transaction are sent if the block succeeds."""

    def carried_over(self, kind: type[T]) -> T:
        """This worker's object of this class from its last term, or a new one if another worker has led since."""


@dataclass(frozen=True, slots=True)
class Deps:
    """The dependencies of a background part."""

    worker: Services
    owners: frozenset[int]
    messages_per_second: float  # 0: no limit


class BackgroundPart(Protocol):
    """Runs for one term."""

    async def run(self) -> None:
        """Work until cancelled."""

    def wake(self) -> None:
        """Check the tables: a handler or another process may have changed something."""

    def stop_new_work(self) -> None:
        """Begin nothing more. Called before `close`, while permits are still given."""

    async def close(self) -> None:
        """Wait until work in progress is done and recorded."""


MakeBackgroundPart = Callable[[Deps], BackgroundPart]
