"""Dead letters are kept, shown, taken once, put back where they came from, and pruned when they are old."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from typing import Any

import asyncpg
import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.db.base import WAKE_CHANNEL
from bot.db.tables.dead_letters import DeadLetters, Letter, NewDeadLetter, Origin
from bot.db.tables.outbox import Outbox, StoredMessage
from bot.db.tables.prompts import Prompts
from bot.db.unit_of_work import UnitOfWork
from bot.errors import DatabaseAwayError
from bot.features.dead_letters import service as dead_letters
from bot.features.dead_letters.service import NoSuchLetterError, NotRetriableError
from bot.worker import retention
from bot.worker.intake.inbox import reread
from bot.worker.retention import Retention

BOT, OTHER_BOT = 42, 43
ANN = {"id": 1001, "is_bot": False, "first_name": "Ann"}
READABLE = json.dumps(
    {
        "update_id": 900,
        "message": {"message_id": 1, "date": 1, "from": ANN, "chat": {"id": -55, "type": "group"}, "text": "hi"},
    }
).encode()
UPDATE = NewDeadLetter(
    Origin.UPDATE, READABLE, "ValueError: no", update_id=900, chat_id=-55, kind="message", traceback="Traceback …"
)
UNREADABLE = NewDeadLetter(Origin.UPDATE, b'{"update_id": 901, "mess', "unreadable: Unterminated string", update_id=901)
CALL = {"chat_id": 1001, "text": "Hi \0 \ud83d", "parse_mode": "HTML"}
MESSAGE = NewDeadLetter(Origin.MESSAGE, json.dumps(CALL).encode(), "chat not found", chat_id=1001, kind="text")


class Letters:
    """The dead letters' service, each call in a transaction of its own, and queries of the tables."""

    def __init__(self, unit_of_work: UnitOfWork, engine: AsyncEngine) -> None:
        self.unit_of_work = unit_of_work
        self.engine = engine

    async def add(self, letter: NewDeadLetter, bot_id: int = BOT) -> int:
        async with self.unit_of_work.open() as work:
            return await work.of(DeadLetters).add(bot_id, letter)

    async def aged(self, days: float, bot_id: int = BOT, count: int = 1) -> list[int]:
        """Made-up ones, so many days old."""
        rows = text(
            "INSERT INTO dead_letters (bot_id, origin, payload, reason, created_at)"
            " SELECT :bot_id, 'update', '', 'old', now() - make_interval(secs => :seconds)"
            " FROM generate_series(1, :count) RETURNING id"
        )
        async with self.engine.begin() as connection:
            made = await connection.execute(rows, {"bot_id": bot_id, "seconds": days * 86_400, "count": count})
            return sorted(made.scalars())

    async def retry(self, number: int) -> Letter:
        async with self.unit_of_work.open() as work:
            return await dead_letters.retry(work, number, reread)

    async def discard(self, number: int) -> Letter:
        async with self.unit_of_work.open() as work:
            return await dead_letters.discard(work, number)

    async def one(self, number: int) -> Letter:
        async with self.unit_of_work.open() as work:
            return await dead_letters.letter(work, number)

    async def numbers(self) -> list[int]:
        return [row["id"] for row in await self.rows("SELECT id FROM dead_letters ORDER BY id")]

    async def rows(self, sql: str) -> list[dict[str, Any]]:
        async with self.engine.connect() as connection:
            return [dict(row) for row in (await connection.execute(text(sql))).mappings()]


@pytest.fixture
def letters(unit_of_work: UnitOfWork, engine: AsyncEngine) -> Letters:
    return Letters(unit_of_work, engine)


@pytest.fixture
def heard() -> list[str]:
    """The bot ids that a listening leader heard."""
    return []


@pytest.fixture
async def listener(database_url: str, heard: list[str]) -> AsyncIterator[asyncpg.Connection]:
    connection = await asyncpg.connect(database_url)
    await connection.add_listener(WAKE_CHANNEL, lambda *arguments: heard.append(arguments[-1]))
    yield connection
    await connection.close()


async def test_the_newest_are_listed_first_as_many_as_asked_for_of_every_bot(letters: Letters) -> None:
    numbers = [await letters.add(UPDATE), await letters.add(MESSAGE, OTHER_BOT), await letters.add(UNREADABLE)]
    async with letters.unit_of_work.open() as work:
        newest = await work.of(DeadLetters).newest(2)
        assert await work.of(DeadLetters).count() == 3
    assert [one.number for one in newest] == [numbers[2], numbers[1]]
    assert [(one.bot_id, one.origin, one.kind, one.chat_id, one.update_id) for one in newest] == [
        (BOT, "update", None, None, 901),
        (OTHER_BOT, "message", "text", 1001, None),
    ]


async def test_one_is_shown_with_all_that_was_kept(letters: Letters) -> None:
    number = await letters.add(UPDATE)
    one = await letters.one(number)
    assert (one.number, one.bot_id, one.payload, one.traceback) == (number, BOT, READABLE, "Traceback …")
    assert one.reason == "ValueError: no"


@pytest.mark.parametrize("number", [0, -1, 99, 2**63, 10**30])
async def test_a_number_that_isnt_there_is_named(letters: Letters, number: int) -> None:
    there = await letters.add(UPDATE)
    for action in (letters.one, letters.retry, letters.discard):
        with pytest.raises(NoSuchLetterError, match=f"There is no dead letter {number}"):
            await action(number)
    assert await letters.numbers() == [there]


async def test_a_discarded_one_is_gone_and_nothing_else_changes(letters: Letters) -> None:
    first, second = await letters.add(UPDATE), await letters.add(MESSAGE)
    await letters.discard(first)
    assert await letters.numbers() == [second]
    assert await letters.rows("SELECT * FROM updates") == []
    assert await letters.rows("SELECT * FROM outbox") == []


async def test_a_retried_update_is_in_the_inbox_as_it_was_kept(letters: Letters) -> None:
    await letters.retry(await letters.add(UPDATE, OTHER_BOT))
    [row] = await letters.rows("SELECT * FROM updates")
    assert (row["bot_id"], row["update_id"], row["chat_id"], row["kind"]) == (OTHER_BOT, 900, -55, "message")
    assert row["payload"] == READABLE
    assert not row["person_pending"], "the person was met, and the message counted, when it came"
    assert await letters.numbers() == []


async def test_a_retried_message_is_in_the_outbox_as_it_was_kept(letters: Letters) -> None:
    await letters.retry(await letters.add(MESSAGE))
    [row] = await letters.rows("SELECT * FROM outbox")
    assert (row["bot_id"], row["chat_id"], row["kind"], row["attempts"]) == (BOT, 1001, "text", 0)
    assert row["payload"] == CALL
    assert row["inbox_id"] is None
    assert await letters.numbers() == []


async def test_a_retried_update_that_can_be_read_by_now_gets_its_chat_and_its_person_is_still_to_be_met(
    letters: Letters,
) -> None:
    """A newer version may read what an older one couldn't; who sent it wasn't counted then."""
    await letters.retry(await letters.add(replace(UNREADABLE, payload=READABLE)))
    [row] = await letters.rows("SELECT * FROM updates")
    assert (row["update_id"], row["chat_id"], row["kind"]) == (900, -55, "message")
    assert row["person_pending"]


@pytest.mark.parametrize("update_id", [901, None])
async def test_a_retried_update_that_still_cant_be_read_disturbs_no_chat(
    letters: Letters, update_id: int | None
) -> None:
    await letters.retry(await letters.add(replace(UNREADABLE, update_id=update_id)))
    [row] = await letters.rows("SELECT * FROM updates")
    assert (row["update_id"], row["chat_id"], row["kind"]) == (update_id or 0, 0, "")
    assert row["payload"] == UNREADABLE.payload


@pytest.mark.parametrize(
    "broken",
    [
        pytest.param(replace(MESSAGE, payload=b"{"), id="no JSON"),
        pytest.param(replace(MESSAGE, payload=b"[]"), id="no object"),
        pytest.param(replace(MESSAGE, payload=b"\xff"), id="no text"),
        pytest.param(replace(MESSAGE, payload=b"[" * 100_000), id="too deep"),
        pytest.param(replace(MESSAGE, chat_id=None), id="no chat"),
        pytest.param(replace(MESSAGE, kind=None), id="no kind"),
    ],
)
async def test_what_is_no_message_is_not_retried_and_stays(letters: Letters, broken: NewDeadLetter) -> None:
    number = await letters.add(broken)
    with pytest.raises(NotRetriableError, match=f"{number} can't be retried"):
        await letters.retry(number)
    assert await letters.numbers() == [number]
    assert await letters.rows("SELECT * FROM outbox") == []


async def test_an_origin_of_a_newer_version_is_not_retried_and_stays(letters: Letters) -> None:
    number = await letters.add(UPDATE)
    async with letters.engine.begin() as connection:
        await connection.execute(text("UPDATE dead_letters SET origin = 'dream'"))
    with pytest.raises(NotRetriableError, match="'dream'"):
        await letters.retry(number)
    assert await letters.numbers() == [number]


async def test_of_two_that_retry_the_same_one_succeeds_and_the_other_is_told(letters: Letters) -> None:
    number = await letters.add(UPDATE)
    async with letters.unit_of_work.open() as work:
        await dead_letters.retry(work, number, reread)
        second = asyncio.ensure_future(letters.retry(number))
        await _waits_for_a_lock(letters)
    with pytest.raises(NoSuchLetterError):
        await second
    assert len(await letters.rows("SELECT * FROM updates")) == 1


async def test_of_two_that_retry_the_same_the_second_succeeds_where_the_first_is_rolled_back(letters: Letters) -> None:
    number = await letters.add(UPDATE)
    with pytest.raises(ZeroDivisionError):  # noqa: PT012 -- the second has to come while the first is open
        async with letters.unit_of_work.open() as work:
            await dead_letters.retry(work, number, reread)
            second = asyncio.ensure_future(letters.retry(number))
            await _waits_for_a_lock(letters)
            raise ZeroDivisionError
    await second
    assert len(await letters.rows("SELECT * FROM updates")) == 1


@pytest.mark.parametrize("letter", [UPDATE, MESSAGE])
async def test_the_leader_is_woken_by_a_retry_when_it_is_committed(
    letters: Letters, listener: asyncpg.Connection, heard: list[str], letter: NewDeadLetter
) -> None:
    number = await letters.add(letter, OTHER_BOT)
    async with letters.unit_of_work.open() as work:
        await dead_letters.retry(work, number, reread)
        await listener.execute("SELECT 1")
        assert heard == []
    await listener.execute("SELECT 1")  # what was said comes before the answer
    assert heard == [str(OTHER_BOT)]


async def test_nobody_is_woken_by_a_retry_that_fails_or_a_discard(
    letters: Letters, listener: asyncpg.Connection, heard: list[str]
) -> None:
    with pytest.raises(NotRetriableError):
        await letters.retry(await letters.add(replace(MESSAGE, payload=b"{")))
    with pytest.raises(NoSuchLetterError):
        await letters.retry(99)
    await letters.discard(await letters.add(UPDATE))
    await listener.execute("SELECT 1")
    assert heard == []


async def test_what_is_older_than_the_days_told_is_pruned_and_nothing_else(letters: Letters) -> None:
    await letters.aged(30.01)
    kept = [*await letters.aged(29.99), *await letters.aged(0), *await letters.aged(400, OTHER_BOT)]
    async with letters.unit_of_work.open() as work:
        await work.of(Outbox).add(BOT, [StoredMessage(1001, "text", CALL)])
    assert await Retention(letters.unit_of_work, BOT, 30).prune() == 1
    assert await letters.numbers() == kept
    assert len(await letters.rows("SELECT * FROM outbox")) == 1
    assert await Retention(letters.unit_of_work, BOT, 30).prune() == 0


async def test_many_are_pruned_in_small_batches_the_oldest_first(
    letters: Letters, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retention, "BATCH", 5)
    younger, older = await letters.aged(31, count=6), await letters.aged(32, count=7)
    left: list[list[int]] = []

    class Counted(UnitOfWork):
        @asynccontextmanager
        async def open(self, *_: Any, **__: Any) -> AsyncIterator[Any]:
            async with super().open() as work:
                yield work
            left.append(await letters.numbers())

    assert await Retention(Counted(letters.unit_of_work._sessions), BOT, 30).prune() == 13
    assert [len(numbers) for numbers in left[:3]] == [8, 3, 0]
    assert set(left[0]) > set(younger), "the oldest went first"
    assert set(left[0]) & set(older)
    assert set(left[1]) < set(younger)


async def test_questions_whose_time_is_over_are_pruned_and_those_still_open_are_not(letters: Letters) -> None:
    async with letters.unit_of_work.open() as work:
        await work.of(Prompts).ask(1001, 1001, "over", timedelta(seconds=-1))
        await work.of(Prompts).ask(-1, 1001, "over", timedelta(days=-40))
        await work.of(Prompts).ask(1002, 1002, "open")
    assert await Retention(letters.unit_of_work, BOT, 30).prune() == 2
    assert [row["what"] for row in await letters.rows("SELECT what FROM asked")] == ["open"]


async def test_who_was_active_in_which_week_is_forgotten_once_that_is_long_counted(letters: Letters) -> None:
    async with letters.engine.begin() as connection:
        await connection.execute(
            text("INSERT INTO active_weeks SELECT days, now()::date - days FROM unnest(ARRAY[7, 44, 45, 400]) AS days")
        )
    assert await Retention(letters.unit_of_work, BOT, 30).prune() == 2
    assert [row["user_id"] for row in await letters.rows("SELECT user_id FROM active_weeks ORDER BY 1")] == [7, 44]


async def test_pruning_waits_for_nobody_who_retries_an_old_one(letters: Letters) -> None:
    [held] = await letters.aged(31)
    await letters.aged(31, count=3)
    async with letters.unit_of_work.open() as work:
        await dead_letters.retry(work, held, reread)
        async with asyncio.timeout(5):
            assert await Retention(letters.unit_of_work, BOT, 30).prune() == 3
    assert await letters.numbers() == []
    assert len(await letters.rows("SELECT * FROM updates")) == 1


async def test_pruning_goes_on_by_the_clock_and_past_a_database_that_is_away(letters: Letters) -> None:
    """The first two times the database is away; each later time what has come since is pruned."""
    times = asyncio.Queue[int]()

    class Away(UnitOfWork):
        begun = 0

        @asynccontextmanager
        async def open(self, *_: Any, **__: Any) -> AsyncIterator[Any]:
            self.begun += 1
            times.put_nowait(self.begun)
            if self.begun <= 2:
                raise DatabaseAwayError("it restarts")
            async with super().open() as work:
                yield work

    await letters.aged(31)
    away = Away(letters.unit_of_work._sessions)
    running = asyncio.ensure_future(Retention(away, BOT, 30).run(soon=0.01, every=0.01))
    async with asyncio.timeout(10):
        while await times.get() < 4:
            pass
        assert await letters.numbers() == []
        await letters.aged(31)
        after_the_next = away.begun + 5
        while await times.get() < after_the_next:
            pass
    assert await letters.numbers() == []
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running


async def _waits_for_a_lock(letters: Letters) -> None:
    """Return once a session of this database waits for another's lock."""
    async with asyncio.timeout(10):
        while not await letters.rows(
            "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
        ):
            await asyncio.sleep(0.01)
