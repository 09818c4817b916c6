"""Updates are accepted once, in order, by the leader alone; the inbox loads and deletes its bot's rows."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.db.tables.pollers import Cursor, Pollers, Term
from bot.db.tables.updates import Inbox, NewUpdate
from bot.db.unit_of_work import UnitOfWork
from bot.errors import LeadershipLostError
from bot.worker.intake.inbox import Accepted, accept
from bot.worker.intake.reading import RawUpdate, read

BOT, OTHER_BOT = 42, 43
URL = "https://api.telegram.org"
ANN = {"id": 1001, "is_bot": False, "first_name": "Ann"}


class Intake:
    """The leader's inbox, and queries of its tables."""

    def __init__(self, unit_of_work: UnitOfWork, engine: AsyncEngine, term: Term) -> None:
        self.unit_of_work = unit_of_work
        self.engine = engine
        self.term = term

    async def accept(self, *updates: RawUpdate, term: Term | None = None) -> Accepted:
        async with self.unit_of_work.open() as work:
            return await accept(work, term or self.term, updates)

    async def new(self, *ids: int) -> list[int]:
        """Accept plain messages with these ids. Returns the new ones."""
        accepted = await self.accept(*(message(number) for number in ids))
        assert accepted.had_already == len(ids) - len(accepted.waiting)
        return [one.update_id for one in accepted.waiting]

    async def rows(self, sql: str = "SELECT * FROM updates ORDER BY id") -> list[dict[str, Any]]:
        async with self.engine.connect() as connection:
            return [dict(row) for row in (await connection.execute(text(sql))).mappings()]

    async def cursor(self) -> Cursor:
        async with self.unit_of_work.open() as work:
            return await work.of(Pollers).cursor(self.term)

    async def last_update(self, ago: str) -> None:
        """Make the cursor this old."""
        async with self.engine.begin() as connection:
            await connection.execute(text(f"UPDATE pollers SET last_update_at = now() - interval '{ago}'"))


@pytest.fixture
async def intake(unit_of_work: UnitOfWork, engine: AsyncEngine) -> Intake:
    async with unit_of_work.open() as work:
        term = await work.of(Pollers).begin_term(BOT, URL)
    return Intake(unit_of_work, engine, term)


def message(update_id: int, chat_id: int = 1001, **content: Any) -> RawUpdate:
    body = {"message_id": 1, "date": 1, "from": ANN, "chat": {"id": chat_id, "type": "private"}, "text": "hi"}
    return raw(json.dumps({"update_id": update_id, "message": body | content}).encode())


def raw(element: bytes) -> RawUpdate:
    [update] = read(b'{"ok":true,"result":[' + element + b"]}")
    return update


async def test_what_is_new_is_kept_with_its_bytes_and_its_person(intake: Intake) -> None:
    update = message(7, text="Привет \0 \ud83d")
    accepted = await intake.accept(update)
    [row] = await intake.rows()
    assert (row["bot_id"], row["update_id"], row["chat_id"], row["kind"]) == (BOT, 7, 1001, "message")
    assert row["payload"] == update.payload
    [waiting] = accepted.waiting
    assert (waiting.id, waiting.update_id, waiting.chat_id) == (row["id"], 7, 1001)
    assert (waiting.kind, waiting.payload) == ("message", update.payload)
    assert (accepted.had_already, accepted.unreadable) == (0, 0)
    [person] = await intake.rows("SELECT * FROM users")
    assert (person["telegram_id"], person["message_count"]) == (1001, 1)
    assert (await intake.cursor()).update_id == 7


async def test_what_was_had_already_is_neither_kept_nor_counted_again(intake: Intake) -> None:
    assert await intake.new(5, 6, 7) == [5, 6, 7]
    assert await intake.new(5, 6, 7) == []
    assert await intake.new(6, 7, 8) == [8]
    assert [row["update_id"] for row in await intake.rows()] == [5, 6, 7, 8]
    [person] = await intake.rows("SELECT * FROM users")
    assert person["message_count"] == 4


async def test_what_was_handled_and_deleted_is_still_known(intake: Intake) -> None:
    [waiting] = (await intake.accept(message(7))).waiting
    async with intake.unit_of_work.open() as work:
        assert await work.of(Inbox).delete([waiting.id]) == {waiting.id}
    assert await intake.new(7) == []
    assert await intake.rows() == []


@pytest.mark.parametrize(
    ("cursor_age", "update_id", "is_new"),
    [
        pytest.param("1 second", 1_000_000, False, id="the last one"),
        pytest.param("1 second", 1_000_001, True, id="the next one"),
        pytest.param("1 second", 2**31, True, id="one far ahead"),
        pytest.param("1 second", 999_999, False, id="just below"),
        pytest.param("1 second", 900_001, False, id="99,999 below"),
        pytest.param("1 second", 899_999, True, id="100,001 below"),
        pytest.param("1 second", 5, True, id="far below"),
        pytest.param("2 days 23 hours 59 minutes", 999_999, False, id="just below, nearly 3 days later"),
        pytest.param("2 days 23 hours 59 minutes", 1_000_000, False, id="the last one, nearly 3 days later"),
        pytest.param("3 days 1 second", 999_999, True, id="just below, after 3 days"),
        pytest.param("3 days 1 second", 1_000_000, True, id="the last one, after 3 days"),
        pytest.param("8 days", 5, True, id="far below, after a week"),
        pytest.param("8 days", 1_000_001, True, id="the next one, after a week"),
    ],
)
async def test_had_already_is_what_lies_at_or_a_little_below_the_cursor_while_that_is_young(
    intake: Intake, cursor_age: str, update_id: int, is_new: bool
) -> None:
    await intake.new(1_000_000)
    await intake.last_update(cursor_age)
    assert await intake.new(update_id) == ([update_id] if is_new else [])


async def test_numbers_that_began_anew_count_from_where_they_are_now(intake: Intake) -> None:
    await intake.new(1_000_000)
    await intake.last_update("8 days")
    assert await intake.new(500, 501) == [500, 501]
    assert await intake.new(500, 501, 502) == [502]
    assert (await intake.cursor()).update_id == 502
    # An id of the old count, accepted long ago: it is ahead of the cursor now.
    assert await intake.new(1_000_000) == [1_000_000]


async def test_a_first_poll_ever_takes_everything(intake: Intake) -> None:
    cursor = await intake.cursor()
    assert (cursor.update_id, cursor.at) == (None, None)
    assert await intake.new(0, 3, 2**40) == [0, 3, 2**40]


async def test_a_number_twice_in_one_answer_counts_once(intake: Intake) -> None:
    accepted = await intake.accept(message(5, text="one"), message(6), message(5, text="two"), message(6))
    assert [(one.update_id, b"one" in one.payload) for one in accepted.waiting] == [(5, True), (6, False)]
    assert accepted.had_already == 2
    [person] = await intake.rows("SELECT * FROM users")
    assert person["message_count"] == 2


async def test_an_answer_with_nothing_new_leaves_the_cursor(intake: Intake) -> None:
    await intake.new(5, 9)
    await intake.last_update("1 hour")
    before = await intake.cursor()
    assert await intake.new(5, 6, 7) == []  # 6 and 7 are below the cursor: accepted or expired
    after = await intake.cursor()
    assert (after.update_id, after.at) == (9, before.at)
    await intake.accept()
    assert (await intake.cursor()).at == before.at


async def test_the_cursor_takes_the_last_new_number_and_the_databases_clock(intake: Intake) -> None:
    await intake.new(9)
    await intake.last_update("1 hour")
    await intake.new(8, 10, 12, 9)
    cursor = await intake.cursor()
    assert cursor.update_id == 12
    assert cursor.at is not None
    assert (cursor.now - cursor.at).total_seconds() < 60


async def test_an_unreadable_update_is_a_dead_letter_and_the_others_are_kept(intake: Intake) -> None:
    bad = raw(b'{"update_id":6,"message":{"text":"\xff\0"}}')
    accepted = await intake.accept(message(5), bad, message(7))
    assert ([one.update_id for one in accepted.waiting], accepted.unreadable) == ([5, 7], 1)
    [letter] = await intake.rows("SELECT * FROM dead_letters")
    assert (letter["bot_id"], letter["origin"], letter["update_id"]) == (BOT, "update", 6)
    assert letter["payload"] == bad.payload
    assert letter["reason"].startswith("unreadable: ")
    assert letter["chat_id"] is letter["kind"] is letter["traceback"] is None


async def test_an_unreadable_update_moves_the_cursor_and_is_had_already_the_next_time(intake: Intake) -> None:
    bad = raw(b'{"update_id":6,"message":}')
    assert (await intake.accept(bad)).unreadable == 1
    assert (await intake.cursor()).update_id == 6
    again = await intake.accept(bad, bad)
    assert (again.unreadable, again.had_already) == (0, 2)
    assert len(await intake.rows("SELECT * FROM dead_letters")) == 1


async def test_what_has_no_number_is_a_dead_letter_without_one(intake: Intake) -> None:
    accepted = await intake.accept(raw(b"{}"), raw(b'{"update_id":9999999999999999999,"message":}'), message(3))
    assert (len(accepted.waiting), accepted.unreadable) == (1, 2)
    letters = await intake.rows("SELECT * FROM dead_letters")
    assert [letter["update_id"] for letter in letters] == [None, None]
    assert (await intake.cursor()).update_id == 3


@pytest.mark.parametrize(
    "element",
    [
        b'{"update_id":9223372036854775807,"message":{}}',
        b'{"update_id":5}',
        b'{"update_id":5,"a_newer_kind":{"chat":{"id":-100}}}',
        b'{"update_id":5,"mess\\u0000age":{}}',
        b'{"update_id":5,"\\ud83d":{}}',
        b'{"update_id":5,"message":{"from":{"id":5,"first_name":"\\ud83d\\u0000"},"text":"\\u0000"}}',
        b'{"update_id":5,"message":{"chat":{"id":99999999999999999999}}}',
        b'{"update_id":5,"message":{"date":99999999999999999,"from":{"id":5,"language_code":"\\u0000"}}}',
    ],
)
async def test_whatever_can_be_read_can_be_kept(intake: Intake, element: bytes) -> None:
    assert len((await intake.accept(raw(element))).waiting) == 1
    assert [row["payload"] for row in await intake.rows()] == [element]


async def test_the_order_of_the_rows_is_that_of_the_batch(intake: Intake) -> None:
    numbers = list(range(10_500, 10_000, -1))
    waiting = (await intake.accept(*(message(number, chat_id=number % 7) for number in numbers))).waiting
    assert [one.update_id for one in waiting] == numbers
    ids = [one.id for one in waiting]
    assert ids == sorted(set(ids))
    assert [row["update_id"] for row in await intake.rows()] == numbers


async def test_under_an_older_epoch_nothing_is_written(intake: Intake) -> None:
    await intake.new(5)
    older = intake.term
    async with intake.unit_of_work.open() as work:
        newer = await work.of(Pollers).begin_term(BOT, URL)
    assert newer.epoch == older.epoch + 1
    with pytest.raises(LeadershipLostError):
        await intake.accept(message(6), raw(b'{"update_id":7,"x":}'), term=older)
    assert [row["update_id"] for row in await intake.rows()] == [5]
    assert await intake.rows("SELECT * FROM dead_letters") == []
    [person] = await intake.rows("SELECT * FROM users")
    assert person["message_count"] == 1
    await intake.accept(message(6), term=newer)
    assert [row["update_id"] for row in await intake.rows()] == [5, 6]


@pytest.mark.parametrize("change", [{"epoch": 99}, {"bot_id": OTHER_BOT}, {"api_url": "http://other"}], ids=str)
async def test_a_term_that_is_not_there_leads_nothing(intake: Intake, change: dict[str, Any]) -> None:
    with pytest.raises(LeadershipLostError):
        await intake.accept(message(6), term=replace(intake.term, **change))


async def test_each_bot_and_each_server_has_a_cursor_and_an_epoch_of_its_own(intake: Intake) -> None:
    await intake.new(5)
    async with intake.unit_of_work.open() as work:
        other_bot = await work.of(Pollers).begin_term(OTHER_BOT, URL)
        other_server = await work.of(Pollers).begin_term(BOT, "http://127.0.0.1:8081")
    assert other_bot.epoch == other_server.epoch == intake.term.epoch == 1
    for term in (other_bot, other_server):
        assert len((await intake.accept(message(5), term=term)).waiting) == 1
    assert [row["bot_id"] for row in await intake.rows()] == [BOT, OTHER_BOT, BOT]


async def test_a_rollback_leaves_nothing(intake: Intake) -> None:
    with pytest.raises(LookupError):  # noqa: PT012 -- the block's end belongs to it
        async with intake.unit_of_work.open() as work:
            await accept(work, intake.term, [message(5), raw(b'{"update_id":6,"x":}')])
            raise LookupError("the process was about to end")
    for table in ("updates", "users", "dead_letters"):
        assert await intake.rows(f"SELECT * FROM {table}") == []
    assert (await intake.cursor()).update_id is None
    assert await intake.new(5) == [5]


@asynccontextmanager
async def two_bots(intake: Intake) -> AsyncIterator[dict[int, list[int]]]:
    """Add rows of two bots alternately. Returns each bot's ids."""
    ids: dict[int, list[int]] = {BOT: [], OTHER_BOT: []}
    async with intake.unit_of_work.open() as work:
        for number, chat in enumerate((3, 1, 3, 2, 1, 3)):
            for bot_id, kept in ids.items():
                rows = await work.of(Inbox).add(bot_id, [NewUpdate(number, chat, "message", b"{}")])
                kept.extend(row.id for row in rows)
    yield ids


async def test_only_the_bots_own_rows_are_seen(intake: Intake) -> None:
    async with two_bots(intake) as ids, intake.unit_of_work.open() as work:
        await work.of(Inbox).delete([ids[OTHER_BOT][0]])
        assert await work.of(Inbox).pending(BOT) == 6
        assert await work.of(Inbox).pending(OTHER_BOT) == 5
        assert await work.of(Inbox).pending(44) == 0
        assert await work.of(Inbox).chats_waiting(BOT) == [3, 1, 2]
        assert await work.of(Inbox).chats_waiting(OTHER_BOT) == [1, 3, 2]
        assert await work.of(Inbox).chats_waiting(44) == []
        mine = await work.of(Inbox).next_of(BOT, [3, 1], (), 2)
        assert [row.id for row in mine[3]] == [ids[BOT][0], ids[BOT][2]]
        assert [row.chat_id for row in mine[1]] == [1] * len(mine[1])
        assert mine[1]
        assert await work.of(Inbox).next_of(44, [3], (), 10) == {3: []}


async def test_the_next_rows_of_a_chat_come_in_order_without_those_that_are_known_and_no_more_than_asked_for(
    intake: Intake,
) -> None:
    async with two_bots(intake) as ids, intake.unit_of_work.open() as work:
        first, second, third = (ids[BOT][place] for place in (0, 2, 5))
        for besides, limit, found in (
            (set(), 2, [first, second]),
            ({first}, 2, [second, third]),
            ({second}, 10, [first, third]),
            ({first, second, third}, 10, []),
            ({-1, 2**62}, 1, [first]),
        ):
            rows = await work.of(Inbox).next_of(BOT, [3], besides, limit)
            assert [row.id for row in rows[3]] == found
        assert await work.of(Inbox).next_of(BOT, [4], (), 10) == {4: []}


async def test_what_is_deleted_is_gone_and_only_what_was_there_is_returned(intake: Intake) -> None:
    waiting = (await intake.accept(*(message(number) for number in range(1, 5)))).waiting
    ids = [one.id for one in waiting]
    async with intake.unit_of_work.open() as work:
        assert await work.of(Inbox).delete(ids[:2]) == set(ids[:2])
        assert await work.of(Inbox).delete([*ids[1:3], 10**9]) == {ids[2]}
        assert await work.of(Inbox).delete([]) == set()
        assert await work.of(Inbox).pending(BOT) == 1
    assert [row["id"] for row in await intake.rows()] == ids[3:]


async def test_of_two_that_end_a_row_at_once_one_does(intake: Intake) -> None:
    """The fence: the second waits for the first to commit, and then finds nothing to delete."""
    [waiting] = (await intake.accept(message(5))).waiting

    async def end() -> set[int]:
        async with intake.unit_of_work.open() as work:
            return await work.of(Inbox).delete([waiting.id])

    assert sorted(await asyncio.gather(end(), end(), end()), key=len) == [set(), set(), {waiting.id}]


async def test_epochs_count_on_from_1(intake: Intake) -> None:
    async with intake.unit_of_work.open() as work:
        epochs = [(await work.of(Pollers).begin_term(BOT, URL)).epoch for _ in range(3)]
    assert epochs == [2, 3, 4]


def membership_change(update_id: int, status: str, chat_id: int = -1001) -> RawUpdate:
    body = {
        "date": 1,
        "from": ANN,
        "chat": {"id": chat_id, "type": "supergroup"},
        "new_chat_member": {"status": status},
    }
    return raw(json.dumps({"update_id": update_id, "my_chat_member": body}).encode())


async def test_the_bots_membership_of_a_group_is_stored_with_its_batch(intake: Intake) -> None:
    await intake.accept(membership_change(5, "kicked"), membership_change(6, "member", -1002))
    await intake.accept(membership_change(5, "member"))  # accepted already: it changes nothing
    chats = {row["telegram_id"]: row for row in await intake.rows("SELECT * FROM chats")}
    assert chats[-1001]["left_at"] is not None
    assert chats[-1002]["left_at"] is chats[-1002]["muted_at"] is None
    await intake.accept(membership_change(7, "member"))
    [back] = await intake.rows("SELECT * FROM chats WHERE telegram_id = -1001")
    assert back["left_at"] is back["muted_at"] is back["reason"] is None
    assert {row["bot_id"] for row in chats.values()} == {BOT}


async def test_what_a_group_has_become_is_kept(intake: Intake) -> None:
    old, new = {"id": -1001, "type": "group"}, {"id": -1004, "type": "supergroup"}
    await intake.accept(
        message(5, chat=old, migrate_to_chat_id=-1002), message(6, chat=new, migrate_from_chat_id=-1003)
    )
    became = await intake.rows("SELECT telegram_id, became FROM chats ORDER BY telegram_id DESC")
    assert [(row["telegram_id"], row["became"]) for row in became] == [(-1001, -1002), (-1003, -1004)]
