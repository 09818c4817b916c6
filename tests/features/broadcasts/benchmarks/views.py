"""The response time of each view of broadcasts with a million people.

`python -m tests.features.broadcasts.benchmarks.views [PEOPLE]`, as `benchmarks.people` measures the other views.
"""

import asyncio

from benchmarks.people import OWNER, View, crowded_system, measure
from bot.features.broadcasts import service as broadcasts
from bot.features.broadcasts.repository.broadcasts import Broadcasts
from tests.features.broadcasts.broadcast_author import BroadcastAuthor, broadcast_author


async def main() -> None:
    async with (
        crowded_system() as system,
        broadcast_author(system.worker.variables["DATABASE_URL"], system.telegram.bot.id, OWNER) as author,
    ):
        drafts = [await draft(author), await draft(author, language="ru", active_within=30)]
        await measure(system, views(*drafts))


def views(draft: int, narrowed: int) -> list[View]:
    parts = ("language", "active", "silent", "joined", "source")
    return [
        ("broadcasts", "b:list", ""),
        ("broadcasts: what waits", "b:waiting", ""),
        ("broadcast: a draft", f"b:show:{draft}", ""),
        ("broadcast: whom", f"b:whom:{draft}", ""),
        ("broadcast: whom, narrowed", f"b:whom:{narrowed}", ""),
        *((f"broadcast: by {part}", f"b:part:{draft}:{part}", "") for part in parts),
        ("broadcast: send?", f"b:send:{draft}", ""),
        ("broadcast: day", f"b:schedule:{draft}", ""),
    ]


async def draft(author: BroadcastAuthor, **narrowed: object) -> int:
    """Create a draft and preview it; returns its number."""
    async with author.unit_of_work.open() as work:
        made = await work.of(Broadcasts).add(author.bot_id, OWNER, "en", {})
        await broadcasts.collect(work, author.bot_id, OWNER, {"text": "Hello"})
        await broadcasts.narrow(work, author.bot_id, made.number, **narrowed)
        await broadcasts.preview(work, author.bot_id, made.number)
    return made.number


if __name__ == "__main__":
    asyncio.run(main())
