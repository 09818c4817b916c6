"""Every table with something about people in it is exported and erased; and what is about others stays."""

import asyncio
import json
import re

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.db import redaction
from bot.db.base import Base
from bot.db.core_personal_data import _NOTHING_LEFT
from bot.db.unit_of_work import UnitOfWork
from bot.features.privacy import service as privacy
from bot.features.privacy.repository import every_table
from bot.features.privacy.service import ErasureOutcome
from tests.support.joined import REGISTRY
from tests.support.personal_data import ANN, BOB, BOT, OLGA, erased, everything, exported
from tests.support.system import count, eventually, execute, select

pytestmark = pytest.mark.usefixtures("personal_rows")


def test_each_table_is_declared_as_about_nobody_or_as_both_exported_and_erased() -> None:
    assert {model.__tablename__ for model in every_table(REGISTRY.tables)} == set(Base.metadata.tables)


async def test_the_export_has_something_of_every_table_and_nothing_of_others(unit_of_work: UnitOfWork) -> None:
    whole = await exported(unit_of_work)
    assert whole["telegram_id"] == ANN
    tables = whole["tables"]
    found = {name: len(rows) for name, rows in tables.items()}
    assert all(found.values())
    assert found == found | {
        "users": 1, "updates": 2, "outbox": 1, "dead_letters": 3, "notes": 2, "administrators_chats": 1, "audit": 2,
        "asked": 1, "changed_settings": 1, "active_weeks": 1, "pollers": 1, "ptb_data": 3,
    }  # fmt: skip
    for of_others in (str(OLGA), str(BOB), "noise", "noisy"):
        assert of_others not in json.dumps(whole)
    assert [row["text"] for row in tables["notes"]] == ["asks", "somebody else"]
    assert [row["details"] for row in tables["audit"]] == [{"reason": "spam"}, "somebody else"]
    assert tables["asked"][0]["details"] == "somebody else"
    assert tables["updates"][0]["payload"]["message"]["text"] == "hm"
    assert tables["pollers"] == [{"limits": {"chats": [1]}}]


async def test_nothing_is_left_of_who_is_erased(unit_of_work: UnitOfWork, engine: AsyncEngine) -> None:
    assert await erased(unit_of_work) is ErasureOutcome.GONE
    left = await everything(engine)
    assert [row["chat_id"] for row in left["updates"]] == [-1, ANN]  # what is in their own chat asked for it
    del left["updates"][1]
    for name, rows in left.items():
        for row in rows:
            without_numbers_of_messages = re.sub('"(message|update)_id": [0-9]+', "", str(row))
            assert not redaction.named(without_numbers_of_messages, ANN), (name, row)
            assert "Ann" not in str(row), (name, row)
    assert await exported(unit_of_work) != {}
    assert not any(rows for name, rows in (await exported(unit_of_work))["tables"].items() if name != "updates")


async def test_an_erasure_keeps_what_others_store_meanwhile(unit_of_work: UnitOfWork, engine: AsyncEngine) -> None:
    row = "kind = 'chat' AND chat_id = -7"

    async def waits() -> bool:
        return (
            await count(engine, "pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'") > 0
        )

    async with asyncio.TaskGroup() as tasks, engine.begin() as connection:
        update = f'UPDATE ptb_data SET value = \'{{"by": {ANN}, "n": 1}}\' WHERE {row}'
        await connection.execute(text(update))
        tasks.create_task(erased(unit_of_work))
        await eventually(waits)
    [found] = await select(engine, f"SELECT value FROM ptb_data WHERE {row}")
    assert found["value"] == {"by": 0, "n": 1}


async def test_what_is_others_stays_and_sums_too(unit_of_work: UnitOfWork, engine: AsyncEngine) -> None:
    await erased(unit_of_work)
    left = await everything(engine)
    assert [(row["telegram_id"], row["source"]) for row in left["users"]] == [(OLGA, None), (BOB, "ref_0")]
    assert json.loads(left["updates"][0]["payload"])["message"]["reply_to_message"]["from"]["id"] == 0
    assert [row["payload"]["text"] for row in left["outbox"]] == ["tg://user?id=0"]
    assert [(row["reason"], row["traceback"]) for row in left["dead_letters"]] == [("about 0", "id=0")]
    assert [(row["telegram_id"], row["author_id"]) for row in left["notes"]] == [(BOB, None)]
    assert {(row["actor_id"], row["person_id"], row["action"]) for row in left["audit"]} == {
        (OLGA, None, "ban"), (0, BOB, "ban"), (OLGA, None, "bulk"),
    }  # fmt: skip
    assert {(row["kind"], row["chat_id"]): row["value"] for row in left["ptb_data"]} == {
        ("user", 0): {"name": "Bob", "friend": 0},
        ("chat", -7): {"by": "tg://user?id=0"},
        ("bot", 0): {"scores": {"$type": "dict", "value": [[0, 5], [BOB, 7]]}, "0": 1},
    }
    assert left["pollers"][0]["limits"]["limits"]["chats"] == {"7": [2]}
    assert len(left["active_weeks"]) == len(left["changed_settings"]) == 1


def test_of_a_banned_person_every_column_is_cleared_but_the_number_and_the_bans() -> None:
    kept = {"id", "telegram_id", "banned_at", "banned_until", "silenced"}
    assert set(_NOTHING_LEFT) == {column.key for column in Base.metadata.tables["users"].columns} - kept


@pytest.mark.parametrize("until", ["NULL", "now() + interval '1 day'"])
async def test_a_running_ban_outlives_it(unit_of_work: UnitOfWork, engine: AsyncEngine, until: str) -> None:
    banned = f"banned_at = now(), banned_until = {until}, language = 'ru'"
    await execute(engine, f"UPDATE users SET {banned} WHERE telegram_id = {ANN}")
    assert await erased(unit_of_work) is ErasureOutcome.EXCEPT_BAN
    (row,) = (row for row in (await everything(engine))["users"] if row["telegram_id"] == ANN)
    kept = {name for name, value in row.items() if value not in (None, "", 0, False, [], "user")}
    assert kept - {"banned_until"} == {"id", "telegram_id", "banned_at", "created_at", "updated_at"}


async def test_a_ban_that_is_over_does_not(unit_of_work: UnitOfWork, engine: AsyncEngine) -> None:
    over = "banned_at = now() - interval '2 days', banned_until = now() - interval '1 day'"
    await execute(engine, f"UPDATE users SET {over} WHERE telegram_id = {ANN}")
    assert await erased(unit_of_work) is ErasureOutcome.GONE


async def test_a_stranger_is_erased_and_exported_like_anybody(unit_of_work: UnitOfWork, engine: AsyncEngine) -> None:
    before = await everything(engine)
    async with unit_of_work.open() as work:
        assert await privacy.erase(work, REGISTRY, BOT, 77) is ErasureOutcome.GONE
    assert not any((await exported(unit_of_work, 77))["tables"].values())
    assert await everything(engine) == before
