"""Personal data in broadcasts: rows of their authors and recipients."""

from sqlalchemy import and_, delete, select, update

from bot.db import redaction
from bot.db.personal_data import Condition, Erasure, PersonalData, Subject
from bot.features.broadcasts.models import Broadcast, BroadcastRecipient
from bot.features.broadcasts.repository.broadcasts import DRAFTS, State
from bot.features.broadcasts.repository.recipients import DeliveryStatus

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
    row, theirs = BroadcastRecipient, _recipient(erasure.subject)
    waiting = select(row.broadcast_id).where(theirs, row.state == DeliveryStatus.WAITING)
    counted = update(Broadcast).where(Broadcast.id.in_(waiting)).values(blocked=Broadcast.blocked + 1)
    await erasure.execute(counted)
    await erasure.execute(delete(row).where(theirs, row.state.not_in(IN_FLIGHT)))
    await erasure.execute(update(row).where(theirs).values(telegram_id=redaction.NOBODY))


def _recipient(subject: Subject) -> Condition:
    """By the table's key, since it may have a million rows for each of many broadcasts."""
    row = BroadcastRecipient
    return and_(row.broadcast_id.in_(select(Broadcast.id)), row.user_id == subject.user_id)


RECIPIENTS = PersonalData(_recipient, _erase_recipient)
BROADCASTS = PersonalData(lambda subject: Broadcast.author_id == subject.telegram_id, _erase_author)
