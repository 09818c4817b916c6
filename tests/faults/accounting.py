"""Accounting for every message sent: lost, doubled, out of order, or repeated, and for which reason.

Triggers in the database record each row that enters the inbox, leaves it, or enters the outbox, in the same
transaction.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from tests.faults.load import Reply, Speaker

OBSERVER_TRIGGERS = """
CREATE TABLE witnessed (
    n bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, what text, transaction xid8 DEFAULT pg_current_xact_id(),
    inbox_id bigint, update_id bigint, chat_id bigint
);
CREATE FUNCTION witness() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_TABLE_NAME = 'outbox' THEN
        INSERT INTO witnessed (what, inbox_id, chat_id) VALUES ('answered', NEW.inbox_id, NEW.chat_id);
    ELSIF TG_OP = 'INSERT' THEN
        INSERT INTO witnessed (what, inbox_id, update_id, chat_id)
        VALUES ('accepted', NEW.id, NEW.update_id, NEW.chat_id);
    ELSE
        INSERT INTO witnessed (what, inbox_id, update_id, chat_id) VALUES ('ended', OLD.id, OLD.update_id, OLD.chat_id);
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER witness AFTER INSERT OR DELETE ON updates FOR EACH ROW EXECUTE FUNCTION witness();
CREATE TRIGGER witness AFTER INSERT ON outbox FOR EACH ROW EXECUTE FUNCTION witness();
"""
REMARKS_SHOWN = 10
SECOND = 1.5  # seconds by which a message's date may be off


@dataclass(frozen=True, slots=True)
class Interruption:
    """An event that may have separated a send from its record. `at` is wall-clock time; None if it has no moment."""

    reason: str
    at: float | None = None
    chat_id: int | None = None  # None: any
    reach: float | None = None  # seconds before `at` in which the send was made; None: any time before


@dataclass(frozen=True, slots=True)
class ObservedChat:
    """The triggers' record of one chat, in order: update ids, and rows of the inbox."""

    accepted: Sequence[int] = ()
    ended: Sequence[int] = ()
    answers: Mapping[int, int] = field(default_factory=dict)  # inbox row → rows in the outbox


@dataclass(frozen=True, slots=True)
class Account:
    """The totals of a scenario."""

    sent: int = 0
    lost: int = 0
    doubled: int = 0
    out_of_order: int = 0
    unanswered: int = 0
    dead_letters: int = 0
    repeats: Mapping[str, int] = field(default_factory=dict)  # reason → how many
    unexplained: int = 0  # repeats without a reason
    remarks: Sequence[str] = ()  # what exactly is wrong

    @property
    def flawless(self) -> bool:
        faults = (self.lost, self.doubled, self.out_of_order, self.unanswered, self.dead_letters, self.unexplained)
        return self.sent > 0 and not any(faults)

    def __str__(self) -> str:
        repeats = sum(self.repeats.values())
        reasons = ", ".join(f"{reason} {count}" for reason, count in sorted(self.repeats.items()))
        return (
            f"updates sent {self.sent:,}, lost {self.lost}, doubled {self.doubled}, out of order {self.out_of_order}, "
            f"unanswered {self.unanswered}, dead letters {self.dead_letters}, "
            f"repeats {repeats}{f' ({reasons})' if reasons else ''}, unexplained {self.unexplained}"
            + "".join(f"\n    {remark}" for remark in self.remarks[:REMARKS_SHOWN])
        )


async def account(engine: AsyncEngine, speakers: Sequence[Speaker], interruptions: Sequence[Interruption]) -> Account:
    """Add up the accounts of all speakers."""
    observed = await _observed(engine)
    async with engine.connect() as connection:
        rows = await connection.execute(text("SELECT telegram_id, message_count FROM users"))
        counts = {row.telegram_id: row.message_count for row in rows}
        letters = int((await connection.execute(text("SELECT count(*) FROM dead_letters"))).scalar_one())
    accounts = [
        of_speaker(
            speaker.update_ids,
            speaker.replies,
            observed.get(speaker.chat.id, ObservedChat()),
            counts.get(speaker.person.id, 0),
            [one for one in interruptions if one.chat_id in {None, speaker.chat.id}],
        )
        for speaker in speakers
    ]
    return Account(
        sent=sum(one.sent for one in accounts),
        lost=sum(one.lost for one in accounts),
        doubled=sum(one.doubled for one in accounts),
        out_of_order=sum(one.out_of_order for one in accounts),
        unanswered=sum(one.unanswered for one in accounts),
        dead_letters=letters,
        repeats=dict(sum((Counter(one.repeats) for one in accounts), Counter())),
        unexplained=sum(one.unexplained for one in accounts),
        remarks=[
            f"chat {speaker.chat.id}: {remark}"
            for speaker, one in zip(speakers, accounts, strict=True)
            for remark in one.remarks
        ],
    )


def of_speaker(
    update_ids: Sequence[int],
    replies: Sequence[Reply],
    observed: ObservedChat,
    counted: int,
    interruptions: Sequence[Interruption],
) -> Account:
    """Account for one speaker's messages. `counted` is the message count in the database."""
    ends, answered = Counter(observed.ended), {reply.number for reply in replies}
    doubled = {update_id for update_id, times in (*Counter(observed.accepted).items(), *ends.items()) if times > 1}
    twice_decided = [(row, rows) for row, rows in observed.answers.items() if rows > 1]
    explained, unexplained = repeats(replies, interruptions)
    lost, unanswered = set(update_ids) - ends.keys(), set(range(1, len(update_ids) + 1)) - answered
    ended_order, answered_order = _first(observed.ended), _first(reply.number for reply in replies)
    return Account(
        sent=len(update_ids),
        lost=max(len(lost), len(update_ids) - counted),
        doubled=max(len(doubled), len(twice_decided), counted - len(update_ids), 0),
        out_of_order=max(steps_back(ended_order), steps_back(answered_order)),
        unanswered=len(unanswered),
        repeats=explained,
        unexplained=unexplained,
        remarks=[
            *(f"update {update_id} was lost" for update_id in lost),
            *(f"update {update_id} came or went twice" for update_id in doubled),
            *(f"the reply to row {row} of the inbox was decided {rows} times" for row, rows in twice_decided),
            *(f"counted {counted} of {len(update_ids)}" for _ in range(counted != len(update_ids))),
            *(f"No. {number}, update {update_ids[number - 1]}, was not answered" for number in unanswered),
            *(f"update {later} ended after {earlier}" for earlier, later in inversions(ended_order)),
            *(f"No. {later} was answered after No. {earlier}" for earlier, later in inversions(answered_order)),
        ],
    )


def repeats(replies: Iterable[Reply], interruptions: Sequence[Interruption]) -> tuple[Counter[str], int]:
    """Count repeated replies by reason, and those without one.

    A repeat needs an interruption since the reply before it. Each interruption explains one repeat per reply.
    """
    explained: Counter[str] = Counter()
    unexplained = 0
    by_number: defaultdict[int, list[int]] = defaultdict(list)
    for reply in replies:
        by_number[reply.number].append(reply.at)
    without_moment = [interruption for interruption in interruptions if interruption.at is None]
    for moments in by_number.values():
        left = [interruption for interruption in interruptions if interruption.at is not None]
        for before, again in pairwise(moments):
            cause = next((one for one in left if _between(one, before, again)), None)
            if cause is not None:
                left.remove(cause)
            elif without_moment:
                cause = without_moment.pop()
            if cause is None:
                unexplained += 1
            else:
                explained[cause.reason] += 1
    return explained, unexplained


def steps_back(numbers: Sequence[int]) -> int:
    """How often a number follows a greater one."""
    return len(inversions(numbers))


def inversions(numbers: Sequence[int]) -> list[tuple[int, int]]:
    """Neighbours of which the first is greater."""
    return [(earlier, later) for earlier, later in pairwise(numbers) if later < earlier]


def _between(interruption: Interruption, before: int, again: int) -> bool:
    if interruption.at is None or not before - SECOND <= interruption.at <= again + SECOND:
        return False
    return interruption.reach is None or interruption.at - interruption.reach - SECOND <= before


def _first(numbers: Iterable[int]) -> list[int]:
    """Each number once, in the order of first occurrence."""
    return list(dict.fromkeys(numbers))


async def _observed(engine: AsyncEngine) -> Mapping[int, ObservedChat]:
    async with engine.connect() as connection:
        # Rows that one transaction ends at once are ordered by their place in the inbox.
        rows = await connection.execute(
            text(
                "SELECT what, inbox_id, update_id, chat_id FROM witnessed"
                " ORDER BY min(n) OVER (PARTITION BY transaction, what, chat_id), inbox_id"
            )
        )
        accepted: defaultdict[int, list[int]] = defaultdict(list)
        ended: defaultdict[int, list[int]] = defaultdict(list)
        answers: defaultdict[int, Counter[int]] = defaultdict(Counter)
        for row in rows:
            if row.what == "answered":
                answers[row.chat_id][row.inbox_id] += 1
            else:
                (accepted if row.what == "accepted" else ended)[row.chat_id].append(row.update_id)
    return {chat: ObservedChat(accepted[chat], ended[chat], answers[chat]) for chat in accepted.keys() | ended.keys()}
