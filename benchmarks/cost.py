"""What an update costs in transactions, alone and at full load. `python -m benchmarks.cost`.

Counted by PostgreSQL itself (pg_stat_database.xact_commit), with what the worker does beside updates taken off.
"""

import asyncio

from benchmarks.stage import Stage, stage
from bot.sandbox.world.conversations import PrivateChat

CHATS, EACH = 100, 20
ALONE = 20


async def main() -> None:
    async with stage() as on:
        await on.worker.start()
        await on.polled()
        await on.all_answered(await say(on, 1, 1), 1)
        alone = await commits(on, ALONE, 1, at_once=False)
        print(f"alone: {alone / ALONE:.1f} transactions an update")
        loaded = await commits(on, CHATS, EACH, at_once=True)
        print(f"at full load: {loaded / CHATS / EACH:.2f} transactions an update")
        await on.worker.stop()


async def commits(on: Stage, chats: int, each: int, *, at_once: bool) -> int:
    """Transactions while so many updates are handled and answered."""
    before = await on.committed()
    if at_once:
        await on.all_answered(await say(on, chats, each), each)
    else:
        for _ in range(chats):
            await on.all_answered(await say(on, 1, each), each)
    return await on.committed() - before


async def say(on: Stage, chats: int, each: int) -> list[PrivateChat]:
    people = on.people(chats)
    for _ in range(each):
        for chat in people:
            chat.says("/help")
    return people


asyncio.run(main())
