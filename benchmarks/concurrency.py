"""Updates a second for each HANDLER_CONCURRENCY, in turns within one run. `python -m benchmarks.concurrency`.

The handlers of /start with a deep link write to the database; Telegram answers after the given delay.
"""

import asyncio
import statistics
import time

from benchmarks.system import System, running_system, write
from bot.sandbox.server.faults import Delay

WIDTHS = (1, 4, 8, 16, 32, 64)
ROUNDS = 3
CHATS, EACH = 100, 10
TELEGRAM_TAKES = 0.05  # seconds, a send


async def main() -> None:
    async with running_system() as system:
        system.telegram.faults.next(Delay(TELEGRAM_TAKES), "sendMessage", times=None)
        rates: dict[int, list[float]] = {width: [] for width in WIDTHS}
        for _ in range(ROUNDS):
            for width in WIDTHS:
                rates[width].append(await rate(system, width))
        best = max(statistics.median(measured) for measured in rates.values())
        print(f"{CHATS} chats, {EACH} updates each, a send takes {TELEGRAM_TAKES * 1000:.0f} ms, median of {ROUNDS}")
        for width, measured in rates.items():
            median = statistics.median(measured)
            print(f"HANDLER_CONCURRENCY={width:<3} {median:6.0f} updates/s  {median / best:4.0%} of the best")


async def rate(system: System, width: int) -> float:
    await system.worker.start(HANDLER_CONCURRENCY=str(width), LOG_LEVEL="WARNING")
    await system.polled()
    chats = system.people(CHATS)
    began = time.monotonic()
    write(chats, EACH, "/start spring")
    await system.all_answered(chats, EACH)
    took = time.monotonic() - began
    await system.worker.stop()
    return CHATS * EACH / took


if __name__ == "__main__":
    asyncio.run(main())
