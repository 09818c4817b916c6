"""A new term: what the last one left comes before anything newer of the same chat, however late it is looked for."""

import pytest

from tests.faults.harness import Scenario
from tests.faults.strike import Deed, Strike
from tests.support.fork_server import ForkedWorker

LEFT_IN = {
    "inbox": Strike("bot.app:dispatch"),
    "outbox": Strike("bot.worker.outgoing.transport:Api.perform", given="'sendMessage'"),
}
LOOKS = Strike("bot.db.tables.updates:Inbox.chats_waiting", Deed.DAWDLE)


@pytest.mark.parametrize("table", LEFT_IN)
async def test_what_a_crash_left_comes_before_what_is_new(on: Scenario, worker: ForkedWorker, table: str) -> None:
    """The look into the tables takes a second here, and the first poll brings more of the same chats at once."""
    worker.strike = LEFT_IN[table]
    for speaker in on.load.speakers:
        on.load.say(speaker)
    await worker.start()
    assert await worker.ended() == -9, worker.log.read_text()
    assert await on.waiting()
    worker.strike = LOOKS
    for speaker in on.load.speakers:
        on.load.say(speaker)
    await worker.start()
    await on.settled()
    account = await on.account()
    assert account.flawless, str(account)
    assert not account.repeats
