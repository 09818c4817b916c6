"""What is said unasked: put into the outbox, in the transaction of whatever it is about."""

from collections.abc import Iterable
from typing import Any, ClassVar, Protocol

from bot.db.tables.outbox import NewMessage, Outbox
from bot.db.unit_of_work import Work


class Postable(Protocol):
    """A message, as `outgoing.messages` has them."""

    kind: ClassVar[str]

    @property
    def chat_id(self) -> int: ...

    def parameters(self) -> dict[str, Any]: ...


async def post(work: Work, bot_id: int, messages: Iterable[Postable]) -> None:
    """Have them sent as soon as this is committed."""
    rows = [NewMessage(message.chat_id, message.kind, message.parameters()) for message in messages]
    if rows:
        await work.of(Outbox).add(bot_id, rows)
        await work.wake(bot_id)
