"""What the worker costs: start, memory, idle CPU. `python -m benchmarks.footprint`."""

import asyncio
import statistics
import time

import psutil

from benchmarks.stage import stage

STARTS = 5
CHATS, EACH = 50, 20
IDLE = 10.0  # seconds


async def main() -> None:
    async with stage() as on:
        starts = []
        for _ in range(STARTS):
            began = time.monotonic()
            await on.worker.start()
            await on.polled()
            starts.append(time.monotonic() - began)
            await on.worker.stop()
        print(
            f"cold start to the first getUpdates, schema at head: median {statistics.median(starts):.2f} s of {STARTS}"
        )

        await on.worker.start()
        await on.polled()
        process = psutil.Process(on.worker.pid)
        print(f"resident memory at the first poll: {_megabytes(process):.0f} MB")
        chats = on.people(CHATS)
        for _ in range(EACH):
            for chat in chats:
                chat.says("/start")
        await on.all_answered(chats, EACH)
        print(f"resident memory after {CHATS * EACH:,} updates: {_megabytes(process):.0f} MB")
        await on.polled()
        before = process.cpu_times()
        await asyncio.sleep(IDLE)
        after = process.cpu_times()
        used = after.user + after.system - before.user - before.system
        print(f"CPU while idle, over {IDLE:.0f} s: {100 * used / IDLE:.2f} %")
        await on.worker.stop()


def _megabytes(process: psutil.Process) -> float:
    return float(process.memory_info().rss) / 1e6


asyncio.run(main())
