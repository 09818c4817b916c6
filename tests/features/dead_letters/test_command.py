"""`python -m bot dead-letters`, and the worker that takes up what is retried."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.sandbox.server.emulator import Emulator
from bot.sandbox.server.faults import Reply
from bot.sandbox.world.conversations import PrivateChat
from tests.support.fork_server import forked_command
from tests.support.worker_process import CommandResult, WorkerProcess, command
from tests.support.workers import Drained

PASSWORD = "corr3ct-h0rse"
TOKEN = "110201543:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw"
HOSTILE = "\x1b]0;owned\x07\x9b2J\r"

DeadLetters = Callable[..., Awaitable[CommandResult]]


@pytest.fixture
def dead_letters(fork_server_address: Path, tmp_path: Path, database_url: str) -> DeadLetters:
    """Run `python -m bot dead-letters …` on the test's database, without a token."""
    url = database_url.replace("postgres@", f"postgres:{PASSWORD}@")  # the test server trusts everybody

    async def run(*arguments: object, **variables: str) -> CommandResult:
        command = ["dead-letters", *map(str, arguments)]
        variables = {"DATABASE_URL": url, "COLUMNS": "500", **variables}
        return await forked_command(fork_server_address, tmp_path, *command, within=60, **variables)

    return run


@pytest.fixture
async def started(worker: WorkerProcess, emulator: Emulator) -> WorkerProcess:
    emulator.limits.enabled = False
    await worker.start()
    await emulator.until(lambda: emulator.waiting_polls == 1, within=30)
    return worker


async def listed(dead_letters: DeadLetters) -> list[dict[str, Any]]:
    ended = await dead_letters("list", "--json")
    assert ended.code == 0
    letters: list[dict[str, Any]] = json.loads(ended.output)
    return letters


def unreadable_by_the_library(emulator: Emulator, chat: PrivateChat) -> None:
    """A message that is JSON and as Telegram sends it, but for the name that python-telegram-bot can't do without."""
    person = {"id": chat.person.id, "is_bot": False, "first_name": chat.person.first_name}
    message = {
        "message_id": 7001, "date": 1_700_000_000, "text": f"hm {HOSTILE}", "from": person,
        "chat": {"id": chat.id, "type": "private"},
        "forward_origin": {"type": "hidden_user", "date": 1_600_000_000},
    }  # fmt: skip
    emulator.push({"message": message})


async def message_rejected(emulator: Emulator, chat: PrivateChat) -> None:
    """A message that Telegram refuses once."""
    order = emulator.faults.next(Reply.refusal(400, "Bad Request: not today"), "sendMessage")
    chat.says("/start")
    await emulator.until(lambda: order.met)


async def test_an_update_that_the_library_cant_read_is_listed_shown_and_after_mending_retried(
    started: WorkerProcess, emulator: Emulator, engine: AsyncEngine, drained: Drained, dead_letters: DeadLetters
) -> None:
    chat = emulator.private_chat()
    unreadable_by_the_library(emulator, chat)
    chat.says("/help")
    await chat.receives("What I can do")
    await drained()
    [letter] = await listed(dead_letters)
    assert (letter["origin"], letter["kind"], letter["chat_id"]) == ("update", "message", chat.id)
    table = await dead_letters("list")
    assert table.code == 0
    assert len(table.output.splitlines()) == 2
    assert all(word in table.output for word in ("NUMBER", str(letter["number"]), str(chat.id), "sender_user_name"))
    shown = await dead_letters("show", letter["number"])
    assert shown.code == 0
    assert '"type": "hidden_user"' in shown.output
    assert "Traceback" in shown.output
    assert all(line.isprintable() for line in (table.output + shown.output).split("\n"))

    retried = await dead_letters("retry", letter["number"])
    assert (retried.code, "inbox" in retried.output) == (0, True)
    await drained()
    [again] = await listed(dead_letters)
    assert again["number"] > letter["number"], "it was taken up, and failed anew"

    await mend(engine)
    assert (await dead_letters("retry", again["number"])).code == 0
    await chat.receives("don't understand")
    assert await listed(dead_letters) == []
    assert await message_count(engine) == 2, "neither try was counted anew"


async def test_a_message_that_was_refused_is_sent_when_it_is_retried(
    started: WorkerProcess, emulator: Emulator, drained: Drained, dead_letters: DeadLetters
) -> None:
    chat = emulator.private_chat()
    await message_rejected(emulator, chat)
    await drained()
    assert chat.received == []
    [letter] = await listed(dead_letters)
    assert (letter["origin"], letter["chat_id"]) == ("message", chat.id)
    assert letter["reason"] == "Not today"
    retried = await dead_letters("retry", letter["number"])
    assert (retried.code, "outbox" in retried.output) == (0, True)
    await chat.receives("Hello")
    await drained()
    assert len(chat.received) == 1
    assert await listed(dead_letters) == []


async def test_retried_by_two_at_once_it_is_sent_once_and_one_is_told_that_it_isnt_there(
    started: WorkerProcess, emulator: Emulator, drained: Drained, dead_letters: DeadLetters
) -> None:
    chat = emulator.private_chat()
    await message_rejected(emulator, chat)
    await drained()
    [letter] = await listed(dead_letters)
    both = await asyncio.gather(*(dead_letters("retry", letter["number"]) for _ in range(2)))
    assert sorted(ended.code for ended in both) == [0, 1]
    [failed] = [ended.output for ended in both if ended.code == 1]
    assert failed.startswith(f"There is no dead letter {letter['number']}.")
    await chat.receives("Hello")
    await drained()
    assert len(chat.received) == 1


async def test_what_is_discarded_is_gone_and_done_nothing_with(
    started: WorkerProcess, emulator: Emulator, engine: AsyncEngine, drained: Drained, dead_letters: DeadLetters
) -> None:
    chat = emulator.private_chat()
    await message_rejected(emulator, chat)
    await drained()
    [letter] = await listed(dead_letters)
    discarded = await dead_letters("discard", letter["number"])
    assert (discarded.code, discarded.output) == (0, f"Dead letter {letter['number']} is deleted.\n")
    assert await listed(dead_letters) == []
    for action in ("show", "retry", "discard"):
        ended = await dead_letters(action, letter["number"])
        assert ended.code == 1
        assert ended.output.startswith(f"There is no dead letter {letter['number']}.")
        assert len(ended.output.splitlines()) == 1
    await drained()
    assert chat.received == []


async def test_no_secret_is_printed_by_any_command(dead_letters: DeadLetters, engine: AsyncEngine) -> None:
    secret = f"https://api.telegram.org/bot{TOKEN}/x and {PASSWORD}"
    rows = text(
        "INSERT INTO dead_letters (bot_id, origin, payload, reason, traceback)"
        " VALUES (42, 'update', :payload, :reason, :reason) RETURNING id"
    )
    async with engine.begin() as connection:
        number = await connection.scalar(rows, {"payload": secret.encode(), "reason": secret})
    ended_all = [await dead_letters(*arguments) for arguments in (["list"], ["list", "--json"], ["show", number])]
    assert [ended.output for ended in ended_all if ended.code or "***" not in ended.output] == []
    assert not any(PASSWORD in ended.output or TOKEN[12:] in ended.output for ended in ended_all)


async def test_reasons_end_where_the_terminal_ends(dead_letters: DeadLetters, engine: AsyncEngine) -> None:
    async with engine.begin() as connection:
        row = "INSERT INTO dead_letters (bot_id, origin, payload, reason) VALUES (42, 'update', '', repeat('ж', 999))"
        await connection.execute(text(row))
    _, line = (await dead_letters("list", COLUMNS="100")).output.splitlines()
    assert len(line) == 100
    assert line.endswith("ж…")


async def test_an_empty_database_is_brought_to_head_and_none_are_found(
    tmp_path: Path, socket_folder: Path, empty_database: str
) -> None:
    url = f"postgresql://postgres@/{empty_database}?host={socket_folder}&port=5432"
    assert await command(tmp_path, "dead-letters", "list", DATABASE_URL=url) == CommandResult(
        0, "There are no dead letters.\n"
    )


async def test_without_a_database_of_ones_own_the_embedded_one_is_asked(tmp_path: Path) -> None:
    assert (await command(tmp_path, "migrate")).code == 0
    assert await command(tmp_path, "dead-letters", "list", "--json") == CommandResult(0, "[]\n")


@pytest.mark.parametrize("arguments", ["dead-letters list", "dead-letters retry 1", "stats", "stats --json"])
async def test_where_no_database_is_none_is_made_and_asked(
    fork_server_address: Path, tmp_path: Path, arguments: str
) -> None:
    (tmp_path / "empty" / "postgres").mkdir(parents=True)
    for folder in ("mistyped", "empty"):
        ended = await forked_command(fork_server_address, tmp_path, *arguments.split(), DATA_DIR=folder)
        ended_all = f"there is no database under {folder}; set DATA_DIR or DATABASE_URL\n"
        assert (ended.code, ended.output) == (1, ended_all)
    assert not (tmp_path / "mistyped").exists()
    assert list((tmp_path / "empty" / "postgres").iterdir()) == []


async def test_a_database_that_is_away_ends_with_1_and_a_sentence(dead_letters: DeadLetters) -> None:
    ended = await dead_letters("list", DATABASE_URL=f"postgresql://bot:{PASSWORD}@127.0.0.1:1/bot")
    assert ended.code == 1
    assert "DATABASE_URL" in ended.output
    assert len(ended.output.splitlines()) == 1
    assert PASSWORD not in ended.output


@pytest.mark.parametrize("arguments", [[], ["retry", "x"], ["list", "--limit", "0"]])
async def test_what_isnt_understood_ends_with_2_and_how_it_is_used(
    dead_letters: DeadLetters, arguments: list[str]
) -> None:
    ended = await dead_letters(*arguments)
    assert ended.code == 2
    assert "usage: python -m bot dead-letters" in ended.output
    assert "Traceback" not in ended.output


async def test_bad_configuration_ends_with_2_before_anything_is_done(dead_letters: DeadLetters) -> None:
    ended = await dead_letters("list", RETENTION_DAYS="never")
    assert ended.code == 2
    assert "RETENTION_DAYS is not valid" in ended.output


async def mend(engine: AsyncEngine) -> None:
    """Make the update readable, as a newer version of the library would."""
    row = text("SELECT payload FROM dead_letters")
    mended = text("UPDATE dead_letters SET payload = :payload")
    async with engine.begin() as connection:
        update = json.loads(bytes(await connection.scalar(row) or b""))
        update["message"]["forward_origin"]["sender_user_name"] = "Somebody"
        await connection.execute(mended, {"payload": json.dumps(update).encode()})


async def message_count(engine: AsyncEngine) -> int:
    async with engine.connect() as connection:
        return int(await connection.scalar(text("SELECT message_count FROM users")) or 0)
