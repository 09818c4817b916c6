"""The worker dies at each step of accepting, handling, sending and acknowledging. There is one effect and one reply.

The reply is only repeated if the crash falls between a send and its record.
"""

from dataclasses import dataclass

import pytest

from tests.faults.harness import KILL, Scenario
from tests.faults.injection import InjectedFault
from tests.support.fork_server import ForkedWorker

INBOX = "bot.db.tables.updates:Inbox"
POLLERS = "bot.db.tables.pollers:Pollers"
OUTBOX = "bot.db.tables.outbox:Outbox"
USERS = "bot.db.tables.users:Users"
SEEN_USERS = "bot.db.tables.seen_users:SeenUsers"
COMPLETION = "bot.worker.intake.completion:Completion"
API = "bot.worker.outgoing.transport:Api"
BODY = "bot.worker.outgoing.transport:_Checked"
COMMIT = "asyncpg.transaction:Transaction.commit"
BEFORE, AFTER = False, True


@dataclass(frozen=True)
class KillPoint:
    """A step at which the worker dies. `sent` means that the reply is out and not recorded yet."""

    step: str
    fault: InjectedFault
    sent: bool = False


def before_and_after(
    step: str, function: str, *, given: str = "", within: str = "", nth: int = 1
) -> tuple[KillPoint, KillPoint]:
    """Before and after a step, with no reply sent yet."""
    before, after = (
        KillPoint(f"{when} {step}", InjectedFault(function, after=after, given=given, within=within, nth=nth))
        for when, after in (("before", BEFORE), ("after", AFTER))
    )
    return before, after


def sent(*points: KillPoint) -> tuple[KillPoint, ...]:
    return tuple(KillPoint(point.step, point.fault, sent=True) for point in points)


# An update whose handler writes: `/start from-1`.
BEGIN = before_and_after("the new epoch", f"{POLLERS}.begin_term")
ACCEPT = (
    *before_and_after("the cursor is read", f"{POLLERS}.cursor"),
    *before_and_after("the update is in the inbox", f"{INBOX}.add"),
    *before_and_after("locked users are looked for", f"{SEEN_USERS}.locked"),
    *before_and_after("the user is upserted", f"{SEEN_USERS}.upsert"),
    *before_and_after("the cursor moves", f"{POLLERS}.advance"),
    *before_and_after("the commit of accepting", COMMIT, within=f"{POLLERS}.advance"),
    *before_and_after("the lane gets it", "bot.worker.lanes:Lanes.put", given="from-1"),
    KillPoint("before Telegram is told so", InjectedFault(f"{API}.call", given="'offset'")),
)
HANDLE = (
    *before_and_after("the handler", "bot.app:dispatch"),
    *before_and_after("the handler's write", f"{USERS}.set_source"),
    *before_and_after("the end of the update", f"{INBOX}.delete"),
    *before_and_after("the reply is in the outbox", f"{OUTBOX}.add"),
    *before_and_after("the commit of handling", COMMIT, within=f"{OUTBOX}.add"),
    *before_and_after("the queue gets the reply", "bot.worker.lanes:Lanes.put", given="Unsent("),
)
SEND_BEFORE, SEND_AFTER = before_and_after("the send", f"{API}.perform", given="'sendMessage'")
WRITTEN = KillPoint(
    "after the send is written",
    InjectedFault(f"{BODY}.write_with_length", after=AFTER, within="bot.worker.outgoing.delivery:Delivery._perform"),
    sent=True,
)
ACKNOWLEDGE = before_and_after("the acknowledgement", f"{OUTBOX}.acknowledge")
RECORD_BEFORE, RECORD_AFTER = before_and_after(
    "the commit of the acknowledgement", COMMIT, within=f"{OUTBOX}.acknowledge"
)
POINTS = (
    *BEGIN, *ACCEPT, *HANDLE, SEND_BEFORE, WRITTEN, *sent(SEND_AFTER, *ACKNOWLEDGE, RECORD_BEFORE), RECORD_AFTER,
)  # fmt: skip

# An update whose handler writes nothing, `/start`. Completion ends it together with others.
CHEAP = (
    *before_and_after("the handler", "bot.app:dispatch"),
    KillPoint(
        "before it is queued to be ended", InjectedFault(f"{COMPLETION}.complete")
    ),  # after it, its reply may be on its way
    *before_and_after("it is ended with others", f"{COMPLETION}._complete_batch"),
    *before_and_after("the end of the update", f"{INBOX}.delete"),
    *before_and_after("the reply is in the outbox", f"{OUTBOX}.add_answers"),
    *before_and_after("the commit of the end", COMMIT, within=f"{OUTBOX}.add_answers"),
    SEND_BEFORE,
    WRITTEN,
    *sent(SEND_AFTER),
)

# An update that a crash has left in the inbox, and that is found at the start.
FOUND = (
    *before_and_after("its try is counted", f"{INBOX}.count_tries"),
    *before_and_after("the commit of its try", COMMIT, within=f"{INBOX}.count_tries"),
)


@pytest.mark.parametrize("point", POINTS, ids=lambda point: point.step)
async def test_a_crash_at_a_step_of_an_update_that_writes(
    scenario: Scenario, worker: ForkedWorker, point: KillPoint
) -> None:
    scenario.load.say(scenario.load.join(), "/start from-1")
    await dies_and_starts_again(scenario, worker, point)
    source = "SELECT source FROM users"
    assert [row["source"] for row in await scenario.rows(source)] == ["from-1"]


@pytest.mark.parametrize("point", CHEAP, ids=lambda point: point.step)
async def test_a_crash_at_a_step_of_an_update_that_writes_nothing(
    scenario: Scenario, worker: ForkedWorker, point: KillPoint
) -> None:
    scenario.load.say(scenario.load.join(), "/start")
    await dies_and_starts_again(scenario, worker, point)


@pytest.mark.parametrize("point", FOUND, ids=lambda point: point.step)
async def test_a_crash_at_a_step_of_an_update_that_a_crash_has_left(
    scenario: Scenario, worker: ForkedWorker, point: KillPoint
) -> None:
    worker.fault = InjectedFault("bot.app:dispatch")
    scenario.load.say(scenario.load.join())
    await worker.start()
    assert await worker.ended(within=20) == -9, worker.log.read_text()
    await dies_and_starts_again(scenario, worker, point)


async def dies_and_starts_again(scenario: Scenario, worker: ForkedWorker, point: KillPoint) -> None:
    worker.fault = point.fault
    await worker.start()
    assert await worker.ended(within=20) == -9, worker.log.read_text()
    if point.sent:
        scenario.note(KILL)
    worker.fault = None
    await worker.start()
    await scenario.settled(within=20)
    account = await scenario.account()
    assert account.flawless, str(account)
    assert sum(account.repeats.values()) == point.sent
