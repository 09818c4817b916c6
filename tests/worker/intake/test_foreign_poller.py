"""Another process takes the bot's updates: the log and /health name it, and the poller backs off."""

import asyncio

import aiohttp

from bot.sandbox.methods.parameters import Parameters
from bot.sandbox.server.emulator import Emulator
from tests.support.worker_process import WorkerProcess
from tests.support.workers import logged


async def test_another_process_that_polls_with_the_token_is_named_in_log_and_health(
    worker: WorkerProcess, telegram: Emulator, telegram_url: str
) -> None:
    await worker.start()
    await worker.health_becomes("ok")
    async with aiohttp.ClientSession() as session, asyncio.TaskGroup() as tasks:
        foreign = tasks.create_task(_polls_for_ever(session, f"{telegram_url}/bot{telegram.bot.token}/getUpdates"))
        await logged(worker, "poll failed", times=2)
        assert "another process is polling with this token" in await _telegram(worker)
        foreign.cancel()
    line = next(line for line in worker.lines() if line["message"] == "poll failed")
    assert line["reason"].startswith("another process is polling with this token")
    rejected = [call.at for call in telegram.calls.of("getUpdates") if call.status == 409]
    assert len(rejected) < 20
    chat = telegram.private_chat()
    chat.says("/start")
    await chat.receives("Hello", within=30)


async def test_a_webhook_that_is_set_meanwhile_is_named_with_the_remedy(
    worker: WorkerProcess, telegram: Emulator
) -> None:
    await worker.start()
    await worker.health_becomes("ok")
    await telegram.call(telegram.bot.token, "setWebhook", Parameters({"url": "https://example.org/hook"}))
    await logged(worker, "poll failed")
    detail = await _telegram(worker)
    assert "a webhook is set" in detail
    assert "restart" in detail


async def _polls_for_ever(session: aiohttp.ClientSession, url: str) -> None:
    while True:
        async with session.post(url, json={"timeout": 2}) as answer:
            await answer.read()


async def _telegram(worker: WorkerProcess) -> str:
    return str((await worker.health())[1]["checks"]["telegram"]["detail"])
