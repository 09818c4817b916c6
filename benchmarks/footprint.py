"""Time to start, memory and idle CPU of the worker. `python -m benchmarks.footprint`."""

import asyncio
import statistics
import time

import psutil

from benchmarks.system import running_system, write

STARTS = 5
CHATS, EACH = 50, 20
IDLE = 10.0  # seconds


async def main() -> None:
    async with running_system() as system:
        starts = []
        for _ in range(STARTS):
            began = time.monotonic()
            await system.worker.start()
            await system.polled()
            starts.append(time.monotonic() - began)
            await system.worker.stop()
        print(
            f"cold start to the first getUpdates, schema at head: median {statistics.median(starts):.2f} s of {STARTS}"
        )

        await system.worker.start()
        await system.polled()
        process = psutil.Process(system.worker.pid)
        print(f"resident memory at the first poll: {_megabytes(process):.0f} MB")
        chats = system.people(CHATS)
        write(chats, EACH, "/start")
        await system.all_answered(chats, EACH)
        print(f"resident memory after {CHATS * EACH:,} updates: {_megabytes(process):.0f} MB")
        await system.polled()
        before = process.cpu_times()
        await asyncio.sleep(IDLE)
        after = process.cpu_times()
        used = after.user + after.system - before.user - before.system
        print(f"CPU while idle, over {IDLE:.0f} s: {100 * used / IDLE:.2f} %")
        await system.worker.stop()


def _megabytes(process: psutil.Process) -> float:
    return float(process.memory_info().rss) / 1e6


if __name__ == "__main__":
    asyncio.run(main())
