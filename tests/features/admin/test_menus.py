"""Which chats show administrators' commands: it goes with the right, however that goes."""

import asyncio

from bot.sandbox.world.conversations import PrivateChat
from tests.support.joined import needs
from tests.support.shared_worker import ADMINISTRATORS, Administrator, SharedWorker
from tests.support.users_admin import bans, card_of, known_user, open_admin_panel


def commands(shared_worker: SharedWorker, chat: PrivateChat) -> dict[str, str]:
    """A chat's own list of commands, and what they do."""
    listed = shared_worker.telegram.state.profile.commands(("chat", chat.id, 0), "")
    return {one["command"]: one["description"] for one in listed}


async def shows(shared_worker: SharedWorker, chat: PrivateChat, *, administrators: bool) -> None:
    await shared_worker.telegram.until(lambda: ("admin" in commands(shared_worker, chat)) is administrators, within=20)


async def promoted(shared_worker: SharedWorker, olga: Administrator) -> PrivateChat:
    boris = await known_user(shared_worker, "Boris")
    await olga.presses(await card_of(olga, boris), "⬆️ Promote", shows="Role: administrator")
    await shows(shared_worker, boris, administrators=True)
    return boris


@needs("bans")
async def test_a_ban_takes_an_administrators_list_and_its_end_gives_it_back(shared_worker: SharedWorker) -> None:
    olga = shared_worker.administrator()
    boris = await promoted(shared_worker, olga)
    card = await bans(olga, boris, silent=True)
    await shows(shared_worker, boris, administrators=False)
    assert commands(shared_worker, boris) == {}
    await olga.presses(card, "✅ Unban", shows="State: active")
    await shows(shared_worker, boris, administrators=True)
    await shared_worker.execute(f"UPDATE users SET language = 'ru' WHERE telegram_id = {boris.id}")
    menu = await open_admin_panel(olga)
    await olga.presses(menu, "👥 People", shows="Ban a list")
    await olga.presses(menu, "🚫 Ban a list", shows="one a line")
    olga.chat.says(str(boris.id))
    preview = await olga.chat.receives("nobody is banned yet")
    await olga.presses(preview, "1 hour", shows="will be banned")
    await olga.presses(preview, "🤫 Silently", shows="was banned")
    await shows(shared_worker, boris, administrators=False)
    assert commands(shared_worker, boris)["help"] == "Что я умею"


@needs("bans")
async def test_somebody_elses_ban_changes_no_list(shared_worker: SharedWorker) -> None:
    olga, ann = shared_worker.administrator(), await known_user(shared_worker, "Ann")
    before = len(shared_worker.telegram.calls.of("deleteMyCommands"))
    await bans(olga, ann, silent=True)
    await shared_worker.settles()
    assert len(shared_worker.telegram.calls.of("deleteMyCommands")) == before


async def test_who_is_no_owner_any_more_loses_the_list_at_the_next_start(shared_worker: SharedWorker) -> None:
    olga, rosa = shared_worker.administrator(), shared_worker.administrator()
    rosa.chat.says("/start")  # after the worker's start, which knew of no chat with her
    await shows(shared_worker, rosa.chat, administrators=True)
    olga.chat.says("/start")
    await shows(shared_worker, olga.chat, administrators=True)
    await shared_worker.settles()
    await shared_worker.process.stop()
    others = ",".join(str(number) for number in ADMINISTRATORS if number != rosa.chat.id)
    await shared_worker.process.start(ADMIN_IDS=others)
    await shows(shared_worker, rosa.chat, administrators=False)
    await shows(shared_worker, olga.chat, administrators=True)
    async with asyncio.timeout(20):
        while await shared_worker.rows(f"SELECT * FROM administrators_chats WHERE telegram_id = {rosa.chat.id}"):
            await asyncio.sleep(0.02)
    await shared_worker.process.stop()
    await shared_worker.process.start()


@needs("statistics")
async def test_a_banned_administrator_is_told_nothing_about_the_bot(shared_worker: SharedWorker) -> None:
    banned, free = await shared_worker.people(2, role="'administrator'", daily_report="true")
    await shared_worker.execute(
        f"UPDATE users SET banned_at = now(), silenced = true WHERE telegram_id = {banned.id}",
        "UPDATE timetable SET due_at = now() WHERE what = 'daily report'",
    )
    await free.receives("", within=20)
    await shared_worker.settles()
    assert banned.received == []
