"""A broadcast to 3,000 people while others write: how much of the rate is used.

`python -m tests.features.broadcasts.benchmarks.rate [PEOPLE]`

The emulator enforces Telegram's limits. It prints the share of MESSAGES_PER_SECOND that broadcast and
replies use together, how often Telegram answered 429, and how long people waited for their replies.
"""

import asyncio
import random
import statistics
import sys
import time

from benchmarks.system import System, running_system
from bot.features.broadcasts.repository.broadcasts import Broadcast
from bot.sandbox.world.conversations import PrivateChat
from tests.features.broadcasts.broadcast_author import broadcast_author

PEOPLE = int(sys.argv[1]) if len(sys.argv) > 1 else 3_000
PER_SECOND = 30  # the default of MESSAGES_PER_SECOND
A_REPLY_EVERY = 0.4  # seconds, about
ANSWERED_WITHIN = 30.0  # seconds
AUTHOR = 1


async def main() -> None:
    async with running_system(limited=True) as system:
        chats, writers = system.telegram.people(PEOPLE), system.people(200)
        async with broadcast_author(system.worker.variables["DATABASE_URL"], system.telegram.bot.id, AUTHOR) as author:
            await author.knows(chats)
            system.worker.variables["MESSAGES_PER_SECOND"] = str(PER_SECOND)
            await system.worker.start()
            await system.polled()
            before = await system.committed()
            number = await author.begin("Hello")
            await system.telegram.until(lambda: bool(sent_to(chats)), within=60)
            began = time.monotonic()
            waits, ended = await replies_until(
                system, writers, asyncio.ensure_future(author.ended(number, within=600, every=1))
            )
            took = time.monotonic() - began
            over = await ended
            transactions = await system.committed() - before
        sent = over.sent + len(waits)
        print(f"{over.sent} of {PEOPLE} and {len(waits)} replies in {took:.1f} s: {sent / took:.2f} a second,")
        print(f"{sent / took / PER_SECOND:.1%} of {PER_SECOND}; rejected with 429: {system.rejected}")
        waits.sort()
        p99 = waits[int(len(waits) * 0.99)]
        print(f"replies after {statistics.median(waits) * 1000:.0f} ms (median), {p99 * 1000:.0f} ms (p99)")
        print(f"{transactions / sent:.2f} transactions a message")
        await system.worker.stop()


async def replies_until(
    system: System, writers: list[PrivateChat], ended: "asyncio.Future[Broadcast]"
) -> tuple[list[float], "asyncio.Future[Broadcast]"]:
    """Let somebody write now and then until the broadcast has ended. Returns how long each waited for the answer."""
    chance = random.Random(1)
    waits: list[float] = []
    answers: list[asyncio.Future[None]] = []

    async def answered(chat: PrivateChat) -> None:
        before, sent_at = len(chat.received), time.monotonic()
        chat.says("/help")
        await system.telegram.until(lambda: len(chat.received) > before, within=ANSWERED_WITHIN)
        waits.append(time.monotonic() - sent_at)

    for chat in writers * 10:
        if ended.done():
            break
        answers.append(asyncio.ensure_future(answered(chat)))
        await asyncio.wait({ended}, timeout=A_REPLY_EVERY * chance.uniform(0.5, 1.5))
    await asyncio.gather(*answers)
    return waits, ended


def sent_to(chats: list[PrivateChat]) -> int:
    return sum(bool(chat.received) for chat in chats)


if __name__ == "__main__":
    asyncio.run(main())
