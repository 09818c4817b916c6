"""A worker whose /id misbehaves: TROUBLE makes it hang, await a cancelled task, end the process or block the loop."""

import asyncio
import os
import time
from dataclasses import replace
from typing import NoReturn

import structlog

from bot import cli
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


def without_id(feature: Feature) -> Feature:
    return replace(feature, routes=tuple(route for route in feature.routes if route.command != "id"))


health.STUCK_AFTER = float(os.environ.get("STUCK_AFTER", health.STUCK_AFTER))
cli.main((Feature(name="trouble", routes=(command("id", trouble),)), *map(without_id, FEATURES)))
