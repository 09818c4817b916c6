"""Transactions per update, alone and at full load. `python -m benchmarks.cost`.

Counted by PostgreSQL itself (pg_stat_database.xact_commit), with what the worker does beside updates taken off.
"""

import asyncio

from benchmarks.system import System, running_system, write

CHATS, EACH = 100, 20
ALONE = 20


async def main() -> None:
    async with running_system() as system:
        await system.worker.start()
        await system.polled()
        await answer(system, 1, 1)
        alone = await commits(system, ALONE, 1, at_once=False)
        print(f"alone: {alone / ALONE:.1f} transactions an update")
        loaded = await commits(system, CHATS, EACH, at_once=True)
        print(f"at full load: {loaded / CHATS / EACH:.2f} transactions an update")
        await system.worker.stop()


async def commits(system: System, chats: int, each: int, *, at_once: bool) -> int:
    """Transactions used while `chats` × `each` updates are handled and answered."""
    before = await system.committed()
    if at_once:
        await answer(system, chats, each)
    else:
        for _ in range(chats):
            await answer(system, 1, each)
    return await system.committed() - before


async def answer(system: System, chats: int, each: int) -> None:
    """Send `each` messages from each of so many new chats, and wait for the replies."""
    people = system.people(chats)
    write(people, each, "/help")
    await system.all_answered(people, each)


if __name__ == "__main__":
    asyncio.run(main())
