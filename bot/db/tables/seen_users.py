"""Users seen in updates: upserted in batches when updates are accepted."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import text

from bot.db.base import Repository
from bot.db.trigrams import trigrams


@dataclass(frozen=True, slots=True)
class SeenUser:
    """Facts about one user from a batch of updates."""

    telegram_id: int
    username: str | None
    first_name: str
    last_name: str | None
    language_code: str | None
    messages: int  # new messages and button presses
    seen_at: datetime
    private_since: datetime | None  # None: not seen in private
    reachable: bool | None  # True: wrote in private; False: blocked the bot; None: unknown
    only_if_known: bool = False  # nothing the user did on purpose: it creates no row for an unknown user


# One statement for any number of users.
# - A username isn't a key. When somebody else shows up with it, it is cleared from its former holder, unless that row
#   is locked.
# - A late upsert may come after newer facts. It adds up counts and fills gaps, but never overwrites newer facts.
# - A return in another week is recorded and counted once, by comparing `last_seen_at`. `created_at` gives the week in
#   which a user joined.
# - `seen` is read a second time because ON CONFLICT only sees the table's own columns.
# - An erased user stays unknown until they write: blocking the bot or leaving a group neither restores a row nor puts
#   a name into a row that remains only for a ban, whose `last_seen_at` is empty. `known_before` locks the rows, since
#   an erasure that commits between a plain read and the INSERT would be undone by it.
_UPSERT = text("""
WITH seen AS (
    SELECT * FROM unnest(
        CAST(:telegram_id AS bigint[]), CAST(:username AS text[]), CAST(:first_name AS text[]),
        CAST(:last_name AS text[]), CAST(:language_code AS text[]), CAST(:messages AS bigint[]),
        CAST(:seen_at AS timestamptz[]), CAST(:private_since AS timestamptz[]), CAST(:reachable AS boolean[]),
        CAST(:only_if_known AS boolean[]), CAST(:grams AS text[])
    ) AS s (
        telegram_id, username, first_name, last_name, language_code, messages, seen_at, private_since, reachable,
        only_if_known, grams
    )
), known_before AS (
    SELECT users.telegram_id FROM users JOIN seen USING (telegram_id)
    WHERE seen.only_if_known AND users.last_seen_at IS NOT NULL
    ORDER BY users.telegram_id FOR NO KEY UPDATE OF users
), given_up AS (
    UPDATE users SET username = NULL, updated_at = now()
    WHERE id IN (
        SELECT id FROM users JOIN seen ON lower(users.username) = lower(seen.username)
        WHERE users.telegram_id <> ALL (CAST(:telegram_id AS bigint[]))
        ORDER BY id FOR NO KEY UPDATE OF users SKIP LOCKED
    )
), come_back AS (
    INSERT INTO active_weeks (user_id, week)
    SELECT users.id, date_trunc('week', seen.seen_at AT TIME ZONE 'UTC')::date FROM seen JOIN users USING (telegram_id)
    WHERE (users.last_seen_at IS NULL AND NOT seen.only_if_known)
       OR date_trunc('week', users.last_seen_at, 'UTC') < date_trunc('week', seen.seen_at, 'UTC')
    ON CONFLICT DO NOTHING
    RETURNING user_id, week
), counted AS (
    INSERT INTO cohort_returns AS known (joined, week, people)
    SELECT cohort.joined, come_back.week, count(*) FROM come_back JOIN users ON users.id = come_back.user_id,
           LATERAL (SELECT date_trunc('week', users.created_at AT TIME ZONE 'UTC')::date) AS cohort (joined)
    WHERE come_back.week > cohort.joined
    GROUP BY 1, 2 ORDER BY 1, 2
    ON CONFLICT (joined, week) DO UPDATE SET people = known.people + excluded.people
)
INSERT INTO users AS known (
    telegram_id, username, first_name, last_name, language_code, message_count, last_seen_at, active_on, private_since,
    blocked_at, grams
)
SELECT telegram_id, username, first_name, last_name, language_code, messages, seen_at,
       (seen_at AT TIME ZONE 'UTC')::date, private_since, CASE WHEN NOT reachable THEN seen_at END,
       string_to_array(grams, ' ')
FROM seen
WHERE NOT only_if_known OR telegram_id IN (SELECT telegram_id FROM known_before)
ORDER BY telegram_id
ON CONFLICT (telegram_id) DO UPDATE SET
    (username, first_name, last_name, grams, language_code, blocked_at, unreachable_at, unreachable_reason) = (
        SELECT
            CASE WHEN old.news THEN seen.username ELSE known.username END,
            CASE WHEN old.news THEN seen.first_name ELSE known.first_name END,
            CASE WHEN old.news THEN seen.last_name ELSE known.last_name END,
            CASE WHEN old.news THEN string_to_array(seen.grams, ' ') ELSE known.grams END,
            CASE WHEN old.news THEN coalesce(seen.language_code, known.language_code) ELSE known.language_code END,
            CASE WHEN reachable AND old.news THEN NULL
                 WHEN NOT reachable AND old.news THEN seen_at ELSE known.blocked_at END,
            CASE WHEN reachable AND old.news THEN NULL ELSE known.unreachable_at END,
            CASE WHEN reachable AND old.news THEN NULL ELSE known.unreachable_reason END
        FROM seen, LATERAL (
            SELECT NOT CAST(:late AS boolean) OR known.last_seen_at IS NULL OR seen.seen_at >= known.last_seen_at
        ) AS old (news)
        WHERE seen.telegram_id = known.telegram_id
    ),
    message_count = known.message_count + excluded.message_count,
    last_seen_at = greatest(known.last_seen_at, excluded.last_seen_at),
    active_on = greatest(known.active_on, excluded.active_on),
    private_since = coalesce(known.private_since, excluded.private_since),
    updated_at = now()
""")

# Ids whose rows another transaction has locked. The other rows are locked by this transaction from now on.
_LOCKED = text("""
WITH known AS (
    SELECT telegram_id FROM users WHERE telegram_id = ANY (CAST(:telegram_ids AS bigint[]))
), got AS (
    SELECT telegram_id FROM users WHERE telegram_id = ANY (CAST(:telegram_ids AS bigint[]))
    ORDER BY telegram_id FOR NO KEY UPDATE SKIP LOCKED
)
SELECT telegram_id FROM known EXCEPT SELECT telegram_id FROM got
""")


class SeenUsers(Repository):
    """Users as updates show them."""

    async def locked(self, telegram_ids: Collection[int]) -> set[int]:
        """Ids whose rows another transaction holds; the others can be upserted without waiting."""
        if not telegram_ids:
            return set()
        return set((await self._session.scalars(_LOCKED, {"telegram_ids": list(telegram_ids)})).all())

    async def upsert(self, seen: Sequence[SeenUser], *, late: bool = False) -> None:
        """Store what was seen of each user, each at most once in `seen`. Message counts are added up.

        `late=True` says that newer facts may have been stored before.
        """
        if not seen:
            return
        columns = {name: [getattr(one, name) for one in seen] for name in SeenUser.__dataclass_fields__}
        grams = [" ".join(trigrams([one.first_name, one.last_name, one.username])) for one in seen]
        await self._session.execute(_UPSERT, columns | {"grams": grams, "late": late})
