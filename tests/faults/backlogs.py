"""A backlog: an inbox full of accepted updates that no worker has handled."""

from sqlalchemy.ext.asyncio import async_sessionmaker

from bot.db.engine import Url, engine_for
from bot.db.tables.pollers import Pollers, Term
from bot.db.unit_of_work import UnitOfWork
from bot.sandbox.server.emulator import Emulator
from bot.sandbox.server.responses import updates as answer
from bot.worker.intake.inbox import accept
from bot.worker.intake.reading import read

BATCH = 500  # updates accepted in one transaction


async def into_the_inbox(telegram: Emulator, database_url: Url, telegram_url: str) -> None:
    """Accept all updates pending at Telegram, as a worker does. No worker may be running."""
    engine = engine_for(database_url, connections=2)
    unit_of_work = UnitOfWork(async_sessionmaker(engine, execution_options={"synchronize_session": False}))
    try:
        async with unit_of_work.open() as work:
            term: Term = await work.of(Pollers).begin_term(telegram.bot.id, telegram_url)
        offset = 0
        while bodies := telegram.state.updates.fetch(offset, BATCH):
            batch = read(answer(bodies).body)
            async with unit_of_work.open() as work:
                await accept(work, term, batch)
            offset = (batch[-1].update_id or 0) + 1
    finally:
        await engine.dispose()
