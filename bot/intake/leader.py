"""Leadership: of all workers of a bot one polls. When it goes, the next takes over by itself."""

import asyncio

from bot.db.lock import RETRY_EVERY, SessionLock
from bot.db.repositories.inbox import Term
from bot.db.uow import UnitOfWork
from bot.errors import DatabaseAwayError, LeadershipLostError

CHECK_EVERY = 2.0  # seconds
ANSWERED_WITHIN = 6.0  # seconds; without an answer for so long one leads no longer


def lock_name(bot_id: int) -> str:
    return f"telegram-bot-worker/leader/{bot_id}"


class Leadership:
    """The bot's lock, and the epoch that counts who has held it."""

    def __init__(self, lock: SessionLock, unit_of_work: UnitOfWork, bot_id: int, api_url: str) -> None:
        self._lock = lock
        self._unit_of_work = unit_of_work
        self._bot_id = bot_id
        self._api_url = api_url

    async def try_to_lead(self) -> Term | None:
        """Take the lock and count the epoch on; None while another worker leads. Raises DatabaseAwayError."""
        if not await self._lock.taken():
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
        """Let go of the lock."""
        await self._lock.close()
