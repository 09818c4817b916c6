"""Leadership: of all workers of a bot one polls. When it goes, the next takes over by itself."""

import asyncio
from contextlib import AsyncExitStack

import structlog
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.db.lock import RETRY_EVERY, AdvisoryLock, key_of
from bot.db.repositories.inbox import Term
from bot.db.uow import UnitOfWork, database_away
from bot.errors import DatabaseAwayError, LeadershipLostError

CHECK_EVERY = 2.0  # seconds
ANSWERED_WITHIN = 6.0  # seconds; without an answer for so long one leads no longer

log = structlog.get_logger(__name__)


class Leadership:
    """The bot's lock, on a connection of its own outside the pool; it goes when that connection goes."""

    def __init__(self, engine: AsyncEngine, unit_of_work: UnitOfWork, bot_id: int, api_url: str) -> None:
        self._engine = engine
        self._unit_of_work = unit_of_work
        self._bot_id = bot_id
        self._api_url = api_url
        self._opened = AsyncExitStack()
        self._lock: AdvisoryLock | None = None

    async def try_to_lead(self) -> Term | None:
        """Take the lock and count the epoch on; None while another worker leads. Raises DatabaseAwayError."""
        lock = self._lock or await self._connect()
        if not await lock.acquired():
            return None
        async with self._unit_of_work.open() as work:
            return await work.inbox.begin_term(self._bot_id, self._api_url)

    async def wait(self) -> Term:
        """Try twice a second until this worker leads. Raises DatabaseAwayError."""
        while (term := await self.try_to_lead()) is None:  # noqa: ASYNC110 -- PostgreSQL tells nobody of a freed lock
            await asyncio.sleep(RETRY_EVERY)
        return term

    async def watch(self) -> None:
        """Look every 2 s whether the lock is still held. Raises LeadershipLostError once it isn't, or nobody says."""
        assert self._lock is not None
        while True:
            await asyncio.sleep(CHECK_EVERY)
            try:
                async with asyncio.timeout(ANSWERED_WITHIN - CHECK_EVERY):
                    held = await self._lock.still_held()
            except (DatabaseAwayError, TimeoutError) as error:
                raise LeadershipLostError(f"the database doesn't say who leads: {error}") from error
            if not held:
                raise LeadershipLostError(
                    "the database shows the leader's lock as nobody's. If DATABASE_URL is a transaction pooler's, "
                    "give the direct address of the database"
                )

    async def end(self) -> None:
        """Close the connection, and with it let go of the lock."""
        self._lock = None
        opened, self._opened = self._opened, AsyncExitStack()
        await opened.aclose()
        await self._engine.dispose()

    async def _connect(self) -> AdvisoryLock:
        async with database_away():
            connection = await self._opened.enter_async_context(self._engine.connect())
            autocommit = await connection.execution_options(isolation_level="AUTOCOMMIT")
        self._lock = AdvisoryLock(autocommit, key_of(f"telegram-bot-worker/leader/{self._bot_id}"))
        return self._lock
