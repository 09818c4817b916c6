"""The worker, but for a handler that makes trouble: /id hangs, ends the process or blocks the loop, as TROUBLE says."""

import asyncio
import os
import time
from typing import NoReturn

from bot import cli, watchdog
from bot.handlers import start


async def trouble(*_: object) -> None:
    match os.environ["TROUBLE"]:
        case "hang":
            await asyncio.Event().wait()
        case "die":
            die()
        case "block":
            time.sleep(3600)  # noqa: ASYNC251 -- that is the trouble


def die() -> NoReturn:
    os._exit(1)


start.own_id = trouble  # type: ignore[assignment] # it takes the same arguments
watchdog.STUCK_AFTER = float(os.environ.get("STUCK_AFTER", watchdog.STUCK_AFTER))
cli.main()
