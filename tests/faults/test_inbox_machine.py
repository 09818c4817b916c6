"""Inbox and cursor checked against a model, with crashes between any two statements (a hypothesis state machine).

The emulator's queue stands for Telegram: it keeps updates until an offset confirms them, and numbers anew after a week
without updates. Each update carries a serial number of the test, because Telegram's may occur twice.
"""

import asyncio
import re
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import Any

import hypothesis.strategies as st
import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import URL, Connection, event, text
from sqlalchemy.exc import DBAPIError

from bot.db.embedded import cluster as embedded
from bot.db.engine import AsyncSessionLocal, engine_for
from bot.db.tables.pollers import Pollers, Term
from bot.db.tables.updates import Inbox
from bot.db.unit_of_work import UnitOfWork
from bot.errors import BotError, LeadershipLostError
from bot.sandbox.server.responses import updates as answer
from bot.sandbox.world.updates import MAX_OFFSET_AHEAD, QUEUE_LENGTH, Updates
from bot.worker.intake.inbox import accept
from bot.worker.intake.reading import read

BOT, URL_OF_API = 42, "http://telegram"
UPDATE_LIFETIME = 86_400.0
EXAMPLES, STEPS = 40, 30
MOST_WRITTEN = 2 * 6 * STEPS  # in one example
MOST_STATEMENTS = 8  # of one transaction; a crash planned after the last one hits its commit
SERIAL = re.compile(rb'"text": "serial (\d+)"')
PEOPLE = (1001, 1002, 1003)
AUTHORS = st.lists(st.sampled_from(PEOPLE), min_size=1, max_size=6)
YOUNG = 2.99  # days; from 3 on a cursor is ignored


class Crash(BaseException):
    """The process ends here. Nothing may catch it."""


class Ends(StrEnum):
    """How a transaction ends when it is cut off."""

    ROLLED_BACK = "rolled back"  # the process unwinds
    ABANDONED = "abandoned"  # its connection breaks, and the server notices
    UNKNOWN = "committed, and nobody was told"


class Machine(RuleBasedStateMachine):
    """Successive leaders, a Telegram, and people who write."""

    def __init__(self, database: URL) -> None:
        super().__init__()
        self._runner = asyncio.Runner()
        self._engine = engine_for(database, connections=3)
        AsyncSessionLocal.configure(bind=self._engine)
        self._work = UnitOfWork(AsyncSessionLocal)
        self._crash_before: int | None = None  # statements left until the crash
        self._ending = Ends.ROLLED_BACK
        self._committing = False
        event.listen(self._engine.sync_engine, "before_cursor_execute", self._statement)
        event.listen(self._engine.sync_engine, "commit", self._commit)
        # Telegram
        self._now = 0.0
        self._telegram = Updates(lambda: self._now, first_id=1_000)
        self._serial = 0
        self._author: dict[int, int] = {}
        # The worker's memory
        self._term = Term(BOT, URL_OF_API, 0)
        self._old_term: Term | None = None
        self._offset = 0
        # The model
        self._pushed: list[int] = []
        self._accepted: list[int] = []
        self._handled: list[int] = []

    @initialize()
    def empty_tables(self) -> None:
        self._do(self._sql("TRUNCATE updates, users, pollers, dead_letters, outbox RESTART IDENTITY"))
        self._start()

    # People and time

    @rule(authors=AUTHORS)
    def people_write(self, authors: list[int]) -> None:
        for author in authors:
            self._serial += 1
            self._author[self._serial] = author
            self._pushed.append(self._serial)
            self._telegram.push_raw(_message(self._telegram.next_id, author, self._serial))

    @rule(numbers_from=st.integers(1, 2_000) | st.integers(50_000, 10**9))
    @precondition(lambda self: self._accepted == self._pushed)
    def a_week_passes_without_updates_and_the_numbers_begin_anew(self, numbers_from: int) -> None:
        """The new numbers avoid those that the process's remembered offset would confirm unread.

        Telegram draws from a thousand million, so it hardly ever hits them.
        """
        self._pass(8 * UPDATE_LIFETIME)
        near = numbers_from < self._offset <= numbers_from + MOST_WRITTEN + MAX_OFFSET_AHEAD
        self._telegram.restart_at(self._offset if near else numbers_from)

    @rule()
    @precondition(lambda self: self._accepted == self._pushed)
    def most_of_a_day_passes(self) -> None:
        """Telegram still has unconfirmed updates and gives them again."""
        self._pass(0.8 * UPDATE_LIFETIME)

    @rule(days=st.sampled_from((3.1, 6.0)), lower_by=st.integers(1, 2_000), authors=AUTHORS)
    def numbers_below_an_old_cursor_are_new(self, days: float, lower_by: int, authors: list[int]) -> None:
        """Even just below it: only the cursor's age decides."""
        self.people_write(authors)
        self._take_all()
        self._pass(days * UPDATE_LIFETIME)
        self._telegram.restart_at(max(1, self._cursor() - lower_by))
        self.people_write(authors)
        self._take_all()

    @rule(days=st.sampled_from((0.5, 1.4, YOUNG)), authors=AUTHORS)
    def what_lies_below_a_young_cursor_was_had_already(self, days: float, authors: list[int]) -> None:
        """Telegram may not know that they were accepted, however long ago that was."""
        self.people_write(authors)
        last = self._telegram.fetch(self._offset, QUEUE_LENGTH)
        self._take_all()
        self._pass(days * UPDATE_LIFETIME)
        self._start()
        assert self._in_transaction(lambda work: accept(work, self._term, read(answer(last).body)))

    # The worker

    @rule(
        limit=st.integers(1, 5),
        again=st.integers(0, 2),
        cut=st.none() | st.integers(0, MOST_STATEMENTS),
        ending=st.sampled_from(Ends),
    )
    def polls(self, limit: int, again: int, cut: int | None, ending: Ends) -> None:
        """Poll and accept. The answer holds `again` updates twice; the process may end at statement `cut`."""
        bodies = self._telegram.fetch(self._offset, limit)
        if not bodies:
            return
        batch = read(answer([*bodies, *bodies[:again]]).body)
        if self._in_transaction(lambda work: accept(work, self._term, batch), cut, ending):
            self._had(bodies)
        if cut is None:
            ids = [one.update_id for one in batch if one.update_id is not None]
            self._offset = ids[-1] + 1
        else:
            self._start()

    @rule(person=st.sampled_from(PEOPLE), cut=st.none() | st.integers(0, MOST_STATEMENTS), ending=st.sampled_from(Ends))
    def handles_the_next_of_a_chat(self, person: int, cut: int | None, ending: Ends) -> None:
        rows = self._do(self._next_of(person))
        if not rows:
            return
        [row] = rows
        if self._in_transaction(lambda work: work.of(Inbox).delete([row.id]), cut, ending):
            self._handled.append(_serial(row.payload))
        if cut is not None:
            self._start()

    @rule()
    def a_commit_whose_answer_was_lost_is_tried_again_by_the_same_process(self) -> None:
        """Accept the same batch twice from memory, as the poller does when the database comes back."""
        bodies = self._telegram.fetch(self._offset, 5)
        for _ in range(2):
            if bodies and self._in_transaction(lambda work: accept(work, self._term, read(answer(bodies).body))):
                self._had(bodies)

    @rule()
    def another_worker_takes_over(self) -> None:
        self._old_term = self._term
        self._start()

    @rule()
    @precondition(lambda self: self._old_term is not None)
    def one_that_leads_no_longer_can_accept_nothing(self) -> None:
        bodies, old = self._telegram.fetch(0, 5), self._old_term
        assert old is not None
        with pytest.raises(LeadershipLostError):
            self._in_transaction(lambda work: accept(work, old, read(answer(bodies).body)))

    # Invariants

    @invariant()
    def the_inbox_holds_what_was_accepted_and_not_handled_each_once_and_in_order(self) -> None:
        rows = self._do(self._sql("SELECT payload FROM updates ORDER BY id"))
        waiting = [_serial(row.payload) for row in rows]
        done = set(self._handled)
        assert waiting == [serial for serial in self._accepted if serial not in done]
        assert max(Counter(self._accepted).values(), default=1) == 1

    @invariant()
    def what_telegram_gave_was_accepted_in_its_order(self) -> None:
        assert self._accepted == self._pushed[: len(self._accepted)]

    @invariant()
    def nothing_is_lost(self) -> None:
        """Updates that aren't accepted are still kept by Telegram."""
        kept = {_serial(body) for body in self._telegram.fetch(0, QUEUE_LENGTH)}
        assert set(self._pushed) <= {*self._accepted, *kept}

    @invariant()
    def of_a_chat_nothing_is_handled_before_what_came_earlier(self) -> None:
        for person in PEOPLE:
            own = [serial for serial in self._handled if self._author[serial] == person]
            assert own == sorted(own)

    @invariant()
    def everybody_is_counted_exactly_once_for_each_message(self) -> None:
        rows = self._do(self._sql("SELECT telegram_id, message_count FROM users"))
        assert {row.telegram_id: row.message_count for row in rows} == Counter(
            self._author[serial] for serial in self._accepted
        )

    def teardown(self) -> None:
        try:
            self._take_all()
        finally:
            self._do(self._engine.dispose())
            self._runner.close()

    # Helpers

    def _do(self, work: Any) -> Any:
        return self._runner.run(work)

    async def _sql(self, sql: str) -> Any:
        async with self._engine.connect() as connection:
            result = await connection.execute(text(sql))
            rows = result.all() if result.returns_rows else []
            await connection.commit()
            return rows

    async def _next_of(self, person: int) -> Any:
        async with self._work.open() as work:
            return (await work.of(Inbox).next_of(BOT, [person], (), 1))[person]

    def _start(self) -> None:
        """Begin the term of a new process, which sends no offset."""
        self._offset = 0

        async def begin() -> Term:
            async with self._work.open() as work:
                return await work.of(Pollers).begin_term(BOT, URL_OF_API)

        self._term = self._do(begin())

    def _take_all(self) -> None:
        """Let a new process accept all that Telegram has."""
        self._start()
        while len(self._telegram):
            self.polls(limit=100, again=0, cut=None, ending=Ends.ROLLED_BACK)
            self._telegram.fetch(self._offset, 1)
        assert self._accepted == self._pushed

    def _had(self, bodies: list[bytes]) -> None:
        """Update the model: accept what is new, in order."""
        known = set(self._accepted)
        self._accepted.extend(serial for body in bodies if (serial := _serial(body)) not in known)

    def _in_transaction(self, step: Any, cut: int | None = None, ending: Ends = Ends.ROLLED_BACK) -> bool:
        """Do a step in a unit of work, cut off before its statement number `cut` or at its commit.

        Returns True if it was committed.
        """

        async def whole() -> None:
            async with self._work.open() as work:
                with self._cut_off(cut, ending):
                    await step(work)
                    self._committing = True

        try:
            self._do(whole())
        except Crash:
            return False
        except (BotError, DBAPIError) as error:
            if isinstance(error, LeadershipLostError) or cut is None:
                raise
            return False  # an abandoned connection: the session finds it closed
        finally:
            self._crash_before, self._committing = None, False
        return True

    @contextmanager
    def _cut_off(self, cut: int | None, ending: Ends) -> Iterator[None]:
        self._ending = ending
        self._crash_before = cut if ending is not Ends.UNKNOWN else None
        yield

    def _statement(self, connection: Connection, *_: Any) -> None:
        if self._crash_before is None:
            return
        if self._crash_before == 0:
            self._crash(connection)
        self._crash_before -= 1

    def _commit(self, connection: Connection) -> None:
        if self._crash_before is not None and self._committing:
            self._crash(connection)

    def _crash(self, connection: Connection) -> None:
        self._crash_before = None
        if self._ending is Ends.ABANDONED:
            driver: Any = connection.connection.driver_connection
            driver.terminate()
        raise Crash

    def _cursor(self) -> int:
        [row] = self._do(self._sql("SELECT last_update_id FROM pollers"))
        return int(row.last_update_id)

    def _pass(self, seconds: float) -> None:
        self._now += seconds
        self._do(self._sql(f"UPDATE pollers SET last_update_at = last_update_at - interval '{seconds} seconds'"))


def _message(update_id: int, author: int, serial: int) -> bytes:
    person = f'{{"id": {author}, "is_bot": false, "first_name": "X"}}'
    chat = f'{{"id": {author}, "type": "private"}}'
    fields = f'"message_id": {serial}, "date": 1700000000, "from": {person}, "chat": {chat}, "text": "serial {serial}"'
    return f'{{"update_id": {update_id}, "message": {{{fields}}}}}'.encode()


def _serial(body: bytes) -> int:
    found = SERIAL.search(body)
    assert found is not None
    return int(found[1])


@pytest.mark.slow
def test_inbox_and_cursor_hold_what_the_model_says_whatever_crashes(socket_folder: Path, database: str) -> None:
    run_state_machine_as_test(
        lambda: Machine(embedded.url(socket_folder, database)),  # type: ignore[arg-type] # it is called
        settings=settings(
            max_examples=EXAMPLES,
            stateful_step_count=STEPS,
            deadline=None,
            database=None,
            print_blob=True,
            suppress_health_check=list(HealthCheck),
        ),
    )
