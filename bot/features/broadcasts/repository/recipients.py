"""A broadcast's recipients, a row each. They are taken in the order of `user_id`, a batch at a time."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, and_, any_, delete, func, insert, literal, select, text, update

from bot.db import redaction
from bot.db.base import Repository, bigints
from bot.db.personal_data import Condition, Erasure, PersonalData, Subject
from bot.db.redaction import NOBODY
from bot.db.tables.users import User
from bot.db.text import storable
from bot.features.broadcasts.models import Broadcast, BroadcastRecipient
from bot.features.broadcasts.models import BroadcastRecipient as Row
from bot.features.broadcasts.repository.audience import Conditions
from bot.features.broadcasts.repository.broadcasts import DRAFTS, State

DELETABLE_FOR = timedelta(hours=48)
"""Telegram lets a bot delete its messages for this long. Source: Bot API, deleteMessage."""


class DeliveryStatus(StrEnum):
    WAITING = "waiting"
    SENDING = "sending"
    SENT = "sent"
    BLOCKED = "blocked"  # or can't be reached otherwise
    FAILED = "failed"
    EXCLUDED = "excluded"  # opted out, banned or unreachable when their turn came
    DELETING = "deleting"
    DELETED = "deleted"


NOT_REACHED = (DeliveryStatus.FAILED, DeliveryStatus.BLOCKED)
MAY_HAVE_SOME = (DeliveryStatus.SENT, *NOT_REACHED, DeliveryStatus.WAITING, DeliveryStatus.EXCLUDED)
"""Recipients with these may have messages: the first ones, if they were interrupted or refused later."""


@dataclass(frozen=True, slots=True)
class Recipient:
    user_id: int  # the row of `users`
    chat_id: int
    message_ids: tuple[int, ...] = ()
    before: DeliveryStatus = DeliveryStatus.SENT  # their status before DELETING


@dataclass(frozen=True, slots=True)
class Outcome:
    """A recipient's new status."""

    user_id: int
    status: DeliveryStatus
    message_ids: tuple[int, ...] | None = None  # None: as they are
    error: str | None = None


AGAIN = "again in term"

_RECORD = text("""
UPDATE broadcast_recipients AS r
SET state = o.state, error = CASE WHEN :was = 'deleting' THEN coalesce(r.error, o.error) ELSE o.error END, at = now(),
    message_ids = coalesce(CAST(string_to_array(o.message_ids, ',') AS bigint[]), r.message_ids)
FROM unnest(
    CAST(:user_ids AS bigint[]), CAST(:statuses AS text[]), CAST(:errors AS text[]), CAST(:message_ids AS text[])
) AS o (user_id, state, error, message_ids)
WHERE r.broadcast_id = :number AND r.user_id = o.user_id AND r.state = :was
RETURNING r.user_id, r.state
""")


class Recipients(Repository):
    async def list_people(self, number: int, who: Conditions, after: int, up_to: int) -> int:
        """List people whose ids in `users` lie in (after, up_to]; returns how many."""
        people = select(literal(number, BigInteger), User.id, User.telegram_id)
        people = people.where(User.id > after, User.id <= up_to, *who).order_by(User.id)
        listed = insert(Row).from_select(["broadcast_id", "user_id", "telegram_id"], people)
        counted = listed.returning(literal(1)).cte()
        return await self._session.scalar(select(func.count()).select_from(counted)) or 0

    async def take(self, number: int, after: int, limit: int) -> list[Recipient]:
        """The next waiting recipients behind row `after`, marked as SENDING."""
        return await self._take(number, after, limit, Row.state == DeliveryStatus.WAITING, state=DeliveryStatus.SENDING)

    async def exclude(self, number: int, taken: Sequence[Recipient], who: Conditions) -> set[int]:
        """Exclude recipients who don't meet the conditions any more, or are erased; returns their rows."""
        rows = [recipient.user_id for recipient in taken if recipient.chat_id != NOBODY]
        still = await self._session.scalars(select(User.id).where(User.id == any_(bigints(rows)), *who))
        excluded = {recipient.user_id for recipient in taken}.difference(still)
        if excluded:
            mine = (Row.broadcast_id == number, Row.user_id == any_(bigints(excluded)))
            await self._session.execute(update(Row).where(*mine).values(state=DeliveryStatus.EXCLUDED, at=func.now()))
        return excluded

    async def take_to_delete(self, number: int, after: int, limit: int) -> list[Recipient]:
        """The next recipients with messages that can still be deleted, marked as DELETING."""
        has_some = (Row.state.in_(MAY_HAVE_SOME), func.cardinality(Row.message_ids) > 0, Row.telegram_id != NOBODY)
        recent = Row.at > func.now() - DELETABLE_FOR
        return await self._take(
            number, after, limit, *has_some, recent, state=DeliveryStatus.DELETING, state_before=Row.state
        )

    async def under_way(self, number: int, status: DeliveryStatus) -> list[Recipient]:
        """Recipients with this status, which they have while they are in a batch."""
        found = select(*_RECIPIENT).where(Row.broadcast_id == number, Row.state == status).order_by(Row.user_id)
        return [_recipient(*row) for row in await self._session.execute(found)]

    async def note_again(self, number: int, rows: Collection[int], status: DeliveryStatus, epoch: int) -> int:
        """Note that a term sends to these rows again; returns how many it hadn't noted before."""
        note = f"{AGAIN} {epoch}"
        mine = (Row.broadcast_id == number, Row.user_id == any_(bigints(rows)), Row.state == status)
        unnoted = update(Row).where(*mine, Row.error.is_distinct_from(note)).values(error=note)
        return len((await self._session.scalars(unnoted.returning(Row.user_id))).all())

    async def any_left(self, number: int, statuses: Collection[DeliveryStatus]) -> bool:
        """Return whether a recipient has one of these statuses."""
        some = select(Row.user_id).where(Row.broadcast_id == number, Row.state.in_(statuses)).limit(1)
        return await self._session.scalar(some) is not None

    async def release(
        self, number: int, user_ids: Collection[int], *, was: DeliveryStatus, becomes: DeliveryStatus
    ) -> None:
        """Give these rows a status back, if they still have the other."""
        mine = (Row.broadcast_id == number, Row.user_id == any_(bigints(user_ids)), Row.state == was)
        await self._session.execute(update(Row).where(*mine).values(state=becomes))

    async def record(
        self, number: int, outcomes: Sequence[Outcome], *, was: DeliveryStatus
    ) -> dict[int, DeliveryStatus]:
        """Record outcomes; returns the new status by row, without rows that were recorded before."""
        values = {
            "number": number,
            "was": was,
            "user_ids": [outcome.user_id for outcome in outcomes],
            "statuses": [outcome.status.value for outcome in outcomes],
            "errors": [storable(outcome.error) for outcome in outcomes],
            "message_ids": [_listed(outcome.message_ids) for outcome in outcomes],
        }
        return {row.user_id: DeliveryStatus(row.state) for row in await self._session.execute(_RECORD, values)}

    async def failures(self, number: int, after: int, limit: int) -> list[tuple[int, int, str, str]]:
        """Recipients who did not get it, behind row `after`: (row, Telegram id, status, Telegram's texts)."""
        found = select(Row.user_id, Row.telegram_id, Row.state, func.coalesce(Row.error, ""))
        missed = found.where(Row.broadcast_id == number, Row.user_id > after, Row.state.in_(NOT_REACHED))
        rows = await self._session.execute(missed.order_by(Row.user_id).limit(limit))
        return [(row[0], row[1], row[2], row[3]) for row in rows]

    async def _take(
        self, number: int, after: int, limit: int, *who: ColumnElement[bool], **becomes: object
    ) -> list[Recipient]:
        following = select(Row.user_id).where(Row.broadcast_id == number, Row.user_id > after, *who)
        some = following.order_by(Row.user_id).limit(limit)
        taken = update(Row).where(Row.broadcast_id == number, Row.user_id.in_(some)).values(**becomes)
        rows = await self._session.execute(taken.returning(*_RECIPIENT))
        return sorted((_recipient(*row) for row in rows), key=lambda recipient: recipient.user_id)


_RECIPIENT: tuple[Any, ...] = (Row.user_id, Row.telegram_id, Row.message_ids, Row.state_before)


def _recipient(user_id: int, telegram_id: int, message_ids: Sequence[int] | None, before: str | None) -> Recipient:
    return Recipient(user_id, telegram_id, tuple(message_ids or ()), DeliveryStatus(before or DeliveryStatus.SENT))


def _listed(message_ids: Sequence[int] | None) -> str | None:
    return None if message_ids is None else ",".join(map(str, message_ids))


NOT_BEGUN = (*DRAFTS, State.SCHEDULED)
IN_FLIGHT = (DeliveryStatus.SENDING, DeliveryStatus.DELETING)


async def _erase_author(erasure: Erasure) -> None:
    row = Broadcast
    mine = row.author_id == erasure.telegram_id
    await erasure.execute(delete(row).where(mine, row.state.in_(NOT_BEGUN)))
    anonymous = {"author_id": redaction.NOBODY, "content": {}, "panel_id": None}
    await erasure.execute(update(row).where(mine).values(**anonymous))
    await erasure.scrub(row, row.content)
    await erasure.scrub(row, row.audience)


async def _erase_recipient(erasure: Erasure) -> None:
    """A waiting recipient is counted as unreachable. A row that a sender has in hand loses the Telegram id."""
    row, theirs = BroadcastRecipient, _rows_of(erasure.subject)
    waiting = select(row.broadcast_id).where(theirs, row.state == DeliveryStatus.WAITING)
    counted = update(Broadcast).where(Broadcast.id.in_(waiting)).values(blocked=Broadcast.blocked + 1)
    await erasure.execute(counted)
    await erasure.execute(delete(row).where(theirs, row.state.not_in(IN_FLIGHT)))
    await erasure.execute(update(row).where(theirs).values(telegram_id=redaction.NOBODY))


def _rows_of(subject: Subject) -> Condition:
    """By the table's key, since it may have a million rows for each of many broadcasts."""
    row = BroadcastRecipient
    return and_(row.broadcast_id.in_(select(Broadcast.id)), row.user_id == subject.user_id)


RECIPIENTS = PersonalData(_rows_of, _erase_recipient)
BROADCASTS = PersonalData(lambda subject: Broadcast.author_id == subject.telegram_id, _erase_author)
