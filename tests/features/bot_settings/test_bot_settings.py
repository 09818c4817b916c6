"""Settings that administrators change while the bot runs: at once, audited, and back to default."""

import asyncio

import pytest

from bot.framework.floods import BURST
from bot.sandbox.world.messages import Message
from tests.support.shared_worker import Administrator, SharedWorker

pytestmark = pytest.mark.settings(FLOOD_PER_MINUTE="0", LEAVE_GROUPS="false")
LIMIT, LEAVE = "Limit for one person", "Leave groups"
TOO_MUCH, HELP = "more than I can answer", "What I can do"
REFUSED, UNKNOWN = "the setting stays as it was", "don't know this setting"


async def opens(olga: Administrator, setting: str) -> Message:
    before = len(olga.chat.received)
    olga.chat.says("/botsettings")
    await olga.shared_worker.telegram.until(lambda: len(olga.chat.received) > before)
    menu = olga.chat.received[-1]
    await olga.presses(menu, setting, shows="‹ All settings")
    return menu


async def audited(shared_worker: SharedWorker) -> list[tuple[object, ...]]:
    entries = await shared_worker.rows("SELECT actor_id, action, details FROM audit ORDER BY id")
    return [(one["actor_id"], *(one["details"][part] for part in ("setting", "from", "to"))) for one in entries]


async def kept(shared_worker: SharedWorker) -> dict[str, object]:
    return {
        row["name"]: row["value"]["value"]
        for row in await shared_worker.rows("SELECT name, value FROM changed_settings")
    }


async def test_another_limit_holds_at_once_and_the_default_again(shared_worker: SharedWorker) -> None:
    olga, ann, bob = (
        shared_worker.administrator(),
        shared_worker.telegram.private_chat(),
        shared_worker.telegram.private_chat(),
    )
    for _ in range(40):
        ann.says("/help")
    await ann.receives(HELP, times=40)
    menu = await opens(olga, LIMIT)
    await olga.shows(menu, "no limit (default)", "✅ no limit")
    assert not any("Back to default" in label for label in olga.labels(menu))
    await olga.presses(menu, "30 a minute", shows="30 a minute (default: no limit)")
    assert await kept(shared_worker) == {"flood_per_minute": 30}
    await shared_worker.settles()
    for _ in range(2 * BURST):
        ann.says("/help")
    await ann.receives(TOO_MUCH)
    await shared_worker.settles()
    assert len(ann.received) < 40 + 2 * BURST
    await olga.presses(menu, "Back to default: no limit", shows="no limit (default)")
    assert await kept(shared_worker) == {}
    await shared_worker.settles()
    await asyncio.sleep(1)  # the leader has been woken by now
    for _ in range(40):
        bob.says("/help")
    await bob.receives(HELP, times=40)
    assert await audited(shared_worker) == [
        (olga.chat.id, "flood_per_minute", 0, 30),
        (olga.chat.id, "flood_per_minute", 30, 0),
    ]
    olga.chat.says("/admin")
    panel = await olga.chat.receives("Administration")
    await olga.presses(panel, "📜 Audit", shows="was: 30 a minute, now: no limit")
    assert "changed the setting “Limit for one person”" in panel.text


async def test_the_bot_leaves_groups_once_it_is_switched_on(shared_worker: SharedWorker) -> None:
    olga, ann = shared_worker.administrator(), shared_worker.telegram.person("Ann")
    menu = await opens(olga, LEAVE)
    await olga.forges(menu, "s:settings:leave_groups:on", shows="on (default: off)")
    await olga.forges(menu, "s:settings:leave_groups:on", shows="on (default: off)")
    await shared_worker.settles()
    await asyncio.sleep(1)  # as above
    group = shared_worker.telegram.group("Friends", [ann], with_bot=False)
    group.adds_bot(by=ann)
    await shared_worker.telegram.until(lambda: len(shared_worker.telegram.calls.of("leaveChat")) == 1)
    await olga.presses(menu, "off", shows="off (default)")
    assert await audited(shared_worker) == [
        (olga.chat.id, "leave_groups", False, True),
        (olga.chat.id, "leave_groups", True, False),
    ]


async def test_what_another_process_sets_holds_and_also_after_a_restart(shared_worker: SharedWorker) -> None:
    ann = shared_worker.telegram.person("Ann")

    async def leaves() -> None:
        before = len(shared_worker.telegram.calls.of("leaveChat"))
        shared_worker.telegram.group("Friends", [ann], with_bot=False).adds_bot(by=ann)
        await shared_worker.telegram.until(
            lambda: len(shared_worker.telegram.calls.of("leaveChat")) == before + 1, within=30
        )

    await shared_worker.execute(
        """INSERT INTO changed_settings (name, value) VALUES ('leave_groups', '{"value"\\: true}')""",
        f"SELECT pg_notify('telegram_bot_worker', '{shared_worker.telegram.bot.id}')",
    )
    await asyncio.sleep(1)  # as above
    await leaves()
    await shared_worker.process.stop()
    await shared_worker.process.start()
    await leaves()
    olga = shared_worker.administrator()
    await olga.presses(await opens(olga, LEAVE), "Back to default: off", shows="off (default)")


async def test_from_the_panel_in_russian(shared_worker: SharedWorker) -> None:
    olga = shared_worker.administrator("ru")
    olga.chat.says("/admin")
    panel = await olga.chat.receives("Управление")
    await olga.presses(panel, "⚙️ Настройки бота", shows="без предела (по умолчанию)")
    await olga.presses(panel, "Уходить из групп", shows="нет (по умолчанию)")
    await olga.presses(panel, "‹ Все настройки", shows="Меняются на ходу")
    await olga.presses(panel, "‹ Назад", shows="Чем займёмся?")


async def test_what_cant_be_is_refused_and_changes_nothing(shared_worker: SharedWorker) -> None:
    olga = shared_worker.administrator()
    menu = await opens(olga, LIMIT)
    for wrong in ("601", "-1", "3.5", "on", "٣", "30:60", "", "9" * 30):
        answer = await olga.forges(menu, f"s:settings:flood_per_minute:{wrong}", shows="no limit (default)")
        assert REFUSED in answer or (not wrong and answer), wrong
    assert REFUSED in await olga.forges(menu, "s:settings:leave_groups:1", shows="off (default)")
    for unknown in ("maintenance", "night:on", "night:default", "night"):
        assert UNKNOWN in await olga.forges(menu, f"s:settings:{unknown}", shows="Settings of the bot")
    assert await kept(shared_worker) == {}
    assert await audited(shared_worker) == []


async def test_what_a_newer_version_left_is_said_and_stays_until_somebody_chooses(shared_worker: SharedWorker) -> None:
    await shared_worker.execute("""INSERT INTO changed_settings (name, value) VALUES
        ('flood_per_minute', '{"value"\\: "by day"}'), ('night', '{"value"\\: 7}')""")
    olga = shared_worker.administrator()
    menu = await opens(olga, LIMIT)
    await olga.shows(menu, "Another version has left a value")
    await olga.forges(menu, "s:settings:flood_per_minute:by night", shows="Another version has left a value")
    assert await kept(shared_worker) == {"flood_per_minute": "by day", "night": 7}
    assert await audited(shared_worker) == []
    await olga.presses(menu, "Back to default", shows="no limit (default)")
    assert await kept(shared_worker) == {"night": 7}
    assert await audited(shared_worker) == [(olga.chat.id, "flood_per_minute", "by day", 0)]


async def test_for_nobody_else_it_exists(shared_worker: SharedWorker) -> None:
    olga, ann = shared_worker.administrator(), shared_worker.telegram.private_chat()
    ann.says("/botsettings")
    await ann.receives("I don't know this command")
    ann.says("/start")
    menu = await ann.receives("Hello")
    press = ann.press_forged(menu, "s:settings:flood_per_minute:30")
    await shared_worker.telegram.until(lambda: press.answer is not None)
    await shared_worker.settles()
    assert await kept(shared_worker) == {}
    assert olga.chat.received == []
