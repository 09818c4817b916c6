"""Dead letters: what could not be read, handled or sent."""

from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import insert
from sqlalchemy.ext.asyncio import AsyncSession

from bot.db.models import DeadLetter
from bot.db.text import storable


class Origin(StrEnum):
    UPDATE = "update"
    MESSAGE = "message"


@dataclass(frozen=True, slots=True)
class NewDeadLetter:
    """Why something went no further, and the thing itself."""

    origin: Origin
    payload: bytes
    reason: str
    update_id: int | None = None
    chat_id: int | None = None
    kind: str | None = None
    traceback: str | None = None


class DeadLetters:
    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def add(self, bot_id: int, letter: NewDeadLetter) -> int:
        """Keep it; returns its number."""
        row = insert(DeadLetter).values(
            bot_id=bot_id,
            origin=letter.origin.value,
            update_id=letter.update_id,
            chat_id=letter.chat_id,
            kind=letter.kind,
            payload=letter.payload,
            reason=storable(letter.reason),
            traceback=storable(letter.traceback),
        )
        return (await self._session.execute(row.returning(DeadLetter.id))).scalar_one()
