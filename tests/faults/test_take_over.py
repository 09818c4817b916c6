"""A new term handles what the last one left before anything newer of the same chat, however late it is loaded."""

import pytest

from tests.faults.harness import Scenario
from tests.faults.injection import FaultAction, InjectedFault
from tests.support.fork_server import ForkedWorker

LEFT_IN = {
    "inbox": InjectedFault("bot.app:dispatch"),
    "outbox": InjectedFault("bot.worker.outgoing.transport:Api.perform", given="'sendMessage'"),
}
LOADING_CHATS = InjectedFault("bot.db.tables.updates:Inbox.chats_waiting", FaultAction.DELAY)


@pytest.mark.parametrize("table", LEFT_IN)
async def test_what_a_crash_left_comes_before_what_is_new(scenario: Scenario, worker: ForkedWorker, table: str) -> None:
    """Loading the tables takes a second here, and the first poll brings more of the same chats at once."""
    worker.fault = LEFT_IN[table]
    for speaker in scenario.load.speakers:
        scenario.load.say(speaker)
    await worker.start()
    assert await worker.ended() == -9, worker.log.read_text()
    assert await scenario.waiting()
    worker.fault = LOADING_CHATS
    for speaker in scenario.load.speakers:
        scenario.load.say(speaker)
    await worker.start()
    await scenario.settled()
    account = await scenario.account()
    assert account.flawless, str(account)
    assert not account.repeats
