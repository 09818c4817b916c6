"""The people whom the bot has met."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, text, update
from sqlalchemy.ext.asyncio import AsyncSession

from bot.db.models import User


@dataclass(frozen=True, slots=True)
class Sighting:
    """What a batch of updates tells about one person."""

    telegram_id: int
    username: str | None
    first_name: str
    last_name: str | None
    language_code: str | None
    messages: int  # new messages and button presses
    seen_at: datetime
    private_since: datetime | None  # None: not seen in private
    reachable: bool | None  # True: wrote in private; False: blocked the bot; None: neither is known


# One statement for any number of people. A username isn't a key: who has given one up learns of it when somebody else
# turns up with it. The second look at `seen` is there because ON CONFLICT knows the table's columns alone.
_MEET = text("""
WITH seen AS (
    SELECT * FROM unnest(
        CAST(:telegram_id AS bigint[]), CAST(:username AS text[]), CAST(:first_name AS text[]),
        CAST(:last_name AS text[]), CAST(:language_code AS text[]), CAST(:messages AS bigint[]),
        CAST(:seen_at AS timestamptz[]), CAST(:private_since AS timestamptz[]), CAST(:reachable AS boolean[])
    ) AS s (telegram_id, username, first_name, last_name, language_code, messages, seen_at, private_since, reachable)
), given_up AS (
    UPDATE users SET username = NULL, updated_at = now()
    FROM seen
    WHERE lower(users.username) = lower(seen.username)
      AND users.telegram_id <> ALL (CAST(:telegram_id AS bigint[]))
)
INSERT INTO users AS known (
    telegram_id, username, first_name, last_name, language_code, message_count, last_seen_at, private_since, blocked_at
)
SELECT telegram_id, username, first_name, last_name, language_code, messages, seen_at, private_since,
       CASE WHEN NOT reachable THEN seen_at END
FROM seen
ORDER BY telegram_id
ON CONFLICT (telegram_id) DO UPDATE SET
    username = excluded.username,
    first_name = excluded.first_name,
    last_name = excluded.last_name,
    language_code = coalesce(excluded.language_code, known.language_code),
    message_count = known.message_count + excluded.message_count,
    last_seen_at = greatest(known.last_seen_at, excluded.last_seen_at),
    private_since = coalesce(known.private_since, excluded.private_since),
    (blocked_at, unreachable_at, unreachable_reason) = (
        SELECT
            CASE WHEN reachable THEN NULL WHEN NOT reachable THEN seen_at ELSE known.blocked_at END,
            CASE WHEN reachable THEN NULL ELSE known.unreachable_at END,
            CASE WHEN reachable THEN NULL ELSE known.unreachable_reason END
        FROM seen WHERE seen.telegram_id = known.telegram_id
    ),
    updated_at = now()
""")


class Users:
    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def meet(self, sightings: Sequence[Sighting]) -> None:
        """Write down what was seen of each person; no person may come twice. Counts are added up."""
        if not sightings:
            return
        columns = Sighting.__dataclass_fields__
        await self._session.execute(_MEET, {name: [getattr(seen, name) for seen in sightings] for name in columns})

    async def keep_source(self, telegram_id: int, source: str) -> None:
        """Remember where a person came from, the first time."""
        first_time = update(User).where(User.telegram_id == telegram_id, User.source.is_(None))
        await self._session.execute(first_time.values(source=source, updated_at=func.now()))

    async def mark_blocked(self, telegram_id: int) -> None:
        marked = update(User).where(User.telegram_id == telegram_id, User.blocked_at.is_(None))
        await self._session.execute(marked.values(blocked_at=func.now(), updated_at=func.now()))

    async def mark_unreachable(self, telegram_id: int, reason: str) -> None:
        marked = update(User).where(User.telegram_id == telegram_id)
        now = func.now()
        await self._session.execute(marked.values(unreachable_at=now, unreachable_reason=reason, updated_at=now))
