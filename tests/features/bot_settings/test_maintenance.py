"""Maintenance: people are told once, nothing is done for them, and administrators work on."""

import asyncio

import pytest

from bot.sandbox.world.messages import Message
from tests.support.stage import Administrator, Stage

pytestmark = pytest.mark.asyncio(loop_scope="module")

VARIABLES = {"LEAVE_GROUPS": "true"}
WORKED_ON = "being worked on just now"
AT_WORK = "What I can do"


async def switches_on(olga: Administrator) -> Message:
    olga.chat.says("/maintenance")
    menu = await olga.chat.receives("Maintenance is off")
    await olga.presses(menu, "🛠 Switch on", shows="Maintenance is on")
    return menu


async def answers(stage: Stage, said: str) -> None:
    """Wait until what was switched has reached the leader: one stranger after another asks until they hear this."""
    async with asyncio.timeout(20):
        while True:
            stranger = stage.telegram.private_chat()
            stranger.says("/help")
            if said in (await stranger.receives()).text:
                return


async def test_people_are_told_once_each_time_and_administrators_work_on(stage: Stage) -> None:
    olga = stage.administrator()
    ann = stage.telegram.private_chat(stage.telegram.person("Ann"))
    ann.says("/start")
    welcome = await ann.receives("Hello, ")
    await stage.settles()
    menu = await switches_on(olga)
    await answers(stage, WORKED_ON)
    ann.says("/help")
    await ann.receives(WORKED_ON)
    ann.says("/start spring")
    press = ann.press(welcome, "help")
    await stage.telegram.until(lambda: press.answer is not None)
    assert press.answer is not None
    assert WORKED_ON in (press.answer.text or "")
    await stage.settles()
    assert len(ann.received) == 2
    olga.chat.says("/help")
    await olga.chat.receives("/broadcast")
    await olga.presses(menu, "✅ Switch off", shows="Maintenance is off")
    await answers(stage, AT_WORK)
    ann.says("/help")
    await stage.telegram.until(lambda: len(ann.received) == 3)
    await olga.presses(menu, "🛠 Switch on", shows="Maintenance is on")
    await answers(stage, WORKED_ON)
    ann.says("/help")
    await ann.receives(WORKED_ON, times=2)
    deeds = await stage.rows("SELECT action, details FROM audit ORDER BY id")
    assert [(deed["action"], deed["details"]["to"]) for deed in deeds] == [
        ("setting", True),
        ("setting", False),
        ("setting", True),
    ]
    await olga.presses(menu, "✅ Switch off", shows="Maintenance is off")


async def test_where_somebody_comes_from_is_kept_and_groups_are_left(stage: Stage) -> None:
    olga, ann = stage.administrator(), stage.telegram.private_chat(stage.telegram.person("Ann"))
    menu = await switches_on(olga)
    await answers(stage, WORKED_ON)
    ann.says("/start spring")
    await ann.receives(WORKED_ON)
    (row,) = await stage.rows(f"SELECT source FROM users WHERE telegram_id = {ann.id}")
    assert row["source"] == "spring"
    group = stage.telegram.group("Friends", [ann.person], with_bot=False)
    group.adds_bot(by=ann.person)
    await group.receives("so I leave")
    await stage.telegram.until(lambda: len(stage.telegram.calls.of("leaveChat")) == 1)
    await olga.presses(menu, "✅ Switch off", shows="Maintenance is off")


async def test_two_presses_do_it_once_and_a_restart_keeps_it(stage: Stage) -> None:
    olga = stage.administrator()
    menu = await switches_on(olga)
    await olga.forges(menu, "s:maintenance:on", shows="Maintenance is on")
    assert len(await stage.rows("SELECT * FROM audit")) == 1
    await stage.worker.stop()
    await stage.worker.start()
    ann = stage.telegram.private_chat(stage.telegram.person("Ann"))
    ann.says("/start")
    await ann.receives(WORKED_ON, within=30)
    await olga.presses(menu, "✅ Switch off", shows="Maintenance is off")
    assert await stage.rows("SELECT * FROM changed_settings") == []
