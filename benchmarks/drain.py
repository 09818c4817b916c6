"""How fast the inbox is drained after an outage, compared with fresh updates. `python -m benchmarks.drain`.

Both handle the same updates of the same number of chats, in turns within one run: sent while the worker polls, or found
in its inbox when it starts. The time runs from the first answer to the last one.
"""

import asyncio
import statistics
import time

from benchmarks.system import System, running_system
from bot.sandbox.world.conversations import PrivateChat
from tests.faults.backlogs import into_the_inbox

ROUNDS = 3
CHATS, EACH = 500, 8


async def main() -> None:
    async with running_system() as system:
        fresh, drained = [], []
        for number in range(1, ROUNDS + 1):
            fresh.append(await as_they_come(system))
            drained.append(await from_the_inbox(system))
            print(f"round {number}: {fresh[-1]:.0f} a second as they come, {drained[-1]:.0f} from the inbox")
        ratio = statistics.median(drained) / statistics.median(fresh)
        print(f"{CHATS * EACH:,} updates of {CHATS} chats: from the inbox at {ratio:.0%} of the rate of fresh ones")


async def as_they_come(system: System) -> float:
    await system.worker.start(LOG_LEVEL="WARNING")
    await system.polled()
    chats = system.people(CHATS)
    say(chats)
    return await rate(system, chats)


async def from_the_inbox(system: System) -> float:
    chats = system.people(CHATS)
    say(chats)
    variables = system.worker.variables
    await into_the_inbox(system.telegram, variables["DATABASE_URL"], variables["TELEGRAM_API_URL"])
    await system.worker.start(LOG_LEVEL="WARNING")
    return await rate(system, chats)


def say(chats: list[PrivateChat]) -> None:
    for number in range(EACH):
        for chat in chats:
            chat.says("/start" if number % 2 else f"/start from-{number}")


async def rate(system: System, chats: list[PrivateChat]) -> float:
    """Updates per second; stops the worker afterwards."""
    await system.telegram.until(lambda: any(chat.received for chat in chats), within=60)
    began = time.monotonic()
    await system.all_answered(chats, EACH)
    took = time.monotonic() - began
    assert await system.worker.stop() == 0
    return CHATS * EACH / took


if __name__ == "__main__":
    asyncio.run(main())
