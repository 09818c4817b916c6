"""Telegram for a test: people, groups, faults and time, with the running bot behind them. See `docs/testing.md`."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from sqlalchemy import RowMapping

from bot.sandbox.server.call_log import CallLog
from bot.sandbox.server.emulator import Emulator
from bot.sandbox.server.faults import Delay, Drop, Fault, Reply, ScheduledFault, When
from bot.sandbox.world.conversations import Group
from tests.support.people import Person
from tests.support.shared_worker import SharedWorker
from tests.support.worker_process import WorkerProcess

Recipient = Person | Group
OLDER = """
SELECT format(
    'UPDATE %I SET %s', table_name, string_agg(format('%1$I = %1$I - interval %2$L', column_name, '{passed}'), ', ')
) AS statement
FROM information_schema.columns JOIN information_schema.tables USING (table_schema, table_name)
WHERE table_schema = 'public' AND table_type = 'BASE TABLE' AND data_type = 'timestamp with time zone'
GROUP BY table_name
"""


class Telegram:
    """The fixture `telegram`: people write to the bot here, and the worker answers them."""

    def __init__(self, shared_worker: SharedWorker) -> None:
        self._system = shared_worker

    @property
    def emulator(self) -> Emulator:
        """The emulator, for what is missing here."""
        return self._system.telegram

    @property
    def worker(self) -> WorkerProcess:
        """The worker's process: `kill`, `stop`, `start`, `health` and its log. The next test gets a running one."""
        return self._system.process

    @property
    def calls(self) -> CallLog:
        """The bot's calls, those of earlier tests with this worker included."""
        return self.emulator.calls

    def person(
        self,
        first_name: str = "Ann",
        *,
        language: str = "en",
        last_name: str = "",
        username: str = "",
        id: int | None = None,  # noqa: A002 -- as the Bot API calls it
        administrator: bool = False,
    ) -> Person:
        """Add somebody whom the bot doesn't know yet. The worker's ADMIN_IDS name its administrators."""
        number = self._system.administrator_id() if administrator else id
        account = self.emulator.person(first_name, id=number, username=username, language_code=language)
        account.last_name = last_name
        return Person(self._system, self.emulator.private_chat(account))

    async def people(self, number: int, **columns: str) -> list[Person]:
        """Add people whom the bot knows. `columns` are SQL values for their rows in `users`."""
        return [Person(self._system, chat) for chat in await self._system.people(number, **columns)]

    def group(
        self, title: str = "Group", members: Sequence[Person] = (), *, with_bot: bool = True, basic: bool = False
    ) -> Group:
        """Add a supergroup, or a basic group. The first member is its creator."""
        accounts = [member.account for member in members]
        return self.emulator.group(title, accounts, with_bot=with_bot, basic=basic)

    def refuses(
        self, method: str, status: int, description: str, *, to: Recipient | None = None, times: int | None = 1
    ) -> ScheduledFault:
        """Refuse the next calls of a method; all of them if `times` is None. The fault's `met` counts them."""
        return self._fault(Reply.refusal(status, description), method, to, times)

    def floods(
        self, seconds: int, method: str = "sendMessage", *, to: Recipient | None = None, times: int | None = 1
    ) -> ScheduledFault:
        """Answer the next calls with 429 and so many seconds to wait."""
        return self._fault(Reply.flood(seconds), method, to, times)

    def loses_answer(self, method: str, *, to: Recipient | None = None, times: int | None = 1) -> ScheduledFault:
        """Execute the next calls, and break the connection before their answers."""
        return self._fault(Drop(When.AFTER), method, to, times)

    def delays(
        self, method: str, seconds: float, *, to: Recipient | None = None, times: int | None = 1
    ) -> ScheduledFault:
        """Execute the next calls only after so many seconds."""
        return self._fault(Delay(seconds), method, to, times)

    @contextmanager
    def is_away(self) -> Iterator[None]:
        """Break every connection during the block. A poll that waits already still gets its answer."""
        fault = self.emulator.faults.next(Drop(), times=None)
        try:
            yield
        finally:
            self.emulator.faults.end(fault)

    async def settles(self) -> None:
        """Wait until the bot has handled all updates and sent all messages. Raises `TimeoutError`."""
        await self._system.settles()

    async def restarts(self, **settings: str) -> None:
        """Stop the worker and start it, with changed environment variables if there are any."""
        await self._system.restart(**settings)

    async def time_passes(self, *, days: float = 0, hours: float = 0, minutes: float = 0, seconds: float = 0) -> None:
        """Make everything older: the times in the database and the messages in Telegram. The worker restarts.

        The clock itself stays, and so do columns of type `date`.
        """
        passed = ((days * 24 + hours) * 60 + minutes) * 60 + seconds
        if self.worker.runs():
            await self.settles()
            await self.worker.stop()
        statements = await self._system.rows(OLDER.format(passed=f"{passed} seconds"))
        await self.execute(*(row["statement"] for row in statements))
        for chat in self.emulator.state.chats.values():
            for message in chat.messages.values():
                message.date -= int(passed)
        await self.restarts(**self.worker.started_with)

    async def rows(self, query: str, *, settled: bool = True) -> Sequence[RowMapping]:
        """Return what a query finds once the bot has nothing left to do. If its worker isn't running, don't wait."""
        if settled and self.worker.runs():
            await self.settles()
        return await self._system.rows(query)

    async def value(self, query: str) -> object:
        """Return the only value that a query finds, waiting as `rows` does."""
        ((value,),) = [row.values() for row in await self.rows(query)]
        return value

    async def until_rows(self, query: str) -> Sequence[RowMapping]:
        """Wait until a query finds rows, and return them."""
        return await self._system.until_some(query)

    async def execute(self, *statements: str) -> None:
        """Change the database, in one transaction."""
        await self._system.execute(*statements)

    def _fault(self, fault: Fault, method: str, to: Recipient | None, times: int | None) -> ScheduledFault:
        return self.emulator.faults.next(fault, method, chat_id=to.id if to else None, times=times)
