"""Every table with something about people in it is exported and erased; and what is about others stays."""

import asyncio
import json
import re
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import insert, select, text
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.db import redaction
from bot.db.base import Base
from bot.db.core_personal_data import _NOTHING_LEFT
from bot.db.unit_of_work import UnitOfWork
from bot.features.broadcasts.repository.broadcasts import Broadcasts
from bot.features.privacy import service as privacy
from bot.features.privacy.repository import every_table
from bot.features.privacy.service import ErasureOutcome
from tests.support.joined import REGISTRY

BOT, ANN, BOB, OLGA = 42, 1001, 1002, 5001


def by(person: int) -> bytes:
    """A message of theirs in a group, as Telegram sends it."""
    who = {"id": person, "is_bot": False, "first_name": "Ann" if person == ANN else "Bob"}
    message: dict[str, Any] = {"message_id": ANN, "from": who, "chat": {"id": -1, "type": "group"}, "text": "hm"}
    return json.dumps({"update_id": ANN, "message": message}).encode()


def answering() -> bytes:
    """Bob's answer to a message of Ann's."""
    update = json.loads(by(BOB))
    update["message"]["reply_to_message"] = json.loads(by(ANN))["message"]
    return json.dumps(update).encode()


NOW = datetime(2026, 11, 25, tzinfo=UTC)
LETTER = {"bot_id": BOT, "origin": "update", "chat_id": -1, "reason": "x", "traceback": None}
BROADCAST = {"bot_id": BOT, "language": "en", "category": "news", "content": {}, "audience": {}}
ROWS: dict[str, list[dict[str, Any]]] = {
    "users": [
        {"telegram_id": ANN, "first_name": "Ann", "username": "ann", "source": None},
        {"telegram_id": OLGA, "first_name": "Olga", "username": "olga", "source": None},
        {"telegram_id": BOB, "first_name": "Bob", "username": "bob", "source": f"ref_{ANN}"},
    ],
    "pollers": [{"bot_id": BOT, "api_url": "x", "limits": {"limits": {"chats": {str(ANN): [1], "7": [2]}}}}],
    "updates": [
        {"bot_id": BOT, "update_id": 1, "chat_id": chat_id, "kind": "message", "payload": payload}
        for chat_id, payload in ((-1, by(ANN)), (-1, answering()), (ANN, b"{}"))
    ],
    "outbox": [
        {"bot_id": BOT, "chat_id": ANN, "kind": "text", "payload": {"text": "to Ann"}},
        {"bot_id": BOT, "chat_id": OLGA, "kind": "text", "payload": {"text": f"tg://user?id={ANN}", "chat_id": OLGA}},
    ],
    "dead_letters": [
        LETTER | {"chat_id": ANN, "payload": b'{"text": "to Ann"}'},
        LETTER | {"payload": by(ANN)},
        LETTER | {"payload": answering(), "reason": f"about {ANN}", "traceback": f"id={ANN}"},
        LETTER | {"payload": b"{broken %d" % ANN},
    ],
    "broadcasts": [
        BROADCAST | {"author_id": ANN, "state": "done", "content": {"pieces": []}},
        BROADCAST | {"author_id": ANN, "state": "previewed"},
        BROADCAST
        | {"author_id": OLGA, "state": "running", "content": {"by": {"id": ANN}}, "audience": {"source": f"ref_{ANN}"}},
        BROADCAST | {"author_id": OLGA, "state": "running"},
    ],
    "broadcast_recipients": [
        {"broadcast_id": number, "user_id": user_id, "telegram_id": person, "state": state}
        for number, state in ((1, "sent"), (3, "waiting"), (4, "sending"))
        for user_id, person in ((1, ANN), (3, BOB))
    ],
    "sanctions": [
        {"kind": "ban", "telegram_id": ANN, "reason": "spam", "actor_id": OLGA, "lifted_at": NOW, "lifted_by": OLGA},
        {"kind": "ban", "telegram_id": BOB, "reason": "noise", "actor_id": ANN, "lifted_at": NOW, "lifted_by": OLGA},
    ],
    "notes": [
        {"telegram_id": ANN, "author_id": OLGA, "text": "asks"},
        {"telegram_id": BOB, "author_id": ANN, "text": "noisy"},
    ],
    "audit": [
        {"actor_id": OLGA, "person_id": ANN, "action": "ban", "details": {"reason": "spam"}},
        {"actor_id": ANN, "person_id": BOB, "action": "ban", "details": {"reason": "noise"}},
        {"actor_id": OLGA, "person_id": None, "action": "bulk", "details": {"ids": f"{ANN}, {BOB}"}},
    ],
    "administrators_chats": [{"bot_id": BOT, "telegram_id": person} for person in (ANN, OLGA)],
    "asked": [
        {"chat_id": ANN, "telegram_id": ANN, "what": "note", "details": {"person": BOB}, "until": NOW},
        {"chat_id": OLGA, "telegram_id": OLGA, "what": "note", "details": {"about": ANN}, "until": NOW},
    ],
    "changed_settings": [{"name": "x", "value": {}, "changed_by": ANN}],
    "active_weeks": [{"user_id": user_id, "week": NOW.date()} for user_id in (1, 3)],
}


@pytest.fixture(autouse=True)
async def rows(engine: AsyncEngine) -> None:
    """A row about Ann in every table that can have one, and others beside it."""
    async with engine.begin() as connection:
        for name, some in ROWS.items():
            for row in some:
                await connection.execute(insert(Base.metadata.tables[name]).values(**row))


async def execute(engine: AsyncEngine, *statements: str) -> None:
    async with engine.begin() as connection:
        for statement in statements:
            await connection.exec_driver_sql(statement)


async def everything(engine: AsyncEngine) -> dict[str, list[dict[str, Any]]]:
    async with engine.connect() as connection:
        return {
            name: [
                dict(row) for row in (await connection.execute(select(table).order_by(*table.primary_key))).mappings()
            ]
            for name, table in Base.metadata.tables.items()
        }


async def erased(unit_of_work: UnitOfWork) -> ErasureOutcome:
    async with unit_of_work.open() as work:
        outcome = await privacy.erase(work, REGISTRY, BOT, ANN)
        assert ANN in work.changed_people or outcome is ErasureOutcome.POSTPONED
    return outcome


async def exported(unit_of_work: UnitOfWork, person: int = ANN) -> dict[str, Any]:
    async with unit_of_work.open() as work:
        return dict(json.loads(await privacy.export(work, REGISTRY, person)))


def test_each_table_is_declared_as_about_nobody_or_as_both_exported_and_erased() -> None:
    assert {model.__tablename__ for model in every_table(REGISTRY.tables)} == set(Base.metadata.tables)


async def test_the_export_has_something_of_every_table_and_nothing_of_others(unit_of_work: UnitOfWork) -> None:
    whole = await exported(unit_of_work)
    assert whole["telegram_id"] == ANN
    tables = whole["tables"]
    found = {name: len(rows) for name, rows in tables.items()}
    assert all(found.values())
    assert found == found | {
        "users": 1, "updates": 2, "outbox": 1, "dead_letters": 3, "broadcasts": 2, "broadcast_recipients": 3,
        "sanctions": 2, "notes": 2, "administrators_chats": 1, "audit": 2, "asked": 1, "changed_settings": 1,
        "active_weeks": 1, "pollers": 1,
    }  # fmt: skip
    for of_others in (str(OLGA), str(BOB), "noise", "noisy"):
        assert of_others not in json.dumps(whole)
    assert [row["reason"] for row in tables["sanctions"]] == ["spam", "somebody else"]
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


async def test_what_is_others_stays_and_sums_too(unit_of_work: UnitOfWork, engine: AsyncEngine) -> None:
    await erased(unit_of_work)
    left = await everything(engine)
    assert [(row["telegram_id"], row["source"]) for row in left["users"]] == [(OLGA, None), (BOB, "ref_0")]
    assert json.loads(left["updates"][0]["payload"])["message"]["reply_to_message"]["from"]["id"] == 0
    assert [row["payload"]["text"] for row in left["outbox"]] == ["tg://user?id=0"]
    assert [(row["reason"], row["traceback"]) for row in left["dead_letters"]] == [("about 0", "id=0")]
    assert [(row["author_id"], row["state"], row["blocked"]) for row in left["broadcasts"]] == [
        (0, "done", 0), (OLGA, "running", 1), (OLGA, "running", 0),
    ]  # fmt: skip
    recipients = [(row["broadcast_id"], row["telegram_id"]) for row in left["broadcast_recipients"]]
    assert sorted(recipients) == [(1, BOB), (3, BOB), (4, 0), (4, BOB)]
    assert [(row["telegram_id"], row["actor_id"], row["lifted_by"]) for row in left["sanctions"]] == [(BOB, 0, OLGA)]
    assert [(row["telegram_id"], row["author_id"]) for row in left["notes"]] == [(BOB, None)]
    assert {(row["actor_id"], row["person_id"], row["action"]) for row in left["audit"]} == {
        (OLGA, None, "ban"), (0, BOB, "ban"), (OLGA, None, "bulk"),
    }  # fmt: skip
    assert left["pollers"][0]["limits"]["limits"]["chats"] == {"7": [2]}
    assert len(left["active_weeks"]) == len(left["changed_settings"]) == 1


def test_of_a_banned_person_every_column_is_cleared_but_the_number_and_the_bans() -> None:
    kept = {"id", "telegram_id", "banned_at", "banned_until", "silenced"}
    assert set(_NOTHING_LEFT) == {column.key for column in Base.metadata.tables["users"].columns} - kept


@pytest.mark.parametrize("until", ["NULL", "now() + interval '1 day'"])
async def test_a_running_ban_outlives_it(unit_of_work: UnitOfWork, engine: AsyncEngine, until: str) -> None:
    await execute(
        engine,
        f"UPDATE users SET banned_at = now(), banned_until = {until}, language = 'ru' WHERE telegram_id = {ANN}",
        "INSERT INTO sanctions (telegram_id, kind, reason, actor_id, told_at, expires_at)"
        f" VALUES ({ANN}, 'ban', 'Ann spams', {OLGA}, now(), {until})",
    )
    assert await erased(unit_of_work) is ErasureOutcome.EXCEPT_BAN
    left = await everything(engine)
    (row,) = (row for row in left["users"] if row["telegram_id"] == ANN)
    kept = {name for name, value in row.items() if value not in (None, "", 0, False, [], "user")}
    assert kept - {"banned_until"} == {"id", "telegram_id", "banned_at", "created_at", "updated_at"}
    (ban,) = (ban for ban in left["sanctions"] if ban["telegram_id"] == ANN)
    assert (ban["reason"], ban["lifted_at"], ban["told_at"] is None) == ("", None, False)
    assert [(one["state"], one["telegram_id"]) for one in left["broadcast_recipients"] if one["broadcast_id"] == 3] == [
        ("waiting", BOB)
    ]


async def test_a_ban_that_is_over_does_not(unit_of_work: UnitOfWork, engine: AsyncEngine) -> None:
    over = "banned_at = now() - interval '2 days', banned_until = now() - interval '1 day'"
    await execute(engine, f"UPDATE users SET {over} WHERE telegram_id = {ANN}")
    assert await erased(unit_of_work) is ErasureOutcome.GONE


@pytest.mark.parametrize("state", ["running", "paused", "deleting"])
async def test_a_broadcast_under_way_has_to_end_before(
    unit_of_work: UnitOfWork, engine: AsyncEngine, state: str
) -> None:
    await execute(engine, f"UPDATE broadcasts SET state = '{state}' WHERE id = 1")
    before = await everything(engine)
    assert await erased(unit_of_work) is ErasureOutcome.POSTPONED
    assert await everything(engine) == before


async def test_a_broadcast_that_is_due_at_that_moment_has_to_end_before(
    unit_of_work: UnitOfWork, engine: AsyncEngine
) -> None:
    await execute(engine, "UPDATE broadcasts SET state = 'scheduled', due_at = now() WHERE id = 2")
    async with asyncio.TaskGroup() as tasks:
        async with unit_of_work.open() as work:
            await work.of(Broadcasts).begin_due(BOT)
            erasing = tasks.create_task(erased(unit_of_work))
            await somebody_waits(engine)
        assert await erasing is ErasureOutcome.POSTPONED
    (begun,) = (row for row in (await everything(engine))["broadcasts"] if row["id"] == 2)
    assert (begun["state"], begun["author_id"]) == ("running", ANN)


async def somebody_waits(engine: AsyncEngine) -> None:
    """Until a transaction waits for another's lock."""
    waiting = text(
        "SELECT count(*) FROM pg_locks JOIN pg_stat_activity USING (pid) "
        "WHERE NOT granted AND datname = current_database()"
    )
    async with asyncio.timeout(10), engine.connect() as connection:
        while not await connection.scalar(waiting):
            await asyncio.sleep(0.01)


async def test_a_stranger_is_erased_and_exported_like_anybody(unit_of_work: UnitOfWork, engine: AsyncEngine) -> None:
    before = await everything(engine)
    async with unit_of_work.open() as work:
        assert await privacy.erase(work, REGISTRY, BOT, 77) is ErasureOutcome.GONE
    assert not any((await exported(unit_of_work, 77))["tables"].values())
    assert await everything(engine) == before
