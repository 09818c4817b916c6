"""Odd updates and answers that Telegram shouldn't send and servers may."""

import json
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.sandbox.server.emulator import Emulator
from bot.sandbox.server.faults import Reply
from tests.support.system import count
from tests.support.worker_process import WorkerProcess
from tests.support.workers import Drained


@pytest.fixture(autouse=True)
async def started(worker: WorkerProcess, telegram: Emulator) -> None:
    telegram.limits.enabled = False
    await worker.start()
    await telegram.until(lambda: telegram.waiting_polls == 1, within=30)


async def test_an_update_whose_apology_can_not_be_kept_either_is_a_dead_letter_and_its_chat_goes_on(
    telegram: Emulator, engine: AsyncEngine, drained: Drained
) -> None:
    chat = telegram.private_chat()
    odd = [
        _message(chat.person.id, chat={"id": 2**70, "type": "private"}),
        _message(chat.person.id, chat={"id": "abc", "type": "private"}),
    ]
    for message in odd:
        telegram.push({"message": message})
    chat.says("/help")
    await chat.receives("What I can do")
    await drained()
    assert await count(engine, "dead_letters") == len(odd)


async def test_a_language_that_is_no_text_and_a_username_without_end_harm_nobody(
    telegram: Emulator, engine: AsyncEngine, drained: Drained
) -> None:
    chat = telegram.private_chat()
    chat.says("/help")
    telegram.push({"message": _message(chat.person.id, language_code=5)})
    telegram.push({"message": _message(chat.person.id, username="".join(chr(97 + n * n % 26) for n in range(9000)))})
    telegram.push({"message": _message(chat.person.id, first_name="\u202eX" * 3000)})
    await chat.receives("Hello", times=3)
    await drained()
    assert await count(engine, "dead_letters") == 0


async def test_a_command_that_no_entity_marks_is_a_command(telegram: Emulator) -> None:
    chat = telegram.private_chat()
    chat.says("hi")
    telegram.push({"message": _message(chat.person.id)})
    await chat.receives("Hello")


async def test_handled_nobodys_and_failed_are_three_ends_and_counted_apart(
    worker: WorkerProcess, telegram: Emulator, engine: AsyncEngine, drained: Drained
) -> None:
    telegram.push({"poll_answer": {"of a": "later version"}})
    chat = telegram.private_chat()
    chat.says("/help")
    telegram.push({"message": _message(chat.person.id, chat={"type": "private"})})
    await chat.receives("What I can do")
    await drained()
    assert await count(engine, "dead_letters") == 1
    assert await worker.stop() == 0
    assert worker.lines()[-1]["updates"] == {"nobody's": 1, "handled": 1, "failed": 1}


async def test_updates_out_of_order_in_one_answer_are_each_handled_once(
    telegram: Emulator, engine: AsyncEngine, drained: Drained
) -> None:
    chat = telegram.private_chat()
    first = telegram.next_update_id + 1  # the first is that of /start
    updates = [{"update_id": first + n, "message": _message(chat.person.id, text="/help")} for n in (2, 0, 1)]
    body = json.dumps({"ok": True, "result": updates}).encode()
    telegram.faults.next(Reply(200, body), "getUpdates", times=2)
    chat.says("/start")  # ends the pending poll
    await chat.receives("What I can do", times=3)
    await drained(telegram_too=False)
    async with engine.connect() as connection:
        assert await connection.scalar(text("SELECT message_count FROM users")) == len(chat.received)


async def test_a_group_that_has_become_a_supergroup_is_followed(telegram: Emulator) -> None:
    ann = telegram.person("Ann")
    old, new = telegram.group("Friends", [ann]), telegram.group("Friends", [ann])
    refusal = {
        "ok": False,
        "error_code": 400,
        "description": "Bad Request: group chat was upgraded to a supergroup chat",
    }
    body = json.dumps(refusal | {"parameters": {"migrate_to_chat_id": new.id}}).encode()
    telegram.faults.next(Reply(400, body), "sendMessage", chat_id=old.id)
    old.says("/help", by=ann)
    await new.receives("What I can do")


OF_SOMETHING_IN_BETWEEN = (
    Reply(429, b"slow down", {"Retry-After": "1"}),
    Reply(429, b'{"ok": false, "error_code": 429, "description": "Too Many Requests"}'),
    Reply(403, b'{"message": "the gateway says no"}'),
    Reply(400, b"<html>Bad Request</html>"),
    Reply(404, b"not here"),
    Reply(200, b"<html>Log in, please</html>"),
    Reply(200, b'{"ok": true'),
    Reply(401, b"<html>Log in, please</html>"),
    Reply(401, b'{"error": "unauthorized"}'),
    Reply(409, b"[]"),
    Reply(500, b"[]"),
    Reply(500, b'{"parameters": [1]}'),
    Reply(502, b'"bad gateway"'),
    Reply(503, b"null"),
)


async def test_what_something_in_between_answers_to_a_send_is_tried_again(
    telegram: Emulator, engine: AsyncEngine
) -> None:
    """All at once, each in its own chat."""
    chats = [telegram.private_chat() for _ in OF_SOMETHING_IN_BETWEEN]
    for chat, answer in zip(chats, OF_SOMETHING_IN_BETWEEN, strict=True):
        telegram.faults.next(answer, "sendMessage", chat_id=chat.id)
        chat.says("/help")
    for chat in chats:
        await chat.receives("What I can do", within=20)
    assert await count(engine, "dead_letters") == 0


async def test_what_something_in_between_answers_to_a_poll_is_tried_again(
    worker: WorkerProcess, telegram: Emulator, engine: AsyncEngine
) -> None:
    chat = telegram.private_chat()
    for number, answer in enumerate(OF_SOMETHING_IN_BETWEEN, start=1):
        order = telegram.faults.next(answer, "getUpdates")
        chat.says("/help")  # ends the pending poll
        await chat.receives("What I can do", times=number)
        await telegram.until(lambda: order.met == 1)  # noqa: B023 -- called before the next round
        await telegram.until(lambda: telegram.waiting_polls == 1)
    assert worker.runs()
    assert await count(engine, "dead_letters") == 0
    log = worker.log.read_text()
    assert "another process is polling" not in log
    assert "refused BOT_TOKEN" not in log


async def test_the_apology_goes_to_whoever_addressed_the_bot_and_not_into_a_group_that_did_not(
    telegram: Emulator, engine: AsyncEngine, drained: Drained
) -> None:
    ann = telegram.person("Ann")
    group = telegram.group("Friends", [ann])
    broken = {"offset": 900, "length": 5, "type": "text_mention"}
    telegram.push(
        {"message": _message(ann.id, chat={"id": group.id, "type": "supergroup"}, text="hi", entities=[broken])}
    )
    chat = telegram.private_chat()
    chat.says("/help")
    await chat.receives("What I can do")
    await drained()
    assert group.received == []


def _message(telegram_id: int, **changes: Any) -> dict[str, Any]:
    person = {"id": telegram_id, "is_bot": False, "first_name": "Ann"}
    chat = {"id": telegram_id, "type": "private", "first_name": "Ann"}
    whole = {"message_id": 7, "date": 1_700_000_000, "from": person, "chat": chat, "text": "/start"}
    for name, value in changes.items():
        (person if name in {"language_code", "username", "first_name"} else whole)[name] = value
    return whole
