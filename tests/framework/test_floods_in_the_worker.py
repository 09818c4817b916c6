"""Whoever does too much at once is told so once, and nobody else feels it."""

import pytest

from bot.framework.floods import BURST
from bot.sandbox.world.conversations import Conversation
from tests.support.joined import needs
from tests.support.shared_worker import SharedWorker

pytestmark = pytest.mark.settings(FLOOD_PER_MINUTE="6")  # slow, so that no slow machine gives anything back meanwhile
TOO_MUCH, MORE = "more than I can answer", 30


def count_received(chat: Conversation, containing: str) -> int:
    return len([message for message in chat.received if containing in message.text])


async def test_a_flood_of_messages_is_answered_up_to_the_limit_and_with_one_notice(shared_worker: SharedWorker) -> None:
    ann, bob = shared_worker.telegram.private_chat(), shared_worker.telegram.private_chat()
    for _ in range(BURST + MORE):
        ann.says("/help")
    bob.says("/help")
    await bob.receives("What I can do")
    await ann.receives(TOO_MUCH)
    await shared_worker.settles()
    assert count_received(ann, TOO_MUCH) == 1
    assert count_received(ann, "What I can do") in {BURST, BURST + 1}  # a token may have come back
    ann.says("/start")
    await ann.receives("Hello")
    (row,) = await shared_worker.rows(f"SELECT message_count FROM users WHERE telegram_id = {ann.id}")
    assert row["message_count"] == BURST + MORE + 1
    assert len([line for line in shared_worker.process.lines() if line["message"] == "update dropped"]) >= MORE - 1


async def test_normal_quick_use_is_none(shared_worker: SharedWorker) -> None:
    ann = shared_worker.telegram.private_chat()
    for number in range(6):
        ann.says(f"{number}")
    await ann.receives("don't understand", times=6)
    assert count_received(ann, TOO_MUCH) == 0


async def test_a_flood_of_presses_is_answered_with_one_toast(shared_worker: SharedWorker) -> None:
    ann = shared_worker.telegram.private_chat()
    ann.says("/start")
    menu = await ann.receives("Hello")
    presses = [ann.press(menu, "help" if number % 2 else "id") for number in range(BURST + MORE)]
    await shared_worker.settles()
    await shared_worker.telegram.until(lambda: sum(press.answer is not None for press in presses) >= BURST + 1)
    answers = [press.answer.text for press in presses if press.answer is not None]
    assert len([text for text in answers if "too fast" in text]) == 1
    assert len(answers) <= BURST + 2
    assert len(ann.received) == 1


async def test_administrators_are_not_limited(shared_worker: SharedWorker) -> None:
    olga = shared_worker.administrator()
    for _ in range(BURST + 5):
        olga.chat.says("/help")
    await olga.chat.receives("What I can do", times=BURST + 5)
    assert count_received(olga.chat, TOO_MUCH) == 0


async def test_what_isnt_meant_for_the_bot_is_no_flood(shared_worker: SharedWorker) -> None:
    ann = shared_worker.telegram.person("Ann")
    group = shared_worker.telegram.group("Friends", [ann])
    for _ in range(BURST + MORE):
        group.says("hm", by=ann)
    await shared_worker.settles()
    assert group.received == []
    group.says("/help@test_bot", by=ann)
    await group.receives("What I can do")


async def test_what_waited_while_the_bot_was_away_is_none(shared_worker: SharedWorker) -> None:
    """Messages are counted by when they were sent: 30 in five minutes aren't too many, though they come at once."""
    chat = shared_worker.telegram.private_chat()
    chat.says("/help")
    await chat.receives("What I can do")
    await shared_worker.process.stop()
    now = shared_worker.telegram.clock.now()
    for number in range(MORE):
        message = {
            "message_id": 10_000 + number,
            "date": round(now) - 600 + 20 * number,
            "chat": {"id": chat.id, "type": "private", "first_name": "Ann"},
            "from": {"id": chat.id, "is_bot": False, "first_name": "Ann"},
            "text": "hm",
        }
        shared_worker.telegram.push({"message": message})
    await shared_worker.process.start()
    await chat.receives("don't understand", times=MORE, within=30)
    assert count_received(chat, TOO_MUCH) == 0


@needs("bans")
async def test_a_banned_persons_flood_is_counted_and_nothing_is_said_of_it(shared_worker: SharedWorker) -> None:
    [ann] = await shared_worker.people(1, banned_at="now()", silenced="true")
    dropped = len([line for line in shared_worker.process.lines() if line["message"] == "update dropped"])
    for _ in range(BURST + MORE):
        ann.says("hm")
    await shared_worker.settles()
    assert ann.received == []
    assert (
        len([line for line in shared_worker.process.lines() if line["message"] == "update dropped"])
        >= dropped + MORE - 1
    )
