"""Background parts: a feature's work beside its handlers while the worker leads, such as sending broadcasts."""

import asyncio
from collections.abc import Callable, Hashable, Iterable, Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Protocol, TypeVar

from bot.db.tables.outbox import Unsent
from bot.db.unit_of_work import UnitOfWork

T = TypeVar("T")

Announce = Callable[[Iterable[Unsent]], None]
"""Takes the messages that a transaction has written to the outbox."""


class Calls(Protocol):
    """A flow of calls to Telegram. Flows share the rate that replies leave equally."""

    def interrupt(self) -> None:
        """Begin no further calls. Those that wait for a permit or their next try raise NoMorePermitsError."""

    def resume(self) -> None:
        """Begin calls again."""

    def require_free(self, chat_id: int) -> None:
        """Raise ChatRestsError if the chat rests so long that others should go first."""

    async def perform(
        self, chat_id: int, method: str, call: Mapping[str, object], *, uncertain: Callable[[], None]
    ) -> object:
        """Call a method with a permit, with retries, and return its result.

        `uncertain` is called when Telegram may have carried out a try without answering.
        Raises CallFailedError, ChatRestsError and NoMorePermitsError; and LeadershipLostError before a try.
        """


class Services(Protocol):
    """The worker's services for a background part during one term of leadership."""

    @property
    def bot_id(self) -> int:
        """The bot's id."""

    @property
    def epoch(self) -> int:
        """The number of the term."""

    @property
    def unit_of_work(self) -> UnitOfWork:
        """Opens transactions."""

    @property
    def tasks(self) -> asyncio.TaskGroup:
        """The owner of the part's tasks. An exception in one of them ends the term."""

    def check_leads(self) -> None:
        """Raise LeadershipLostError if this worker no longer leads. Call it at the end of a transaction."""

    def calls(self, flow: Hashable) -> Calls:
        """The calls of a flow."""

    async def try_once(self, chat_id: int, method: str, call: Mapping[str, object]) -> None:
        """Call a method once if the chat is free now. Raises as `Calls.perform` does."""

    def chat_wait(self, chat_id: int) -> float:
        """Seconds until this chat is free; inf while that depends on a pending answer."""

    def flood_wait(self) -> float:
        """Seconds left of a flood wait for all chats."""

    def mark_unreachable(self, chat_id: int, reason: str) -> None:
        """Record that a recipient can't be reached, if Telegram's reason says so."""

    def send_after_commit(self) -> AbstractAsyncContextManager[Announce]:
        """A block whose announced messages are sent when it ends without an exception."""

    def carried_over(self, kind: type[T]) -> T:
        """The object of this class from the worker's previous term; a new one if another worker led since."""


@dataclass(frozen=True, slots=True)
class BackgroundDeps:
    """The dependencies of a background part."""

    worker: Services
    owners: frozenset[int]
    messages_per_second: float  # 0: no limit


class BackgroundPart(Protocol):
    """Runs for one term."""

    async def run(self) -> None:
        """Work until cancelled."""

    def wake(self) -> None:
        """Read the tables again, since a handler or another process may have changed them."""

    def stop_new_work(self) -> None:
        """Begin nothing new. Called before `close`, while permits are still given."""

    async def close(self) -> None:
        """Wait until everything begun is done and recorded."""


MakeBackgroundPart = Callable[[BackgroundDeps], BackgroundPart]
"""Makes the part for a term."""
