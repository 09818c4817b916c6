"""Faults of Telegram and the network: nothing is lost or doubled, and only a lost answer repeats a reply."""

import asyncio

import pytest

from bot.sandbox.server.api import serving
from bot.sandbox.server.emulator import Emulator
from bot.sandbox.server.faults import Cut, Delay, Drop, Duplicate, Fault, Reply, When
from tests.faults.accounting import Interruption
from tests.faults.harness import Scenario, has_role, talking
from tests.support.fork_server import ForkedWorker
from tests.support.worker_process import free_port

MESSAGES = 300
PER_SECOND = 150
HTML = b"<html><body><h1>502 Bad Gateway</h1></body></html>"

OF_POLLS: tuple[Fault, ...] = (
    Drop(When.BEFORE),
    Drop(When.AFTER),
    Cut(40),
    Reply.refusal(502, "Bad Gateway"),
    Reply(502, HTML),
    Reply(200, HTML),
    Reply(200, b""),
    Reply(200, b'{"ok":true}', when=When.AFTER),
    Reply.flood(1),
    Delay(1),
)
NOT_SENT: tuple[Fault, ...] = (
    Drop(When.BEFORE),
    Reply.refusal(500, "Internal Server Error"),
    Reply(502, HTML),
    Reply(200, b""),
    Reply.flood(1),
    Delay(0.5),
)
SENT_BUT_NOT_SAID: tuple[Fault, ...] = (
    Drop(When.AFTER),
    Cut(20),
    Reply(502, HTML, when=When.AFTER),
    Reply(200, HTML, when=When.AFTER),
)


async def test_polls_that_fail_in_every_way_lose_and_double_nothing(scenario: Scenario, worker: ForkedWorker) -> None:
    """Tries some of the faults, each followed by a good poll, so that the back-off begins anew."""
    await worker.start()
    for fault in (*scenario.chance.sample(OF_POLLS, 6), Duplicate()):
        order = scenario.telegram.faults.next(fault, "getUpdates")
        await scenario.say_until(lambda: order.met == 1)  # noqa: B023 -- called before the next round
        polls = len(scenario.telegram.calls.of("getUpdates"))
        await scenario.say_until(lambda: answered_since(scenario.telegram, polls))  # noqa: B023
    await scenario.settled()
    account = await scenario.account()
    assert account.flawless, str(account)
    assert not account.repeats
    assert await worker.stop() == 0


async def test_sends_that_fail_are_tried_again_and_only_a_lost_answer_repeats_one(
    scenario: Scenario, worker: ForkedWorker
) -> None:
    """Each fault hits one chat's next message. Every other chat is served meanwhile."""
    await worker.start()
    async with talking(scenario, MESSAGES, PER_SECOND):
        await scenario.replies(30)
        faults = [*NOT_SENT, *SENT_BUT_NOT_SAID]
        for fault, speaker in zip(faults, scenario.chance.sample(scenario.load.speakers, len(faults)), strict=True):
            scenario.telegram.faults.next(fault, "sendMessage", chat_id=speaker.chat.id)
            if fault in SENT_BUT_NOT_SAID:
                scenario.interruptions.append(Interruption("its answer was lost", chat_id=speaker.chat.id))
    await scenario.settled()
    account = await scenario.account()
    assert account.flawless, str(account)
    assert sum(account.repeats.values()) == len(SENT_BUT_NOT_SAID)
    assert await worker.stop() == 0


async def test_a_telegram_that_refuses_connections_for_a_while_is_waited_for(
    scenario: Scenario, worker: ForkedWorker
) -> None:
    port = free_port()
    worker.variables["TELEGRAM_API_URL"] = f"http://127.0.0.1:{port}"
    await worker.start()
    async with talking(scenario, MESSAGES, PER_SECOND):
        async with serving(scenario.telegram, port=port):
            await scenario.replies(50)
        # A send that was under way when the server closed was done, and the worker doesn't know.
        scenario.note("its answer was lost")
        await until_poll_failed(worker)
        async with serving(scenario.telegram, port=port):
            await has_role(worker, "leader")
            await scenario.settled()
            account = await scenario.account()
            assert await worker.stop() == 0
    assert account.flawless, str(account)


@pytest.mark.parametrize("seconds", [1, 3])
async def test_a_chat_halted_by_a_429_delays_no_other(scenario: Scenario, worker: ForkedWorker, seconds: int) -> None:
    """The worker's own limits are on here. It needs them to tell one chat's flood wait from everybody's."""
    halted = scenario.load.speakers[0]
    await worker.start(MESSAGES_PER_SECOND="1000")
    for _ in range(3):
        scenario.load.say(halted)
    await scenario.telegram.until(lambda: len(halted.chat.chat.by_bot) == 3)
    order = scenario.telegram.faults.next(Reply.flood(seconds), "sendMessage", chat_id=halted.chat.id)
    scenario.load.say(halted)
    await scenario.telegram.until(lambda: order.met == 1)
    others = scenario.load.speakers[1:]
    for speaker in others:
        scenario.load.say(speaker)
    await scenario.telegram.until(lambda: all(speaker.replies for speaker in others))
    assert len(halted.replies) == 3
    await scenario.settled()
    account = await scenario.account()
    assert account.flawless, str(account)
    assert not account.repeats


def answered_since(telegram: Emulator, polls: int) -> bool:
    return any(call.status == 200 for call in telegram.calls.of("getUpdates")[polls:])


async def until_poll_failed(worker: ForkedWorker) -> None:
    """Wait until the worker has logged a failed poll."""
    async with asyncio.timeout(30):
        while "poll failed" not in worker.log.read_text():
            await asyncio.sleep(0.05)
