"""Background parts: what a feature does beside its handlers for as long as the worker leads, such as broadcasts."""

import asyncio
from collections.abc import Callable, Hashable, Iterable, Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Protocol, TypeVar

from bot.db.tables.outbox import Unsent
from bot.db.unit_of_work import UnitOfWork

T = TypeVar("T")

Announce = Callable[[Iterable[Unsent]], None]
"""Names the messages that a transaction has written to the outbox."""


class Calls(Protocol):
    """Calls to Telegram of one flow. Flows share in equal parts what replies leave of the rate."""

    def interrupt(self) -> None:
        """Begin no further call: what waits for a permit or for its next try raises NoMorePermitsError."""

    def resume(self) -> None:
        """Begin calls again."""

    def require_free(self, chat_id: int) -> None:
        """Raise ChatRestsError if the chat rests for so long that others should go first."""

    async def perform(
        self, chat_id: int, method: str, call: Mapping[str, object], *, uncertain: Callable[[], None]
    ) -> object:
        """Call a method with a permit, as often as its errors are worth another try; returns its result.

        `uncertain` is called when a try may have been done without an answer.
        Raises CallFailedError, ChatRestsError and NoMorePermitsError; and LeadershipLostError before a try.
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
        """Raise LeadershipLostError once this worker leads no longer. Call it last in a transaction."""

    def calls(self, flow: Hashable) -> Calls: ...

    async def try_once(self, chat_id: int, method: str, call: Mapping[str, object]) -> None:
        """Call a method if the chat is free now, without a second try. Raises as `Calls.perform` does."""

    def chat_wait(self, chat_id: int) -> float:
        """Seconds until this chat is free; inf while that depends on an answer to come."""

    def flood_wait(self) -> float:
        """Seconds that are left of a flood wait that holds for all chats."""

    def mark_unreachable(self, chat_id: int, reason: str) -> None:
        """Have written down what a refusal says about its recipient."""

    def send_after_commit(self) -> AbstractAsyncContextManager[Announce]:
        """Yields `announce`. What is announced inside the block's transaction is sent when the block ends well."""

    def carried_over(self, kind: type[T]) -> T:
        """The object of this class from this worker's last term; a new one if another worker led since."""


@dataclass(frozen=True, slots=True)
class Deps:
    """The dependencies of a background part."""

    worker: Services
    owners: frozenset[int]
    messages_per_second: float  # 0: no limit


class BackgroundPart(Protocol):
    """Runs for one term."""

    async def run(self) -> None:
        """Work until this is cancelled."""

    def wake(self) -> None:
        """Look into the tables: a handler or another process may have changed something."""

    def stop_new_work(self) -> None:
        """Begin nothing more. Called while permits are still given, before `close`."""

    async def close(self) -> None:
        """Wait until what has begun is done and recorded."""


MakeBackgroundPart = Callable[[Deps], BackgroundPart]
