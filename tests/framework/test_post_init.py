"""What `post_init` does holds up neither a stop nor the worker when Telegram fails."""

import signal
from pathlib import Path

from bot.sandbox.server.emulator import Emulator
from bot.sandbox.server.faults import Reply
from tests.support.fork_server import ForkedWorker
from tests.support.workers import logged

WORKER = Path(__file__).with_name("post_init_worker.py")
CALL = "setMyShortDescription"


async def test_it_is_tried_again_when_telegram_refuses(worker: ForkedWorker, telegram: Emulator) -> None:
    telegram.faults.next(Reply.refusal(400, "Bad Request: try later"), CALL)
    await worker.start(program=WORKER)
    await logged(worker, "Telegram or the database is away")
    chat = telegram.private_chat()
    chat.says("/start")
    await chat.receives("Hello")


async def test_a_stop_cuts_it_off(worker: ForkedWorker, telegram: Emulator) -> None:
    await worker.start(program=WORKER, WAITS="1")
    await telegram.until(lambda: bool(telegram.calls.of(CALL)))
    worker.send(signal.SIGTERM)
    assert await worker.ended(within=10) == 0
