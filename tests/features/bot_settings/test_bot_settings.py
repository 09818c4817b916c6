"""Settings that administrators change while the bot runs: at once, audited, and back to default."""

import asyncio

import pytest

from bot.framework.floods import BURST
from tests.support.heard import Heard
from tests.support.joined import needs
from tests.support.people import Person
from tests.support.telegram import Telegram

pytestmark = pytest.mark.settings(FLOOD_PER_MINUTE="0", LEAVE_GROUPS="false")
LIMIT, LEAVE = "Limit for one person", "Leave groups"
TOO_MUCH, HELP = "more than I can answer", "What I can do"
REFUSED, UNKNOWN = "the setting stays as it was", "don't know this setting"


async def opens(olga: Person, setting: str) -> Heard:
    await olga.says("/botsettings")
    return await olga.presses(setting, on=await olga.hears(), shows="‹ All settings")


async def audited(telegram: Telegram) -> list[tuple[object, ...]]:
    entries = await telegram.rows("SELECT actor_id, action, details FROM audit ORDER BY id")
    return [(one["actor_id"], *(one["details"][part] for part in ("setting", "from", "to"))) for one in entries]


async def kept(telegram: Telegram) -> dict[str, object]:
    return {
        row["name"]: row["value"]["value"] for row in await telegram.rows("SELECT name, value FROM changed_settings")
    }


async def test_another_limit_holds_at_once_and_the_default_again(telegram: Telegram) -> None:
    olga, ann, bob = telegram.person(administrator=True), telegram.person(), telegram.person()
    for _ in range(40):
        await ann.says("/help")
    for _ in range(40):
        await ann.hears(HELP)
    await opens(olga, LIMIT)
    menu = await olga.sees("no limit (default)", "✅ no limit")
    assert not any("Back to default" in label for label in menu.buttons)
    await olga.presses("30 a minute", shows="30 a minute (default: no limit)")
    assert await kept(telegram) == {"flood_per_minute": 30}
    await telegram.settles()
    for _ in range(2 * BURST):
        await ann.says("/help")
    await ann.hears(TOO_MUCH)
    await telegram.settles()
    assert len(ann.history()) < 40 + 2 * BURST
    await olga.presses("Back to default: no limit", shows="no limit (default)")
    assert await kept(telegram) == {}
    await telegram.settles()
    await asyncio.sleep(1)  # the leader has been woken by now
    for _ in range(40):
        await bob.says("/help")
    for _ in range(40):
        await bob.hears(HELP)
    assert await audited(telegram) == [
        (olga.id, "flood_per_minute", 0, 30),
        (olga.id, "flood_per_minute", 30, 0),
    ]


@needs("audit")
async def test_a_change_stands_in_the_audit(telegram: Telegram) -> None:
    olga = telegram.person(administrator=True)
    await opens(olga, LIMIT)
    await olga.presses("30 a minute", shows="30 a minute (default: no limit)")
    await olga.presses("Back to default: no limit", shows="no limit (default)")
    await olga.says("/admin")
    panel = await olga.presses("📜 Audit", shows="was: 30 a minute, now: no limit")
    assert "changed the setting “Limit for one person”" in panel


async def test_the_bot_leaves_groups_once_it_is_switched_on(telegram: Telegram) -> None:
    olga, ann = telegram.person(administrator=True), telegram.person("Ann")
    await opens(olga, LEAVE)
    await olga.forges("s:settings:leave_groups:on", shows="on (default: off)")
    await olga.forges("s:settings:leave_groups:on", shows="on (default: off)")
    await telegram.settles()
    await asyncio.sleep(1)  # as above
    await ann.adds_bot(telegram.group("Friends", [ann], with_bot=False))
    await telegram.emulator.until(lambda: len(telegram.calls.of("leaveChat")) == 1)
    await olga.presses("off", shows="off (default)")
    assert await audited(telegram) == [
        (olga.id, "leave_groups", False, True),
        (olga.id, "leave_groups", True, False),
    ]


async def test_what_another_process_sets_holds_and_also_after_a_restart(telegram: Telegram) -> None:
    ann = telegram.person("Ann")

    async def leaves() -> None:
        before = len(telegram.calls.of("leaveChat"))
        await ann.adds_bot(telegram.group("Friends", [ann], with_bot=False))
        await telegram.emulator.until(lambda: len(telegram.calls.of("leaveChat")) == before + 1, within=30)

    await telegram.execute(
        """INSERT INTO changed_settings (name, value) VALUES ('leave_groups', '{"value"\\: true}')""",
        f"SELECT pg_notify('telegram_bot_worker', '{telegram.emulator.bot.id}')",
    )
    await asyncio.sleep(1)  # as above
    await leaves()
    await telegram.restarts()
    await leaves()
    olga = telegram.person(administrator=True)
    await opens(olga, LEAVE)
    await olga.presses("Back to default: off", shows="off (default)")


async def test_from_the_panel_in_russian(telegram: Telegram) -> None:
    olga = telegram.person(administrator=True, language="ru")
    await olga.says("/admin")
    await olga.hears("Управление")
    await olga.presses("⚙️ Настройки бота", shows="без предела (по умолчанию)")
    await olga.presses("Уходить из групп", shows="нет (по умолчанию)")
    await olga.presses("‹ Все настройки", shows="Меняются на ходу")
    await olga.presses("‹ Назад", shows="Чем займёмся?")


async def test_what_cant_be_is_refused_and_changes_nothing(telegram: Telegram) -> None:
    olga = telegram.person(administrator=True)
    await opens(olga, LIMIT)
    for wrong in ("601", "-1", "3.5", "on", "٣", "30:60", "", "9" * 30):
        answer = await olga.forges(f"s:settings:flood_per_minute:{wrong}", shows="no limit (default)")
        assert REFUSED in answer or (not wrong and answer), wrong
    assert REFUSED in await olga.forges("s:settings:leave_groups:1", shows="off (default)")
    for unknown in ("maintenance", "night:on", "night:default", "night"):
        assert UNKNOWN in await olga.forges(f"s:settings:{unknown}", shows="Settings of the bot")
    assert await kept(telegram) == {}
    assert await audited(telegram) == []


async def test_what_a_newer_version_left_is_said_and_stays_until_somebody_chooses(telegram: Telegram) -> None:
    await telegram.execute("""INSERT INTO changed_settings (name, value) VALUES
        ('flood_per_minute', '{"value"\\: "by day"}'), ('night', '{"value"\\: 7}')""")
    olga = telegram.person(administrator=True)
    await opens(olga, LIMIT)
    await olga.sees("Another version has left a value")
    await olga.forges("s:settings:flood_per_minute:by night", shows="Another version has left a value")
    assert await kept(telegram) == {"flood_per_minute": "by day", "night": 7}
    assert await audited(telegram) == []
    await olga.presses("Back to default", shows="no limit (default)")
    assert await kept(telegram) == {"night": 7}
    assert await audited(telegram) == [(olga.id, "flood_per_minute", "by day", 0)]


async def test_for_nobody_else_it_exists(telegram: Telegram) -> None:
    olga, ann = telegram.person(administrator=True), telegram.person()
    await ann.says("/botsettings")
    await ann.hears("I don't know this command")
    await ann.says("/start")
    await ann.hears("Hello")
    await ann.forges("s:settings:flood_per_minute:30")
    assert await kept(telegram) == {}
    assert olga.history() == []
