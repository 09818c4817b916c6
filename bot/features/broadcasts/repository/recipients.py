"""A broadcast's ledger: a row a recipient, taken in the order of `user_id`, so that no more than a batch is read."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, any_, func, insert, literal, select, text, update

from bot.db.arrays import bigints
from bot.db.base import Repository
from bot.db.redaction import NOBODY
from bot.db.tables.users import User
from bot.db.text import storable
from bot.features.broadcasts.models import BroadcastRecipient as Row
from bot.features.broadcasts.repository.audience import Conditions

DELETABLE_FOR = timedelta(hours=48)
"""How long Telegram lets a bot delete what it sent. Source: Bot API, deleteMessage."""


class Fate(StrEnum):
    WAITING = "waiting"
    SENDING = "sending"
    SENT = "sent"
    BLOCKED = "blocked"  # or can't be reached otherwise
    FAILED = "failed"
    EXCLUDED = "excluded"  # opted out, was banned or could not be reached any more when their turn came
    DELETING = "deleting"
    DELETED = "deleted"


MAY_HAVE_SOME = (Fate.SENT, Fate.FAILED, Fate.BLOCKED, Fate.WAITING, Fate.EXCLUDED)
"""Who may have got messages: of several the first ones, when they were interrupted or refused at a later one."""


@dataclass(frozen=True, slots=True)
class Recipient:
    user_id: int  # the row of `users`
    chat_id: int
    message_ids: tuple[int, ...] = ()
    before: Fate = Fate.SENT  # their messages were being deleted


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one recipient."""

    user_id: int
    fate: Fate
    message_ids: tuple[int, ...] | None = None  # None: as they are
    error: str | None = None


AGAIN = "again in term"

_RECORD = text("""
UPDATE broadcast_recipients AS r
SET state = o.state, error = CASE WHEN :was = 'deleting' THEN coalesce(r.error, o.error) ELSE o.error END, at = now(),
    message_ids = coalesce(CAST(string_to_array(o.message_ids, ',') AS bigint[]), r.message_ids)
FROM unnest(
    CAST(:user_ids AS bigint[]), CAST(:fates AS text[]), CAST(:errors AS text[]), CAST(:message_ids AS text[])
) AS o (user_id, state, error, message_ids)
WHERE r.broadcast_id = :number AND r.user_id = o.user_id AND r.state = :was
RETURNING r.user_id, r.state
""")


class Ledger(Repository):
    async def list_people(self, number: int, who: Conditions, after: int, up_to: int) -> int:
        """Put those into it whose rows in `users` are numbered in (after, up_to]; returns how many."""
        people = select(literal(number, BigInteger), User.id, User.telegram_id)
        people = people.where(User.id > after, User.id <= up_to, *who).order_by(User.id)
        listed = insert(Row).from_select(["broadcast_id", "user_id", "telegram_id"], people)
        counted = listed.returning(literal(1)).cte()
        return await self._session.scalar(select(func.count()).select_from(counted)) or 0

    async def take(self, number: int, after: int, limit: int) -> list[Recipient]:
        """The next who wait, behind row `after`, marked as being sent to."""
        return await self._take(number, after, limit, Row.state == Fate.WAITING, state=Fate.SENDING)

    async def exclude(self, number: int, taken: Sequence[Recipient], who: Conditions) -> set[int]:
        """Leave out those of them to whom `who` doesn't apply any more, or who are erased; returns their rows."""
        rows = [recipient.user_id for recipient in taken if recipient.chat_id != NOBODY]
        still = await self._session.scalars(select(User.id).where(User.id == any_(bigints(rows)), *who))
        excluded = {recipient.user_id for recipient in taken}.difference(still)
        if excluded:
            mine = (Row.broadcast_id == number, Row.user_id == any_(bigints(excluded)))
            await self._session.execute(update(Row).where(*mine).values(state=Fate.EXCLUDED, at=func.now()))
        return excluded

    async def take_to_delete(self, number: int, after: int, limit: int) -> list[Recipient]:
        """The next who have got messages that can still be deleted, marked as having them deleted."""
        has_some = (Row.state.in_(MAY_HAVE_SOME), func.cardinality(Row.message_ids) > 0, Row.telegram_id != NOBODY)
        recent = Row.at > func.now() - DELETABLE_FOR
        return await self._take(number, after, limit, *has_some, recent, state=Fate.DELETING, state_before=Row.state)

    async def under_way(self, number: int, fate: Fate) -> list[Recipient]:
        """Who was taken and isn't recorded yet."""
        found = select(*_RECIPIENT)
        rows = await self._session.execute(
            found.where(Row.broadcast_id == number, Row.state == fate).order_by(Row.user_id)
        )
        return [_recipient(*row) for row in rows]

    async def note_again(self, number: int, rows: Collection[int], fate: Fate, epoch: int) -> int:
        """Note that a term does anew what was under way in these rows; returns how many it hadn't noted before."""
        note = f"{AGAIN} {epoch}"
        mine = (Row.broadcast_id == number, Row.user_id == any_(bigints(rows)), Row.state == fate)
        unnoted = update(Row).where(*mine, Row.error.is_distinct_from(note)).values(error=note)
        return len((await self._session.scalars(unnoted.returning(Row.user_id))).all())

    async def any_left(self, number: int, fates: Collection[Fate]) -> bool:
        """Whether anybody is in one of these states."""
        some = select(Row.user_id).where(Row.broadcast_id == number, Row.state.in_(fates)).limit(1)
        return await self._session.scalar(some) is not None

    async def give_back(self, number: int, user_ids: Collection[int], *, was: Fate, becomes: Fate) -> None:
        """Undo the taking of these."""
        mine = (Row.broadcast_id == number, Row.user_id == any_(bigints(user_ids)), Row.state == was)
        await self._session.execute(update(Row).where(*mine).values(state=becomes))

    async def record(self, number: int, outcomes: Sequence[Outcome], *, was: Fate) -> dict[int, Fate]:
        """Write down what became of those who were taken; returns that by row, without what was known before."""
        rows = await self._session.execute(
            _RECORD,
            {
                "number": number,
                "was": was,
                "user_ids": [outcome.user_id for outcome in outcomes],
                "fates": [outcome.fate.value for outcome in outcomes],
                "errors": [storable(outcome.error) for outcome in outcomes],
                "message_ids": [_listed(outcome.message_ids) for outcome in outcomes],
            },
        )
        return {row.user_id: Fate(row.state) for row in rows}

    async def failures(self, number: int, after: int, limit: int) -> list[tuple[int, int, str, str]]:
        """Who did not get it, behind row `after`: (row, Telegram id, what became of it, Telegram's words)."""
        found = select(Row.user_id, Row.telegram_id, Row.state, func.coalesce(Row.error, ""))
        missed = found.where(
            Row.broadcast_id == number, Row.user_id > after, Row.state.in_((Fate.FAILED, Fate.BLOCKED))
        )
        rows = await self._session.execute(missed.order_by(Row.user_id).limit(limit))
        return [(row[0], row[1], row[2], row[3]) for row in rows]

    async def _take(
        self, number: int, after: int, limit: int, *who: ColumnElement[bool], **becomes: Any
    ) -> list[Recipient]:
        following = select(Row.user_id).where(Row.broadcast_id == number, Row.user_id > after, *who)
        some = following.order_by(Row.user_id).limit(limit)
        taken = update(Row).where(Row.broadcast_id == number, Row.user_id.in_(some)).values(**becomes)
        rows = await self._session.execute(taken.returning(*_RECIPIENT))
        return sorted((_recipient(*row) for row in rows), key=lambda recipient: recipient.user_id)


_RECIPIENT: tuple[Any, ...] = (Row.user_id, Row.telegram_id, Row.message_ids, Row.state_before)


def _recipient(user_id: int, telegram_id: int, message_ids: Sequence[int] | None, before: str | None) -> Recipient:
    return Recipient(user_id, telegram_id, tuple(message_ids or ()), Fate(before or Fate.SENT))


def _listed(message_ids: Sequence[int] | None) -> str | None:
    return None if message_ids is None else ",".join(map(str, message_ids))
