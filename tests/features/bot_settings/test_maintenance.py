"""Maintenance: people are told once, nothing is done for them, and administrators work on."""

import asyncio

import pytest

from bot.sandbox.world.messages import Message
from tests.support.shared_worker import Administrator, SharedWorker

pytestmark = pytest.mark.settings(LEAVE_GROUPS="true")

WORKED_ON = "being worked on just now"
AT_WORK = "What I can do"


async def switches_on(olga: Administrator) -> Message:
    olga.chat.says("/maintenance")
    menu = await olga.chat.receives("Maintenance is off")
    await olga.presses(menu, "🛠 Switch on", shows="Maintenance is on")
    return menu


async def answers(shared_worker: SharedWorker, text: str) -> None:
    """Wait until what was switched has reached the leader: one stranger after another asks until they hear this."""
    async with asyncio.timeout(20):
        while True:
            stranger = shared_worker.telegram.private_chat()
            stranger.says("/help")
            if text in (await stranger.receives()).text:
                return


async def test_people_are_told_once_each_time_and_administrators_work_on(shared_worker: SharedWorker) -> None:
    olga = shared_worker.administrator()
    ann = shared_worker.telegram.private_chat(shared_worker.telegram.person("Ann"))
    ann.says("/start")
    welcome = await ann.receives("Hello, ")
    await shared_worker.settles()
    menu = await switches_on(olga)
    await answers(shared_worker, WORKED_ON)
    ann.says("/help")
    await ann.receives(WORKED_ON)
    ann.says("/start spring")
    press = ann.press(welcome, "help")
    await shared_worker.telegram.until(lambda: press.answer is not None)
    assert press.answer is not None
    assert WORKED_ON in (press.answer.text or "")
    await shared_worker.settles()
    assert len(ann.received) == 2
    olga.chat.says("/help")
    await olga.chat.receives("/broadcast")
    await olga.presses(menu, "✅ Switch off", shows="Maintenance is off")
    await answers(shared_worker, AT_WORK)
    ann.says("/help")
    await shared_worker.telegram.until(lambda: len(ann.received) == 3)
    await olga.presses(menu, "🛠 Switch on", shows="Maintenance is on")
    await answers(shared_worker, WORKED_ON)
    ann.says("/help")
    await ann.receives(WORKED_ON, times=2)
    entries = await shared_worker.rows("SELECT action, details FROM audit ORDER BY id")
    assert [(entry["action"], entry["details"]["to"]) for entry in entries] == [
        ("setting", True),
        ("setting", False),
        ("setting", True),
    ]
    await olga.presses(menu, "✅ Switch off", shows="Maintenance is off")


async def test_where_somebody_comes_from_is_kept_and_groups_are_left(shared_worker: SharedWorker) -> None:
    olga, ann = shared_worker.administrator(), shared_worker.telegram.private_chat(shared_worker.telegram.person("Ann"))
    menu = await switches_on(olga)
    await answers(shared_worker, WORKED_ON)
    ann.says("/start spring")
    await ann.receives(WORKED_ON)
    (row,) = await shared_worker.rows(f"SELECT source FROM users WHERE telegram_id = {ann.id}")
    assert row["source"] == "spring"
    group = shared_worker.telegram.group("Friends", [ann.person], with_bot=False)
    group.adds_bot(by=ann.person)
    await group.receives("so I leave")
    await shared_worker.telegram.until(lambda: len(shared_worker.telegram.calls.of("leaveChat")) == 1)
    await olga.presses(menu, "✅ Switch off", shows="Maintenance is off")


async def test_two_presses_do_it_once_and_a_restart_keeps_it(shared_worker: SharedWorker) -> None:
    olga = shared_worker.administrator()
    menu = await switches_on(olga)
    await olga.forges(menu, "s:maintenance:on", shows="Maintenance is on")
    assert len(await shared_worker.rows("SELECT * FROM audit")) == 1
    await shared_worker.process.stop()
    await shared_worker.process.start()
    ann = shared_worker.telegram.private_chat(shared_worker.telegram.person("Ann"))
    ann.says("/start")
    await ann.receives(WORKED_ON, within=30)
    await olga.presses(menu, "✅ Switch off", shows="Maintenance is off")
    assert await shared_worker.rows("SELECT * FROM changed_settings") == []
