"""A bot written for python-telegram-bot runs in the worker, and its conversations survive kill -9."""

import asyncio
import random
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.sandbox.server.emulator import Emulator
from bot.sandbox.server.faults import Delay, Reply, When
from bot.sandbox.world.conversations import PrivateChat
from tests.support.fork_server import ForkedWorker
from tests.support.system import count, eventually, execute, select
from tests.support.worker_process import PROJECT
from tests.support.workers import Drained, logged

STOCK_BOT = Path(__file__).with_name("stock_bot")
WORKER = STOCK_BOT / "worker.py"
KILLS = 8
LOSE_THE_LOCK = (
    "SELECT pg_terminate_backend(pid) FROM pg_locks JOIN pg_database d ON d.oid = pg_locks.database"
    " WHERE locktype = 'advisory' AND datname = current_database()"
)
PAGE = PROJECT / "docs" / "bring-your-handlers.md"


@pytest.fixture(autouse=True)
async def running(worker: ForkedWorker, telegram: Emulator) -> None:
    telegram.limits.enabled = False
    await worker.start(program=WORKER)


def test_the_page_shows_this_bot() -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert (STOCK_BOT / "ptb.py").read_text(encoding="utf-8") in page


async def test_a_conversation_goes_on_after_kill_9(
    worker: ForkedWorker, telegram: Emulator, drained: Drained, engine: AsyncEngine
) -> None:
    chat = telegram.private_chat()
    chat.says("/order")
    await chat.receives("Which pizza?")
    chat.says("Margherita")
    await chat.receives("Where to?")
    await drained()
    await worker.kill()
    await worker.start(program=WORKER)
    chat.says("High Street 1")
    await chat.receives("Margherita goes to High Street 1.")
    await drained()
    assert [message.text for message in chat.received] == [
        "Which pizza?",
        "Where to?",
        "Margherita goes to High Street 1.",
    ]
    [row] = await select(engine, "SELECT kind, value FROM ptb_data")
    assert dict(row) == {"kind": "user", "value": {"pizza": "Margherita"}}


async def test_a_step_cut_off_by_kill_9_is_repeated_and_takes_the_conversation_no_further(
    worker: ForkedWorker, telegram: Emulator
) -> None:
    chat = telegram.private_chat()
    chat.says("/order")
    await chat.receives("Which pizza?")
    telegram.faults.next(Delay(30, When.AFTER), "sendMessage")
    chat.says("Funghi")
    await chat.receives("Where to?")  # sent, but not answered: the step isn't stored yet
    await worker.kill()
    telegram.faults.clear()
    await worker.start(program=WORKER)
    await chat.receives("Where to?", times=2)
    chat.says("High Street 1")
    await chat.receives("Funghi goes to High Street 1.")


@pytest.mark.slow
async def test_conversations_stay_on_course_through_kill_9_again_and_again(
    worker: ForkedWorker, telegram: Emulator, engine: AsyncEngine, drained: Drained
) -> None:
    chance = random.Random(seed := random.randrange(10**6))
    print(f"seed {seed}")  # noqa: T201 -- shown when the test fails
    chats = [telegram.private_chat() for _ in range(8)]
    async with asyncio.TaskGroup() as tasks:
        ordering = [tasks.create_task(_order(chat)) for chat in chats]
        for _ in range(KILLS):
            sent = len(telegram.calls.of("sendMessage")) + chance.randrange(1, 12)
            await telegram.until(partial(_sent_or_done, telegram, sent, ordering), within=30)
            await worker.kill()
            await worker.start(program=WORKER)
    await drained()
    assert await count(engine, "dead_letters") == 0
    assert await count(engine, "ptb_data WHERE kind <> 'user'") == 0


async def _order(chat: PrivateChat) -> None:
    """Order a few times, and answer each question once it is asked."""
    for number in range(4):
        for words, question in (("/order", "Which pizza?"), (f"Pizza {chat.id}-{number}", "Where to?")):
            before = sum(message.text == question for message in chat.received)
            chat.says(words)
            await chat.receives(question, times=before + 1, within=30)
        chat.says(f"Street {number}")
        await chat.receives(f"Pizza {chat.id}-{number} goes to Street {number}.", within=30)


def _sent_or_done(telegram: Emulator, sent: int, ordering: list[asyncio.Task[None]]) -> bool:
    return len(telegram.calls.of("sendMessage")) >= sent or all(task.done() for task in ordering)


async def test_conversations_in_different_chats_do_not_meet(telegram: Emulator) -> None:
    chats = [telegram.private_chat() for _ in range(5)]
    for step in ("/order", "Pizza {}", "Street {}"):
        for number, chat in enumerate(chats):
            chat.says(step.format(number))
    for number, chat in enumerate(chats):
        await chat.receives(f"Pizza {number} goes to Street {number}.")


async def test_a_fallback_ends_a_conversation(telegram: Emulator, engine: AsyncEngine, drained: Drained) -> None:
    chat = telegram.private_chat()
    chat.says("/order")
    await chat.receives("Which pizza?")
    chat.says("/giveup")
    await chat.receives("No pizza, then.")
    await drained()
    assert await count(engine, "ptb_data") == 0


async def test_a_menu_is_edited_in_place(telegram: Emulator, drained: Drained) -> None:
    chat = telegram.private_chat()
    chat.says("/crusts")
    menu = await chat.receives("Which crust?")
    chat.press(menu, "thin")
    await chat.receives("A thin crust it is.")
    await drained()
    assert len(chat.received) == 1


async def test_what_no_handler_takes_goes_on_to_the_fallbacks(telegram: Emulator) -> None:
    chat = telegram.private_chat()
    chat.says("hm")
    await chat.receives("/help")
    chat.says("/start")
    await chat.receives("Hello")


async def test_an_error_goes_to_the_error_handler_and_becomes_a_dead_letter(
    telegram: Emulator, engine: AsyncEngine, drained: Drained
) -> None:
    chat = telegram.private_chat()
    chat.says("/burn")
    await chat.receives("Sorry: the oven is on fire.")
    await drained()
    [letter] = await select(engine, "SELECT reason FROM dead_letters")
    assert letter["reason"] == "RuntimeError: the oven is on fire"


async def test_whoever_has_blocked_the_bot_is_marked_and_their_update_is_handled(
    telegram: Emulator, engine: AsyncEngine, drained: Drained
) -> None:
    chat = telegram.private_chat()
    telegram.faults.next(Reply.refusal(403, "Forbidden: bot was blocked by the user"), "sendMessage")
    chat.says("/crusts")

    async def marked() -> bool:
        return await count(engine, "users WHERE blocked_at IS NOT NULL") == 1

    await eventually(marked)
    await drained()
    assert await count(engine, "dead_letters") == 0


async def test_a_flood_wait_is_waited_out(telegram: Emulator, engine: AsyncEngine) -> None:
    chat = telegram.private_chat()
    telegram.faults.next(Reply.flood(1), "sendMessage")
    chat.says("/crusts")
    await chat.receives("Which crust?")
    assert await count(engine, "dead_letters") == 0


async def test_a_job_runs_with_its_chats_data(telegram: Emulator) -> None:
    chat = telegram.private_chat()
    chat.says("/crusts")
    chat.press(await chat.receives("Which crust?"), "thick")
    await chat.receives("A thick crust it is.")
    chat.says("/remind")
    await chat.receives("Hungry? Your crust is thick.")


async def test_only_the_leader_runs_the_application(
    worker: ForkedWorker, second: ForkedWorker, telegram: Emulator
) -> None:
    """The next leader takes the conversation over."""
    chat = telegram.private_chat()
    chat.says("/order")
    await chat.receives("Which pizza?")
    await second.start(program=WORKER)
    assert (await second.health_becomes("ok"))["role"] == "standby"
    assert await worker.stop() == 0
    chat.says("Salami")
    await chat.receives("Where to?")


async def test_a_stop_waits_for_a_handler_that_sends(
    worker: ForkedWorker, telegram: Emulator, engine: AsyncEngine, drained: Drained
) -> None:
    chat = telegram.private_chat()
    answer = telegram.faults.next(Delay(1, When.AFTER), "sendMessage")
    chat.says("/order")
    await telegram.until(lambda: answer.met)
    assert await worker.stop() == 0
    assert await count(engine, "updates") == 0
    await worker.start(program=WORKER)
    chat.says("Margherita")
    await chat.receives("Where to?")
    await drained()
    assert len(chat.received) == 2


async def test_a_conversation_goes_on_in_the_same_workers_next_term(
    worker: ForkedWorker, telegram: Emulator, engine: AsyncEngine
) -> None:
    """It loses the lock with its connection, and leads again with another Application."""
    chat = telegram.private_chat()
    chat.says("/order")
    await chat.receives("Which pizza?")
    await execute(engine, LOSE_THE_LOCK)
    await logged(worker, "leads", times=2)
    chat.says("Margherita")
    await chat.receives("Where to?")
    assert worker.runs()
