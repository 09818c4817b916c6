"""What an update costs in transactions, alone and at full load. `python -m benchmarks.cost`.

Counted by PostgreSQL itself (pg_stat_database.xact_commit), with what the worker does beside updates taken off.
"""

import asyncio

from benchmarks.system import System, running_system
from bot.sandbox.world.conversations import PrivateChat

CHATS, EACH = 100, 20
ALONE = 20


async def main() -> None:
    async with running_system() as system:
        await system.worker.start()
        await system.polled()
        await system.all_answered(await say(system, 1, 1), 1)
        alone = await commits(system, ALONE, 1, at_once=False)
        print(f"alone: {alone / ALONE:.1f} transactions an update")
        loaded = await commits(system, CHATS, EACH, at_once=True)
        print(f"at full load: {loaded / CHATS / EACH:.2f} transactions an update")
        await system.worker.stop()


async def commits(system: System, chats: int, each: int, *, at_once: bool) -> int:
    """Transactions while so many updates are handled and answered."""
    before = await system.committed()
    if at_once:
        await system.all_answered(await say(system, chats, each), each)
    else:
        for _ in range(chats):
            await system.all_answered(await say(system, 1, each), each)
    return await system.committed() - before


async def say(system: System, chats: int, each: int) -> list[PrivateChat]:
    people = system.people(chats)
    for _ in range(each):
        for chat in people:
            chat.says("/help")
    return people


asyncio.run(main())
