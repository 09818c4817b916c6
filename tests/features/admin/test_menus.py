"""Which chats show administrators' commands: it goes with the right, however that goes."""

import asyncio

import pytest

from bot.sandbox.world.conversations import PrivateChat
from tests.support.stage import ADMINISTRATORS, Administrator, Stage
from tests.support.users_admin import bans, card_of, meets, opens

pytestmark = pytest.mark.asyncio(loop_scope="module")


def commands(stage: Stage, chat: PrivateChat) -> dict[str, str]:
    """A chat's own list of commands, and what they do."""
    listed = stage.telegram.state.profile.commands(("chat", chat.id, 0), "")
    return {one["command"]: one["description"] for one in listed}


async def shows(stage: Stage, chat: PrivateChat, *, administrators: bool) -> None:
    await stage.telegram.until(lambda: ("admin" in commands(stage, chat)) is administrators, within=20)


async def promoted(stage: Stage, olga: Administrator) -> PrivateChat:
    boris = await meets(stage, "Boris")
    await olga.presses(await card_of(olga, boris), "⬆️ Promote", shows="Role: administrator")
    await shows(stage, boris, administrators=True)
    return boris


async def test_a_ban_takes_an_administrators_list_and_its_end_gives_it_back(stage: Stage) -> None:
    olga = stage.administrator()
    boris = await promoted(stage, olga)
    card = await bans(olga, boris, silent=True)
    await shows(stage, boris, administrators=False)
    assert commands(stage, boris) == {}
    await olga.presses(card, "✅ Unban", shows="State: active")
    await shows(stage, boris, administrators=True)
    await stage.execute(f"UPDATE users SET language = 'ru' WHERE telegram_id = {boris.id}")
    menu = await opens(olga)
    await olga.presses(menu, "👥 People", shows="Ban a list")
    await olga.presses(menu, "🚫 Ban a list", shows="one a line")
    olga.chat.says(str(boris.id))
    preview = await olga.chat.receives("nobody is banned yet")
    await olga.presses(preview, "1 hour", shows="will be banned")
    await olga.presses(preview, "🤫 Silently", shows="was banned")
    await shows(stage, boris, administrators=False)
    assert commands(stage, boris)["help"] == "Что я умею"


async def test_somebody_elses_ban_changes_no_list(stage: Stage) -> None:
    olga, ann = stage.administrator(), await meets(stage, "Ann")
    before = len(stage.telegram.calls.of("deleteMyCommands"))
    await bans(olga, ann, silent=True)
    await stage.settles()
    assert len(stage.telegram.calls.of("deleteMyCommands")) == before


async def test_who_is_no_owner_any_more_loses_the_list_at_the_next_start(stage: Stage) -> None:
    olga, rosa = stage.administrator(), stage.administrator()
    rosa.chat.says("/start")  # after the worker's start, which knew of no chat with her
    await shows(stage, rosa.chat, administrators=True)
    olga.chat.says("/start")
    await shows(stage, olga.chat, administrators=True)
    await stage.settles()
    await stage.worker.stop()
    others = ",".join(str(number) for number in ADMINISTRATORS if number != rosa.chat.id)
    await stage.worker.start(ADMIN_IDS=others)
    await shows(stage, rosa.chat, administrators=False)
    await shows(stage, olga.chat, administrators=True)
    async with asyncio.timeout(20):
        while await stage.rows(f"SELECT * FROM administrators_chats WHERE telegram_id = {rosa.chat.id}"):
            await asyncio.sleep(0.02)
    await stage.worker.stop()
    await stage.worker.start()


async def test_a_banned_administrator_is_told_nothing_about_the_bot(stage: Stage) -> None:
    banned, free = await stage.people(2, role="'administrator'", daily_report="true")
    await stage.execute(
        f"UPDATE users SET banned_at = now(), silenced = true WHERE telegram_id = {banned.id}",
        "UPDATE timetable SET due_at = now() WHERE what = 'daily report'",
    )
    await free.receives("", within=20)
    await stage.settles()
    assert banned.received == []
