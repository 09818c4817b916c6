"""/privacy as a person uses it: reading it, the file, and being erased."""

import asyncio
import json
from typing import Any

from sqlalchemy.ext.asyncio import AsyncEngine

from bot.db.base import Base
from bot.features.privacy.repository import every_table
from tests.support.joined import REGISTRY, needs
from tests.support.people import Person
from tests.support.personal_data import ANN, insert_rows, rows_of_features
from tests.support.shared_worker import SharedWorker
from tests.support.telegram import Telegram

TABLES = every_table(REGISTRY.tables)
PERSONAL = {table.__tablename__ for table, personal in TABLES.items() if personal is not None}


async def test_it_tells_what_is_kept_in_both_languages(telegram: Telegram) -> None:
    for language, heading, begun in (("en", "What I keep about you", "Hello"), ("ru", "Что я о вас храню", "Здравств")):
        ann = telegram.person(language=language)
        await ann.says("/privacy")
        overview = await ann.hears(heading)
        assert "30 d" in overview or language == "ru"
        await ann.presses(overview.buttons[-1], shows=begun)


async def test_the_file_holds_every_table_and_after_erasing_there_is_nothing(
    telegram: Telegram, shared_worker: SharedWorker
) -> None:
    ann = await _known_everywhere(telegram, shared_worker.engine)
    whole = await _export(ann)
    held = {name for name, rows in whole["tables"].items() if rows}
    assert held == {table.__tablename__ for table, personal in every_table(REGISTRY.tables).items() if personal} - {
        "outbox",
        "pollers",
    }  # in `updates` is the press that asks for it
    (user,) = whole["tables"]["users"]
    assert (user["telegram_id"], user["first_name"], user["source"]) == (ann.id, "Ann", "from-1")
    assert whole["tables"]["notes"][0]["text"] == "asks"

    await _is_erased(ann)
    for name in Base.metadata.tables:
        found = await telegram.rows(f"SELECT * FROM {name}")
        assert not [row for row in found if str(ann.id) in str(row)], name
    await _opens_privacy(ann)
    (user,) = await telegram.rows("SELECT message_count, source FROM users")
    assert dict(user) == {"message_count": 1, "source": None}


async def test_after_erasing_a_person_is_a_stranger_also_in_memory(telegram: Telegram) -> None:
    ann = telegram.person()
    await ann.says("/settings")
    await ann.presses("🌐 Language: English", shows="Which language")
    await ann.presses("Русский", shows="Настройки")
    await ann.says("/privacy")
    await ann.hears("Что я о вас храню")
    await ann.presses("Стереть меня", shows="Стереть всё")
    await ann.presses("Да, стереть всё", shows="стёрто")
    await ann.says("/help")
    await ann.hears("What I can do")


async def test_after_erasing_a_person_stays_a_stranger_until_they_write(telegram: Telegram) -> None:
    ann = telegram.person()
    group = telegram.group("Friends", [telegram.person("Bob"), ann])
    await _opens_privacy(ann)
    await _is_erased(ann)
    await ann.blocks_bot()
    await ann.leaves(group)
    await ann.joins(group)
    assert await telegram.rows("SELECT * FROM users") == []
    await ann.unblocks_bot()
    await ann.says("/help")
    await ann.hears("What I can do")
    (user,) = await telegram.rows("SELECT telegram_id, blocked_at FROM users")
    assert dict(user) == {"telegram_id": ann.id, "blocked_at": None}


@needs("broadcasts")
async def test_the_list_of_commands_goes_with_what_it_was_for_and_stays_while_nothing_is_erased(
    telegram: Telegram,
) -> None:
    olga, boris = telegram.person(administrator=True), telegram.person()
    await _opens_privacy(boris)
    await olga.says("/admin")
    await olga.hears("Administration")
    await olga.forges(f"a:promote:{boris.id}")
    await olga.sees("Role: administrator")
    commands, listed = telegram.emulator.state.profile.commands, ("chat", boris.id, 0)
    await telegram.emulator.until(lambda: bool(commands(listed)))
    await _has_a_broadcast(telegram, boris, state="paused")
    await boris.forges("privacy:erase:yes")
    assert "What I keep" in await boris.sees()
    assert commands(listed)
    await telegram.execute("UPDATE broadcasts SET state = 'done'")
    await boris.forges("privacy:erase:yes")
    assert "is erased" in await boris.sees()
    assert commands(listed) == []


async def test_it_is_asked_once_more_and_a_no_keeps_everything(telegram: Telegram) -> None:
    ann = telegram.person()
    await _opens_privacy(ann)
    await ann.presses("🗑 Erase me", shows="Shall I erase")
    assert len(await telegram.rows("SELECT * FROM users")) == 1
    await ann.presses("‹ No, keep it", shows="What I keep")
    assert len(await telegram.rows("SELECT * FROM users")) == 1


async def test_two_quick_presses_erase_once_and_harm_nothing(telegram: Telegram) -> None:
    ann = telegram.person()
    await _opens_privacy(ann)
    await ann.presses("🗑 Erase me", shows="Shall I erase")
    await asyncio.gather(*(ann.forges("privacy:erase:yes") for _ in range(2)))
    assert await telegram.rows("SELECT * FROM users") == []
    assert await telegram.rows("SELECT * FROM dead_letters") == []


async def test_a_running_ban_outlives_it(telegram: Telegram) -> None:
    ann = telegram.person()
    await _opens_privacy(ann)
    await ann.presses("🗑 Erase me", shows="Shall I erase")
    await telegram.settles()
    await telegram.execute("UPDATE users SET banned_at = now()")
    await ann.presses("🗑 Yes, erase everything", shows="but your number and the dates of your ban")
    (row,) = await telegram.rows("SELECT * FROM users")
    assert (row["telegram_id"], row["first_name"], row["banned_at"] is None) == (ann.id, "", False)


@needs("broadcasts")
async def test_whose_broadcast_is_under_way_has_to_wait(telegram: Telegram) -> None:
    olga = telegram.person(administrator=True)
    await _opens_privacy(olga)
    await _has_a_broadcast(telegram, olga, state="paused")
    await olga.presses("🗑 Erase me", shows="Shall I erase")
    await olga.presses("🗑 Yes, erase everything", shows="What I keep")
    assert "under way" in olga.toast
    assert len(await telegram.rows(f"SELECT * FROM users WHERE telegram_id = {olga.id}")) == 1


async def test_in_a_group_nothing_is_told_or_erased(telegram: Telegram) -> None:
    ann = telegram.person("Ann")
    group = telegram.group("Friends", [ann])
    await ann.says("/privacy@test_bot", group=group)
    await ann.hears("in private", group=group)
    for data in ("privacy", "privacy:export", "privacy:erase", "privacy:erase:yes"):
        await ann.forges(data, group=group)
    await ann.hears_nothing(group=group)
    assert len(await telegram.rows("SELECT * FROM users")) == 1


async def _opens_privacy(person: Person) -> None:
    await person.says("/privacy")
    await person.hears("What I keep about you")


async def _known_everywhere(telegram: Telegram, engine: AsyncEngine) -> Person:
    """Somebody with a row in every table that keeps any for longer than a moment."""
    tables = {table.__tablename__ for table in REGISTRY.tables}
    of_features = {name: rows for name, rows in rows_of_features().items() if name in tables}
    await telegram.execute(f"TRUNCATE users, {', '.join(of_features)} RESTART IDENTITY")  # the rows have these ids
    ann = telegram.person("Ann", id=ANN)
    await ann.says("/start from-1")
    await ann.hears("Hello")
    await telegram.settles()
    person, bot = ann.id, telegram.emulator.bot.id
    await telegram.execute(
        "INSERT INTO asked (chat_id, telegram_id, what, details, until)"
        f" VALUES ({person}, {person}, 'x', '{{}}', now())",
        f"INSERT INTO audit (person_id, action, details) VALUES ({person}, 'ban', '{{}}')",
        f"INSERT INTO changed_settings (name, value, changed_by) VALUES ('x', '{{}}', {person})",
        "INSERT INTO ptb_data (bot_id, kind, chat_id, user_id, message, value)"
        f" VALUES ({bot}, 'user', 0, {person}, '', '{{}}')",
        "INSERT INTO active_weeks (user_id, week) SELECT id, '2026-11-23' FROM users",
        "INSERT INTO dead_letters (bot_id, origin, chat_id, payload, reason)"
        f" VALUES ({bot}, 'message', {person}, '{{}}', 'blocked')",
    )
    await insert_rows(engine, of_features)
    return ann


async def _export(ann: Person) -> dict[str, Any]:
    await _opens_privacy(ann)
    await ann.presses("📦 Export my data", shows="What I keep")
    assert "your file" in ann.toast
    document = await ann.hears("Everything I keep about you")
    assert document.file_name == "my-data.json"
    return dict(json.loads(document.file_content))


async def _is_erased(ann: Person) -> None:
    await ann.presses("🗑 Erase me", shows="Shall I erase")
    await ann.presses("🗑 Yes, erase everything", shows="is erased")


async def _has_a_broadcast(telegram: Telegram, author: Person, *, state: str) -> None:
    await telegram.execute(
        "INSERT INTO broadcasts (bot_id, author_id, language, state, content, category, audience)"
        f" VALUES ({telegram.emulator.bot.id}, {author.id}, 'en', '{state}', '{{}}', 'news', '{{}}')"
    )
