"""Maintenance: people are told once, nothing is done for them, and administrators work on."""

import asyncio

import pytest

from tests.support.heard import Heard
from tests.support.people import Person
from tests.support.telegram import Telegram

pytestmark = pytest.mark.settings(LEAVE_GROUPS="true")

WORKED_ON = "being worked on just now"
AT_WORK = "What I can do"


async def switches_on(olga: Person) -> Heard:
    await olga.says("/maintenance")
    menu = await olga.hears("Maintenance is off")
    return await olga.presses("🛠 Switch on", on=menu, shows="Maintenance is on")


async def answers(telegram: Telegram, text: str) -> None:
    """Wait until what was switched has reached the leader: one stranger after another asks until they hear this."""
    async with asyncio.timeout(20):
        while True:
            stranger = telegram.person()
            await stranger.says("/help")
            if text in await stranger.hears():
                return


async def test_people_are_told_once_each_time_and_administrators_work_on(telegram: Telegram) -> None:
    olga, ann = telegram.person(administrator=True), telegram.person("Ann")
    await ann.says("/start")
    welcome = await ann.hears("Hello, ")
    await telegram.settles()
    menu = await switches_on(olga)
    await answers(telegram, WORKED_ON)
    await ann.says("/help")
    await ann.hears(WORKED_ON)
    await ann.says("/start spring")
    assert WORKED_ON in await ann.forges("help", on=welcome)
    await telegram.settles()
    assert len(ann.history()) == 2
    await olga.says("/help")
    await olga.hears("/admin")
    await olga.presses("✅ Switch off", on=menu, shows="Maintenance is off")
    await answers(telegram, AT_WORK)
    await ann.says("/help")
    await ann.hears()
    assert len(ann.history()) == 3
    await olga.presses("🛠 Switch on", on=menu, shows="Maintenance is on")
    await answers(telegram, WORKED_ON)
    await ann.says("/help")
    await ann.hears(WORKED_ON)
    entries = await telegram.rows("SELECT action, details FROM audit ORDER BY id")
    assert [(entry["action"], entry["details"]["to"]) for entry in entries] == [
        ("setting", True),
        ("setting", False),
        ("setting", True),
    ]
    await olga.presses("✅ Switch off", on=menu, shows="Maintenance is off")


async def test_where_somebody_comes_from_is_kept_and_groups_are_left(telegram: Telegram) -> None:
    olga, ann = telegram.person(administrator=True), telegram.person("Ann")
    menu = await switches_on(olga)
    await answers(telegram, WORKED_ON)
    await ann.says("/start spring")
    await ann.hears(WORKED_ON)
    assert await telegram.value(f"SELECT source FROM users WHERE telegram_id = {ann.id}") == "spring"
    group = telegram.group("Friends", [ann], with_bot=False)
    await ann.adds_bot(group)
    await ann.hears("so I leave", group=group)
    await telegram.emulator.until(lambda: len(telegram.calls.of("leaveChat")) == 1)
    await olga.presses("✅ Switch off", on=menu, shows="Maintenance is off")


async def test_two_presses_do_it_once_and_a_restart_keeps_it(telegram: Telegram) -> None:
    olga = telegram.person(administrator=True)
    menu = await switches_on(olga)
    await olga.forges("s:maintenance:on", on=menu, shows="Maintenance is on")
    assert len(await telegram.rows("SELECT * FROM audit")) == 1
    await telegram.restarts()
    ann = telegram.person("Ann")
    await ann.says("/start")
    await ann.hears(WORKED_ON)
    await olga.presses("✅ Switch off", on=menu, shows="Maintenance is off")
    assert await telegram.rows("SELECT * FROM changed_settings") == []
