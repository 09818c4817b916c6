"""Set-up for tests of broadcasts: known people, and broadcasts begun as an author begins them in the chat."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine, async_sessionmaker

from bot.db.engine import Url, engine_for
from bot.db.unit_of_work import UnitOfWork
from bot.features.broadcasts import authors
from bot.features.broadcasts import service as broadcasts
from bot.features.broadcasts.repository.broadcasts import Broadcast, Broadcasts, State
from bot.features.settings import Category
from bot.sandbox.world.conversations import PrivateChat

LOOK_EVERY = 0.05  # seconds
FIRST_ID = 10_000_000  # Telegram ids of people from `knows_many` come after it
_KNOWN = text("""
INSERT INTO users (telegram_id, first_name, language_code, private_since, last_seen_at, active_on)
SELECT id, 'Person', 'en', now(), now(), (now() AT TIME ZONE 'UTC')::date FROM unnest(CAST(:ids AS bigint[])) AS id
ON CONFLICT DO NOTHING
""")
_MANY = text("""
INSERT INTO users (telegram_id, first_name, language_code, private_since, last_seen_at, active_on)
SELECT :first + n, 'Person', 'en', now(), now(), (now() AT TIME ZONE 'UTC')::date FROM generate_series(1, :count) AS n
""")


@dataclass(frozen=True)
class BroadcastAuthor:
    """An author of broadcasts, with its own connections to the database."""

    engine: AsyncEngine
    unit_of_work: UnitOfWork
    bot_id: int
    author_id: int

    async def knows(self, chats: Iterable[PrivateChat]) -> None:
        """Store people as users who have opened a private chat."""
        await self.execute(_KNOWN, ids=[chat.id for chat in chats])

    async def knows_many(self, count: int) -> None:
        """Store so many people, and update the planner's statistics as if they had come one by one."""
        await self.execute(_MANY, first=FIRST_ID, count=count)
        await self.execute(text("ANALYZE users"))

    async def begin(self, *texts: str, category: Category = Category.NEWS, **narrowed: object) -> int:
        """Compose, preview and send a broadcast now. Returns its number."""
        async with self.unit_of_work.open() as work:
            draft = await broadcasts.begin_draft(work, self.bot_id, self.author_id, "en")
            for text in texts or ("Hello",):
                await broadcasts.collect(work, self.bot_id, self.author_id, {"text": text})
            await broadcasts.choose_category(work, self.bot_id, draft.number, category)
            await broadcasts.narrow(work, self.bot_id, draft.number, **narrowed)
            await broadcasts.preview(work, self.bot_id, draft.number)
            await broadcasts.send_now(work, self.bot_id, self.author_id, draft.number)
        return draft.number

    async def pause(self, number: int) -> None:
        async with self.unit_of_work.open() as work:
            await broadcasts.pause(work, self.bot_id, self.author_id, number)

    async def go_on(self, number: int) -> None:
        async with self.unit_of_work.open() as work:
            await broadcasts.go_on(work, self.bot_id, self.author_id, number)

    async def cancel(self, number: int) -> None:
        async with self.unit_of_work.open() as work:
            await broadcasts.cancel(work, self.bot_id, self.author_id, number)

    async def delete(self, number: int) -> None:
        async with self.unit_of_work.open() as work:
            await broadcasts.delete_messages(work, self.bot_id, self.author_id, number)

    async def shows(self, number: int, message_id: int) -> None:
        """Show the broadcast's progress in a message of the author's chat."""
        async with self.unit_of_work.open() as work:
            await authors.take_panel(work, await self.look(number), self.author_id, message_id)

    async def look(self, number: int) -> Broadcast:
        async with self.unit_of_work.open() as work:
            found = await work.of(Broadcasts).one(self.bot_id, number)
        assert found is not None
        return found

    async def until(
        self, number: int, so: Callable[[Broadcast], bool], within: float = 60, every: float = LOOK_EVERY
    ) -> Broadcast:
        """Wait until the broadcast satisfies `so`, and return it."""
        limit = time.monotonic() + within
        while not so(found := await self.look(number)):
            assert time.monotonic() < limit, found
            await asyncio.sleep(every)
        return found

    async def ended(self, number: int, within: float = 60, every: float = LOOK_EVERY) -> Broadcast:
        return await self.until(number, lambda one: one.state in {State.DONE, State.PARTLY}, within, every)

    async def statuses(self, number: int) -> dict[str, int]:
        """The number of recipients with each status."""
        counted = (
            "SELECT state, count(*) AS number FROM broadcast_recipients WHERE broadcast_id = :number GROUP BY state"
        )
        async with self.engine.connect() as connection:
            rows = await connection.execute(text(counted), {"number": number})
            return {row.state: row.number for row in rows}

    async def execute(self, statement: object, **parameters: object) -> None:
        async with self.engine.begin() as connection:
            await connection.execute(statement, parameters)  # type: ignore[call-overload] # text with parameters


@asynccontextmanager
async def broadcast_author(url: Url, bot_id: int, author_id: int) -> AsyncIterator[BroadcastAuthor]:
    engine = engine_for(url, connections=3)
    sessions = async_sessionmaker(engine, expire_on_commit=False, execution_options={"synchronize_session": False})
    try:
        yield BroadcastAuthor(engine, UnitOfWork(sessions), bot_id, author_id)
    finally:
        await engine.dispose()
