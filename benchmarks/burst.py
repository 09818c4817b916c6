"""40 people send 6 messages at once: how long until all are answered, compared with what the limits allow.

`python -m benchmarks.burst`. The emulator enforces Telegram's limits.
"""

import asyncio
import time

from benchmarks.system import running_system, write

PEOPLE, EACH = 40, 6
PER_SECOND = 30
LEAST = (PEOPLE * EACH - PER_SECOND) / PER_SECOND  # seconds: 30 at once, and then 30 in each second


async def main() -> None:
    async with running_system(limited=True) as system:
        system.worker.variables["MESSAGES_PER_SECOND"] = str(PER_SECOND)
        await system.worker.start()
        await system.polled()
        people = system.people(PEOPLE)
        began = time.monotonic()
        write(people, EACH, "/help")
        await system.all_answered(people, EACH)
        took = time.monotonic() - began
        print(f"{PEOPLE} people, {EACH} messages each: answered in {took:.2f} s, {took / LEAST:.1%} of {LEAST:.0f} s")
        print(f"rejected with 429: {system.rejected}")
        await system.worker.stop()


if __name__ == "__main__":
    asyncio.run(main())
