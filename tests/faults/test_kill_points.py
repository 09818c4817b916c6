"""The worker dies at each step of accept, handle, send and strike off; what follows is one effect and one reply.

Only where the crash falls between a send and its record does the reply come twice.
"""

from dataclasses import dataclass

import pytest

from tests.faults.harness import KILL, Scenario
from tests.faults.strike import Strike
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
class Point:
    """A step at which the worker dies, and whether the reply is out by then and its record not."""

    step: str
    strike: Strike
    sent: bool = False


def around(step: str, function: str, *, given: str = "", within: str = "", nth: int = 1) -> tuple[Point, Point]:
    """Before and after a step with which the reply has nothing to do, or of which it is still ignorant."""
    before, after = (
        Point(f"{when} {step}", Strike(function, after=after, given=given, within=within, nth=nth))
        for when, after in (("before", BEFORE), ("after", AFTER))
    )
    return before, after


def sent(*points: Point) -> tuple[Point, ...]:
    return tuple(Point(point.step, point.strike, sent=True) for point in points)


# An update whose handler writes: `/start from-1`. Its reply goes through the outbox.
BEGIN = around("the new epoch", f"{POLLERS}.begin_term")
ACCEPT = (
    *around("the cursor is read", f"{POLLERS}.cursor"),
    *around("the update is in the inbox", f"{INBOX}.add"),
    *around("locked users are looked for", f"{SEEN_USERS}.locked"),
    *around("the user is upserted", f"{SEEN_USERS}.upsert"),
    *around("the cursor moves", f"{POLLERS}.advance"),
    *around("the commit of accepting", COMMIT, within=f"{POLLERS}.advance"),
    *around("the lane gets it", "bot.worker.lanes:Lanes.put", given="from-1"),
    Point("before Telegram is told so", Strike(f"{API}.call", given="'offset'")),
)
HANDLE = (
    *around("the handler", "bot.app:dispatch"),
    *around("the handler's write", f"{USERS}.set_source"),
    *around("the end of the update", f"{INBOX}.delete"),
    *around("the reply is in the outbox", f"{OUTBOX}.add"),
    *around("the commit of handling", COMMIT, within=f"{OUTBOX}.add"),
    *around("the queue gets the reply", "bot.worker.lanes:Lanes.put", given="Unsent("),
)
SEND_BEFORE, SEND_AFTER = around("the send", f"{API}.perform", given="'sendMessage'")
WRITTEN = Point(
    "after the send is written",
    Strike(f"{BODY}.write_with_length", after=AFTER, within="bot.worker.outgoing.delivery:Delivery._perform"),
    sent=True,
)
ACKNOWLEDGE = around("the acknowledgement", f"{OUTBOX}.acknowledge")
RECORD_BEFORE, RECORD_AFTER = around("the commit of the acknowledgement", COMMIT, within=f"{OUTBOX}.acknowledge")
POINTS = (
    *BEGIN, *ACCEPT, *HANDLE, SEND_BEFORE, WRITTEN, *sent(SEND_AFTER, *ACKNOWLEDGE, RECORD_BEFORE), RECORD_AFTER,
)  # fmt: skip

# An update whose handler writes nothing, `/start`: it is ended, with others, by Completion.
CHEAP = (
    *around("the handler", "bot.app:dispatch"),
    Point("before it is queued to be ended", Strike(f"{COMPLETION}.complete")),  # after it, its reply may be on its way
    *around("it is ended with others", f"{COMPLETION}._complete_batch"),
    *around("the end of the update", f"{INBOX}.delete"),
    *around("the reply is in the outbox", f"{OUTBOX}.add_answers"),
    *around("the commit of the end", COMMIT, within=f"{OUTBOX}.add_answers"),
    SEND_BEFORE,
    WRITTEN,
    *sent(SEND_AFTER),
)

# An update that a crash has left in the inbox, found at the start.
FOUND = (
    *around("its try is counted", f"{INBOX}.count_tries"),
    *around("the commit of its try", COMMIT, within=f"{INBOX}.count_tries"),
)


@pytest.mark.parametrize("point", POINTS, ids=lambda point: point.step)
async def test_a_crash_at_a_step_of_an_update_that_writes(on: Scenario, worker: ForkedWorker, point: Point) -> None:
    on.load.say(on.load.join(), "/start from-1")
    await dies_and_starts_again(on, worker, point)
    source = "SELECT source FROM users"
    assert await on.rows(source) == [{"source": "from-1"}]


@pytest.mark.parametrize("point", CHEAP, ids=lambda point: point.step)
async def test_a_crash_at_a_step_of_an_update_that_writes_nothing(
    on: Scenario, worker: ForkedWorker, point: Point
) -> None:
    on.load.say(on.load.join(), "/start")
    await dies_and_starts_again(on, worker, point)


@pytest.mark.parametrize("point", FOUND, ids=lambda point: point.step)
async def test_a_crash_at_a_step_of_an_update_that_a_crash_has_left(
    on: Scenario, worker: ForkedWorker, point: Point
) -> None:
    worker.strike = Strike("bot.app:dispatch")
    on.load.say(on.load.join())
    await worker.start()
    assert await worker.ended(within=20) == -9, worker.log.read_text()
    await dies_and_starts_again(on, worker, point)


async def dies_and_starts_again(on: Scenario, worker: ForkedWorker, point: Point) -> None:
    worker.strike = point.strike
    await worker.start()
    assert await worker.ended(within=20) == -9, worker.log.read_text()
    if point.sent:
        on.note(KILL)
    worker.strike = None
    await worker.start()
    await on.settled(within=20)
    account = await on.account()
    assert account.flawless, str(account)
    assert sum(account.repeats.values()) == point.sent
