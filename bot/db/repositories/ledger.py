"""A broadcast's ledger: a row a recipient, taken in the order of `user_id`, so that no more than a batch is read."""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from sqlalchemy import BigInteger, ColumnElement, any_, func, insert, literal, select, text, update
from sqlalchemy.ext.asyncio import AsyncSession

from bot.db.arrays import bigints
from bot.db.models import BroadcastRecipient as Row
from bot.db.models import User
from bot.db.repositories.audience import Conditions


class Fate(StrEnum):
    WAITING = "waiting"
    SENDING = "sending"
    SENT = "sent"
    BLOCKED = "blocked"  # or can't be reached otherwise
    FAILED = "failed"
    DELETING = "deleting"
    DELETED = "deleted"


@dataclass(frozen=True, slots=True)
class Recipient:
    user_id: int  # the row of `users`
    chat_id: int
    message_ids: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one recipient."""

    user_id: int
    fate: Fate
    message_ids: tuple[int, ...] = ()
    error: str | None = None


_RECORD = text("""
UPDATE broadcast_recipients AS r
SET state = o.state, error = o.error, at = now(),
    message_ids = coalesce(CAST(string_to_array(o.message_ids, ',') AS bigint[]), r.message_ids)
FROM unnest(
    CAST(:user_ids AS bigint[]), CAST(:fates AS text[]), CAST(:errors AS text[]), CAST(:message_ids AS text[])
) AS o (user_id, state, error, message_ids)
WHERE r.broadcast_id = :number AND r.user_id = o.user_id AND r.state = :was
RETURNING r.state
""")


class Ledger:
    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def list_people(self, number: int, who: Conditions, after: int, up_to: int) -> int:
        """Put those into it whose rows in `users` are numbered in (after, up_to]; returns how many."""
        people = select(literal(number, BigInteger), User.id, User.telegram_id)
        people = people.where(User.id > after, User.id <= up_to, *who).order_by(User.id)
        listed = insert(Row).from_select(["broadcast_id", "user_id", "telegram_id"], people)
        counted = listed.returning(literal(1)).cte()
        return await self._session.scalar(select(func.count()).select_from(counted)) or 0

    async def take(self, number: int, after: int, limit: int) -> list[Recipient]:
        """The next who wait, behind row `after`, marked as being sent to."""
        return await self._take(number, Fate.WAITING, Fate.SENDING, after, limit)

    async def take_to_delete(self, number: int, after: int, limit: int, younger_than: timedelta) -> list[Recipient]:
        """The next whose messages can still be deleted, marked as being deleted."""
        return await self._take(number, Fate.SENT, Fate.DELETING, after, limit, Row.at > func.now() - younger_than)

    async def under_way(self, number: int, fate: Fate) -> list[Recipient]:
        """Whom a term that has ended was sending to, or deleting from."""
        found = select(Row.user_id, Row.telegram_id, Row.message_ids)
        rows = await self._session.execute(
            found.where(Row.broadcast_id == number, Row.state == fate).order_by(Row.user_id)
        )
        return [_recipient(*row) for row in rows]

    async def give_back(self, number: int, user_ids: Collection[int], *, was: Fate, becomes: Fate) -> None:
        """Undo the taking of these, to whom nothing was done."""
        mine = (Row.broadcast_id == number, Row.user_id == any_(bigints(user_ids)), Row.state == was)
        await self._session.execute(update(Row).where(*mine).values(state=becomes))

    async def record(self, number: int, outcomes: Sequence[Outcome], *, was: Fate) -> Counter[Fate]:
        """Write down what became of those who were taken; returns how many of each, without what was known before."""
        rows = await self._session.scalars(
            _RECORD,
            {
                "number": number,
                "was": was,
                "user_ids": [outcome.user_id for outcome in outcomes],
                "fates": [outcome.fate.value for outcome in outcomes],
                "errors": [outcome.error for outcome in outcomes],
                "message_ids": [",".join(map(str, outcome.message_ids)) or None for outcome in outcomes],
            },
        )
        return Counter(Fate(fate) for fate in rows)

    async def failures(self, number: int, after: int, limit: int) -> list[tuple[int, int, str, str]]:
        """Who did not get it, behind row `after`: (row, Telegram id, what became of it, Telegram's words)."""
        found = select(Row.user_id, Row.telegram_id, Row.state, func.coalesce(Row.error, ""))
        missed = found.where(
            Row.broadcast_id == number, Row.user_id > after, Row.state.in_((Fate.FAILED, Fate.BLOCKED))
        )
        rows = await self._session.execute(missed.order_by(Row.user_id).limit(limit))
        return [(row[0], row[1], row[2], row[3]) for row in rows]

    async def _take(
        self, number: int, was: Fate, becomes: Fate, after: int, limit: int, *besides: ColumnElement[bool]
    ) -> list[Recipient]:
        waiting = (Row.broadcast_id == number, Row.state == was, Row.user_id > after, *besides)
        following = select(Row.user_id).where(*waiting).order_by(Row.user_id).limit(limit)
        taken = update(Row).where(Row.broadcast_id == number, Row.user_id.in_(following)).values(state=becomes)
        rows = await self._session.execute(taken.returning(Row.user_id, Row.telegram_id, Row.message_ids))
        return sorted((_recipient(*row) for row in rows), key=lambda recipient: recipient.user_id)


def _recipient(user_id: int, telegram_id: int, message_ids: Sequence[int] | None) -> Recipient:
    return Recipient(user_id, telegram_id, tuple(message_ids or ()))
