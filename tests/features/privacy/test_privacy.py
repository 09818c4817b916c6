"""/privacy as a person uses it: reading it, the file, and being erased."""

import json
from typing import Any

from bot.db.base import Base
from bot.features.privacy.repository import every_table
from bot.sandbox.world.messages import Message
from tests.support.joined import REGISTRY
from tests.support.shared_worker import Administrator, SharedWorker
from tests.support.users_admin import open_admin_panel

TABLES = every_table(REGISTRY.tables)
PERSONAL = {table.__tablename__ for table, personal in TABLES.items() if personal is not None}


async def test_it_tells_what_is_kept_in_both_languages(shared_worker: SharedWorker) -> None:
    for language, heading, begun in (("en", "What I keep about you", "Hello"), ("ru", "Что я о вас храню", "Здравств")):
        chat = shared_worker.telegram.private_chat(shared_worker.telegram.person("Ann", language_code=language))
        chat.says("/privacy")
        overview = await chat.receives(heading)
        assert "30 d" in overview.text or language == "ru"
        chat.press(overview, overview.buttons[-1]["text"])
        await shared_worker.telegram.until(lambda overview=overview, begun=begun: begun in overview.text)  # type: ignore[misc]


async def test_the_file_holds_every_table_and_after_erasing_there_is_nothing(shared_worker: SharedWorker) -> None:
    ann = await _known_everywhere(shared_worker)
    whole = await _export(shared_worker, ann)
    held = {name for name, rows in whole["tables"].items() if rows}
    assert held == {table.__tablename__ for table, personal in every_table(REGISTRY.tables).items() if personal} - {
        "outbox",
        "pollers",
    }  # in `updates` is the press that asks for it
    (user,) = whole["tables"]["users"]
    assert (user["telegram_id"], user["first_name"], user["source"]) == (ann.chat.id, "Ann", "from-1")
    assert whole["tables"]["notes"][0]["text"] == "asks a lot"

    await _is_erased(ann)
    await shared_worker.settles()
    for name in Base.metadata.tables:
        found = await shared_worker.rows(f"SELECT * FROM {name}")
        assert not [row for row in found if str(ann.chat.id) in str(row)], name
    await _opened(ann)
    (user,) = await shared_worker.rows("SELECT message_count, source FROM users")
    assert dict(user) == {"message_count": 1, "source": None}


async def test_after_erasing_a_person_is_a_stranger_also_in_memory(shared_worker: SharedWorker) -> None:
    ann = Administrator(shared_worker, shared_worker.telegram.private_chat())
    ann.chat.says("/settings")
    menu = await ann.chat.receives("Settings")
    await ann.presses(menu, "🌐 Language: English", shows="Which language")
    await ann.presses(menu, "Русский", shows="Настройки")
    ann.chat.says("/privacy")
    shown = await ann.chat.receives("Что я о вас храню")
    await ann.presses(shown, "Стереть меня", shows="Стереть всё")
    await ann.presses(shown, "Да, стереть всё", shows="стёрто")
    ann.chat.says("/help")
    await ann.chat.receives("What I can do")


async def test_after_erasing_a_person_stays_a_stranger_until_they_write(shared_worker: SharedWorker) -> None:
    ann = Administrator(shared_worker, shared_worker.telegram.private_chat())
    group = shared_worker.telegram.group("Friends", [shared_worker.telegram.person("Bob"), ann.chat.person])
    await _opened(ann)
    await _is_erased(ann)
    ann.chat.blocks()
    group.leaves(ann.chat.person)
    group.joins(ann.chat.person)
    await shared_worker.settles()
    assert await shared_worker.rows("SELECT * FROM users") == []
    ann.chat.unblocks()
    ann.chat.says("/help")
    await ann.chat.receives("What I can do")
    (user,) = await shared_worker.rows("SELECT telegram_id, blocked_at FROM users")
    assert dict(user) == {"telegram_id": ann.chat.id, "blocked_at": None}


async def test_the_list_of_commands_goes_with_what_it_was_for_and_stays_while_nothing_is_erased(
    shared_worker: SharedWorker,
) -> None:
    olga, boris = shared_worker.administrator(), Administrator(shared_worker, shared_worker.telegram.private_chat())
    shown = await _opened(boris)
    await olga.forges(await open_admin_panel(olga), f"a:promote:{boris.chat.id}", shows="Role: administrator")
    listed = ("chat", boris.chat.id, 0)
    await shared_worker.telegram.until(lambda: bool(shared_worker.telegram.state.profile.commands(listed)))
    await _has_a_broadcast(shared_worker, boris, state="paused")
    await boris.forges(shown, "privacy:erase:yes", shows="What I keep")
    await shared_worker.settles()
    assert shared_worker.telegram.state.profile.commands(listed)
    await shared_worker.execute("UPDATE broadcasts SET state = 'done'")
    await boris.forges(shown, "privacy:erase:yes", shows="is erased")
    await shared_worker.settles()
    assert shared_worker.telegram.state.profile.commands(listed) == []


async def test_it_is_asked_once_more_and_a_no_keeps_everything(shared_worker: SharedWorker) -> None:
    ann = Administrator(shared_worker, shared_worker.telegram.private_chat())
    shown = await _opened(ann)
    await ann.presses(shown, "🗑 Erase me", shows="Shall I erase")
    assert len(await shared_worker.rows("SELECT * FROM users")) == 1
    await ann.presses(shown, "‹ No, keep it", shows="What I keep")
    assert len(await shared_worker.rows("SELECT * FROM users")) == 1


async def test_two_quick_presses_erase_once_and_harm_nothing(shared_worker: SharedWorker) -> None:
    ann = Administrator(shared_worker, shared_worker.telegram.private_chat())
    shown = await _opened(ann)
    await ann.presses(shown, "🗑 Erase me", shows="Shall I erase")
    presses = [ann.chat.press_forged(shown, "privacy:erase:yes") for _ in range(2)]
    await shared_worker.telegram.until(lambda: all(press.answer is not None for press in presses))
    await shared_worker.settles()
    assert await shared_worker.rows("SELECT * FROM users") == []
    assert await shared_worker.rows("SELECT * FROM dead_letters") == []


async def test_a_running_ban_outlives_it(shared_worker: SharedWorker) -> None:
    ann = Administrator(shared_worker, shared_worker.telegram.private_chat())
    shown = await _opened(ann)
    await ann.presses(shown, "🗑 Erase me", shows="Shall I erase")
    await shared_worker.settles()
    await shared_worker.execute("UPDATE users SET banned_at = now()")
    await ann.presses(shown, "🗑 Yes, erase everything", shows="but your number and the dates of your ban")
    (row,) = await shared_worker.rows("SELECT * FROM users")
    assert (row["telegram_id"], row["first_name"], row["banned_at"] is None) == (ann.chat.id, "", False)


async def test_whose_broadcast_is_under_way_has_to_wait(shared_worker: SharedWorker) -> None:
    olga = shared_worker.administrator()
    shown = await _opened(olga)
    await _has_a_broadcast(shared_worker, olga, state="paused")
    await olga.presses(shown, "🗑 Erase me", shows="Shall I erase")
    assert "under way" in await olga.presses(shown, "🗑 Yes, erase everything", shows="What I keep")
    assert len(await shared_worker.rows(f"SELECT * FROM users WHERE telegram_id = {olga.chat.id}")) == 1


async def test_in_a_group_nothing_is_told_or_erased(shared_worker: SharedWorker) -> None:
    ann = shared_worker.telegram.person("Ann")
    group = shared_worker.telegram.group("Friends", [ann])
    group.says("/privacy@test_bot", by=ann)
    answer = await group.receives("in private")
    for data in ("privacy", "privacy:export", "privacy:erase", "privacy:erase:yes"):
        press = group.press_forged(answer, data, by=ann)
        await shared_worker.telegram.until(lambda press=press: press.answer is not None)  # type: ignore[misc]
    await shared_worker.settles()
    assert len(group.received) == 1
    assert len(await shared_worker.rows("SELECT * FROM users")) == 1


async def _opened(person: Administrator) -> Message:
    person.chat.says("/privacy")
    return await person.chat.receives("What I keep about you")


async def _known_everywhere(shared_worker: SharedWorker) -> Administrator:
    """Somebody with a row in every table that keeps any for longer than a moment."""
    ann = Administrator(
        shared_worker, shared_worker.telegram.private_chat(shared_worker.telegram.person("Ann", id=7_654_321))
    )
    ann.chat.says("/start from-1")
    await ann.chat.receives("Hello")
    await shared_worker.settles()
    person = ann.chat.id
    await shared_worker.execute(
        "INSERT INTO asked (chat_id, telegram_id, what, details, until)"
        f" VALUES ({person}, {person}, 'x', '{{}}', now())",
        f"INSERT INTO notes (telegram_id, text) VALUES ({person}, 'asks a lot')",
        f"INSERT INTO sanctions (telegram_id, kind, reason, lifted_at) VALUES ({person}, 'ban', 'spam', now())",
        f"INSERT INTO administrators_chats (bot_id, telegram_id) VALUES (1, {person})",
        f"INSERT INTO audit (person_id, action, details) VALUES ({person}, 'ban', '{{}}')",
        f"INSERT INTO changed_settings (name, value, changed_by) VALUES ('x', '{{}}', {person})",
        "INSERT INTO active_weeks (user_id, week) SELECT id, '2026-11-23' FROM users",
        "INSERT INTO dead_letters (bot_id, origin, chat_id, payload, reason)"
        f" VALUES ({shared_worker.telegram.bot.id}, 'message', {person}, '{{}}', 'blocked')",
        "INSERT INTO broadcasts (bot_id, author_id, language, state, content, category, audience)"
        f" VALUES ({shared_worker.telegram.bot.id}, {person}, 'en', 'done', '{{}}', 'news', '{{}}')",
        "INSERT INTO broadcast_recipients (broadcast_id, user_id, telegram_id, state)"
        " SELECT broadcasts.id, users.id, users.telegram_id, 'sent' FROM broadcasts, users",
    )
    return ann


async def _export(shared_worker: SharedWorker, ann: Administrator) -> dict[str, Any]:
    shown = await _opened(ann)
    assert "your file" in await ann.presses(shown, "📦 Export my data", shows="What I keep")
    file = await ann.chat.receives("Everything I keep about you")
    assert (file.content.media or {})["document"]["file_name"] == "my-data.json"
    upload = shared_worker.telegram.calls.of("sendDocument")[-1].parameters["document"]
    return dict(json.loads(upload.content))


async def _has_a_broadcast(shared_worker: SharedWorker, author: Administrator, *, state: str) -> None:
    await shared_worker.execute(
        "INSERT INTO broadcasts (bot_id, author_id, language, state, content, category, audience)"
        f" VALUES ({shared_worker.telegram.bot.id}, {author.chat.id}, 'en', '{state}', '{{}}', 'news', '{{}}')"
    )


async def _is_erased(ann: Administrator) -> None:
    shown = next(message for message in ann.chat.received if "What I keep" in message.text)
    await ann.presses(shown, "🗑 Erase me", shows="Shall I erase")
    await ann.presses(shown, "🗑 Yes, erase everything", shows="is erased")
