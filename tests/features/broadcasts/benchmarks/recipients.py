"""A broadcast to a million people: time to record the recipients, memory, and how soon a pause takes effect.

`python -m tests.features.broadcasts.benchmarks.recipients [PEOPLE]`

The emulator answers as fast as it can, and Telegram's limits are off.
"""

import asyncio
import sys
import time
from pathlib import Path

from benchmarks.system import System, running_system
from bot.sandbox.world.chats import BotMembership
from tests.features.broadcasts.broadcast_author import FIRST_ID, BroadcastAuthor, broadcast_author

PEOPLE = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
REAL = 30_000  # people whom the emulator knows, too; the others aren't reached in the time measured
SENT_FOR = 10.0  # seconds
AUTHOR = 1


async def main() -> None:
    async with running_system() as system:
        for number in range(1, REAL + 1):
            system.telegram.private_chat(
                system.telegram.person("Person", id=FIRST_ID + number)
            ).chat.bot_membership = BotMembership.MEMBER
        async with broadcast_author(system.worker.variables["DATABASE_URL"], system.telegram.bot.id, AUTHOR) as author:
            await author.knows_many(PEOPLE)
            await system.worker.start()
            await system.polled()
            before = memory(system)
            await broadcast(author)
            print(f"memory: {before:.0f} MB before, {memory(system, 'VmHWM'):.0f} MB at most")
        await system.worker.stop()


async def broadcast(author: BroadcastAuthor) -> None:
    began = time.monotonic()
    number = await author.begin("Hello")
    listed = await author.until(number, lambda one: one.listed, within=300)
    print(
        f"{listed.total:,} recipients recorded after {time.monotonic() - began:.1f} s, {listed.sent:,} sent meanwhile"
    )
    await asyncio.sleep(SENT_FOR)
    paused_at = time.monotonic()
    await author.pause(number)
    answered = time.monotonic() - paused_at
    paused = await author.look(number)
    last = await sent_in_the_end(author, number, paused.sent)
    print(f"the pause is in the database after {answered * 1000:.0f} ms; {last - paused.sent} were sent after it")
    print(f"{(last - listed.sent) / SENT_FOR:,.0f} sent a second, without limits")


async def sent_in_the_end(author: BroadcastAuthor, number: int, sent: int) -> int:
    """The number of recipients who have got it, once nothing is being sent any more."""
    while (await author.statuses(number)).get("sending"):
        await asyncio.sleep(0.1)
    return max(sent, (await author.look(number)).sent)


def memory(system: System, what: str = "VmRSS") -> float:
    """The worker's memory in MB; VmHWM is its peak."""
    lines = Path(f"/proc/{system.worker.pid}/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) / 1000 for line in lines if line.startswith(what))


if __name__ == "__main__":
    asyncio.run(main())
