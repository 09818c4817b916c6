"""The worker with a changed /id, which makes the trouble that TROUBLE names.

It hangs, awaits something cancelled, ends the process or blocks the loop.
"""

import asyncio
import os
import time
from typing import NoReturn

import structlog

from bot import app, cli
from bot.features import FEATURES
from bot.framework.feature import Feature
from bot.framework.route import command
from bot.worker import health


async def trouble(*_: object) -> None:
    match os.environ["TROUBLE"]:
        case "hang":
            structlog.get_logger(__name__).info("hangs")
            await asyncio.Event().wait()
        case "cancelled":
            await cancelled()
        case "die":
            die()
        case "block":
            time.sleep(3600)  # noqa: ASYNC251 -- that is the trouble


async def cancelled() -> None:
    task = asyncio.create_task(asyncio.Event().wait())
    task.cancel()
    await task


def die() -> NoReturn:
    os._exit(1)


app.FEATURES = (Feature(name="trouble", routes=(command("id", trouble),)), *FEATURES)  # type: ignore[attr-defined] # in place of the one list
health.STUCK_AFTER = float(os.environ.get("STUCK_AFTER", health.STUCK_AFTER))
cli.main()
