"""Facts about users are added up, overwritten, kept or cleared, also by concurrent writers."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.db.tables.seen_users import SeenUser, SeenUsers
from bot.db.tables.users import Users
from bot.db.unit_of_work import UnitOfWork
from bot.features.privacy.repository import Privacy
from bot.worker.outgoing.error_catalogue import Mark, Unreachable
from bot.worker.outgoing.reachability import Reachability
from tests.support.joined import REGISTRY

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
ANN, BOB, EVE = 1001, 1002, 1003


def seen(telegram_id: int = ANN, username: str | None = None, **facts: Any) -> SeenUser:
    """A user seen in a group, by default with one message."""
    usual: dict[str, Any] = {
        "first_name": "Ann",
        "last_name": None,
        "language_code": None,
        "messages": 1,
        "seen_at": NOON,
        "private_since": None,
        "reachable": None,
    }
    return SeenUser(telegram_id=telegram_id, username=username, **usual | facts)


@pytest.fixture
def people(unit_of_work: UnitOfWork, engine: AsyncEngine) -> "People":
    return People(unit_of_work, engine)


class People:
    def __init__(self, unit_of_work: UnitOfWork, engine: AsyncEngine) -> None:
        self._unit_of_work = unit_of_work
        self._engine = engine

    async def upsert(self, *users: SeenUser) -> None:
        async with self._unit_of_work.open() as work:
            await work.of(SeenUsers).upsert(users)

    async def upsert_late(self, *users: SeenUser) -> None:
        async with self._unit_of_work.open() as work:
            await work.of(SeenUsers).upsert(users, late=True)

    async def reached(self, *telegram_ids: int, seconds_ago: float) -> None:
        async with self._unit_of_work.open() as work:
            await work.of(Users).mark_reachable(telegram_ids, seconds_ago)

    async def run(self, sql: str) -> None:
        async with self._engine.begin() as connection:
            await connection.execute(text(sql))

    async def waits_for_a_lock(self) -> None:
        """Wait until a session waits for a lock."""
        here = "datname = current_database() AND wait_event_type = 'Lock'"
        waiting = f"SELECT count(*) FROM pg_stat_activity WHERE {here}"
        async with asyncio.timeout(10):
            while not await self._scalar(waiting):
                await asyncio.sleep(0.01)

    async def _scalar(self, sql: str) -> Any:
        async with self._engine.connect() as connection:
            return await connection.scalar(text(sql))

    async def all(self) -> list[dict[str, Any]]:
        async with self._engine.connect() as connection:
            rows = await connection.execute(text("SELECT * FROM users ORDER BY telegram_id"))
            return [dict(row) for row in rows.mappings()]

    async def the_one(self) -> dict[str, Any]:
        [one] = await self.all()
        return one

    async def usernames(self) -> dict[int, str | None]:
        return {one["telegram_id"]: one["username"] for one in await self.all()}


async def test_a_person_who_is_new_is_written_down(people: People) -> None:
    facts = {"last_name": "Lee", "language_code": "en", "messages": 3, "private_since": NOON, "reachable": True}
    await people.upsert(seen(2**51, "ann", **facts))
    one = await people.the_one()
    assert (one["telegram_id"], one["username"], one["first_name"], one["last_name"]) == (2**51, "ann", "Ann", "Lee")
    assert (one["language_code"], one["message_count"]) == ("en", 3)
    assert one["last_seen_at"] == one["private_since"] == NOON
    assert one["blocked_at"] is one["unreachable_at"] is one["unreachable_reason"] is one["banned_at"] is None
    assert one["source"] is None
    assert one["created_at"] == one["updated_at"]


async def test_moments_are_aware_of_their_zone_and_it_is_utc(people: People) -> None:
    elsewhere = NOON.astimezone(tz=ZoneInfo("Asia/Kolkata"))
    await people.upsert(seen(seen_at=elsewhere, private_since=elsewhere, reachable=False))
    one = await people.the_one()
    for column in ("created_at", "updated_at", "last_seen_at", "private_since", "blocked_at"):
        assert one[column].utcoffset() == timedelta(0), column
    assert one["last_seen_at"] == one["private_since"] == one["blocked_at"] == NOON


async def test_counts_are_added_up(people: People) -> None:
    for messages in (2, 0, 5):
        await people.upsert(seen(messages=messages))
    assert (await people.the_one())["message_count"] == 7


async def test_facts_overwrite_what_was_known(people: People) -> None:
    await people.upsert(seen(ANN, "ann", last_name="Lee", language_code="en"))
    await people.upsert(seen(ANN, "anna", first_name="Anna", last_name="Li", language_code="ru", seen_at=NOON + HOUR))
    one = await people.the_one()
    assert (one["username"], one["first_name"], one["last_name"]) == ("anna", "Anna", "Li")
    assert (one["language_code"], one["last_seen_at"]) == ("ru", NOON + HOUR)


async def test_names_given_up_are_cleared_and_a_language_left_out_is_kept(people: People) -> None:
    await people.upsert(seen(ANN, "ann", last_name="Lee", language_code="en"))
    await people.upsert(seen(ANN))
    one = await people.the_one()
    assert (one["username"], one["last_name"], one["language_code"]) == (None, None, "en")


async def test_last_seen_never_goes_back(people: People) -> None:
    await people.upsert(seen(seen_at=NOON))
    await people.upsert(seen(seen_at=NOON - HOUR))
    assert (await people.the_one())["last_seen_at"] == NOON


@pytest.mark.parametrize("later", [None, NOON - HOUR, NOON + HOUR])
async def test_private_since_is_kept(people: People, later: datetime | None) -> None:
    await people.upsert(seen(private_since=NOON))
    await people.upsert(seen(private_since=later))
    assert (await people.the_one())["private_since"] == NOON


async def test_private_since_is_set_when_a_person_from_a_group_writes_in_private(people: People) -> None:
    await people.upsert(seen())
    await people.upsert(seen(private_since=NOON + HOUR))
    assert (await people.the_one())["private_since"] == NOON + HOUR


@pytest.mark.parametrize(
    ("blocked", "unreachable", "reachable", "blocked_after", "unreachable_after"),
    [
        (False, False, None, False, False),
        (True, True, None, True, True),
        (True, False, True, False, False),
        (False, True, True, False, False),
        (True, True, True, False, False),
        (False, False, False, True, False),
        (True, False, False, True, False),
        (False, True, False, True, True),
    ],
)
async def test_reachability_is_set_and_cleared(
    people: People,
    *,
    blocked: bool,
    unreachable: bool,
    reachable: bool | None,
    blocked_after: bool,
    unreachable_after: bool,
) -> None:
    await people.upsert(seen())
    if blocked:
        await people.run("UPDATE users SET blocked_at = now() - interval '1 day'")
    if unreachable:
        await people.run("UPDATE users SET unreachable_at = now(), unreachable_reason = 'chat not found'")
    await people.upsert(seen(reachable=reachable))
    one = await people.the_one()
    assert (one["blocked_at"] is not None) is blocked_after
    assert (one["unreachable_at"] is not None) is unreachable_after
    assert (one["unreachable_reason"] is not None) is unreachable_after


@pytest.mark.parametrize("mark", ["blocked_at", "unreachable_at"])
async def test_a_success_makes_a_chat_reachable_again(people: People, mark: str) -> None:
    await people.upsert(seen())
    await people.run(f"UPDATE users SET {mark} = now() - interval '1 hour', unreachable_reason = 'chat not found'")
    await people.reached(ANN, seconds_ago=600)
    one = await people.the_one()
    assert one["blocked_at"] is one["unreachable_at"] is one["unreachable_reason"] is None


@pytest.mark.parametrize("mark", ["blocked_at", "unreachable_at"])
async def test_a_success_that_is_recorded_late_leaves_a_newer_failure(people: People, mark: str) -> None:
    await people.upsert(seen())
    await people.run(f"UPDATE users SET {mark} = now() - interval '5 minutes'")
    await people.reached(ANN, seconds_ago=600)
    assert (await people.the_one())[mark] is not None


ONLY_IF_KNOWN: dict[str, Any] = {"messages": 0, "only_if_known": True}


async def test_events_without_an_author_change_known_people_and_add_nobody(people: People) -> None:
    await people.upsert(seen(ANN))
    happened = [seen(ANN, "ann", **ONLY_IF_KNOWN, reachable=False), seen(BOB, "bob", **ONLY_IF_KNOWN, reachable=False)]
    await people.upsert(*happened)
    await people.upsert_late(*happened)
    ann = await people.the_one()
    assert (ann["telegram_id"], ann["username"], ann["blocked_at"], ann["message_count"]) == (ANN, "ann", NOON, 1)
    await people.upsert(seen(BOB, messages=0, reachable=True))  # started the bot again
    assert len(await people.all()) == 2


async def test_events_without_an_author_change_nobody_of_whom_only_a_ban_is_kept(people: People) -> None:
    await people.run(f"INSERT INTO users (telegram_id, banned_at) VALUES ({ANN}, now())")  # the rest is erased
    await people.upsert(seen(ANN, "ann", **ONLY_IF_KNOWN, reachable=False))
    one = await people.the_one()
    assert (one["username"], one["first_name"], one["last_seen_at"], one["blocked_at"]) == (None, "", None, None)
    await people.run("INSERT INTO active_weeks (user_id, week) SELECT id, '2026-02-23' FROM users")  # none was made


async def test_who_is_erased_while_something_happens_to_them_stays_erased(
    people: People, unit_of_work: UnitOfWork
) -> None:
    await people.upsert(seen(ANN))
    async with asyncio.TaskGroup() as tasks:
        async with unit_of_work.open() as erasing:
            await erasing.of(Privacy).erase(42, ANN, REGISTRY.tables)
            happens = tasks.create_task(people.upsert_late(seen(ANN, **ONLY_IF_KNOWN, reachable=False)))
            await people.waits_for_a_lock()
        await happens
    assert await people.all() == []


async def test_a_ban_a_source_and_the_day_of_meeting_are_left_alone(people: People) -> None:
    await people.upsert(seen())
    await people.run("UPDATE users SET banned_at = now(), source = 'ad', created_at = now() - interval '1 year'")
    before = await people.the_one()
    await people.upsert(seen(reachable=True))
    after = await people.the_one()
    for column in ("id", "banned_at", "source", "created_at"):
        assert after[column] == before[column] is not None


async def test_updated_at_moves_on(people: People) -> None:
    await people.upsert(seen(ANN), seen(BOB))
    [ann, bob] = await people.all()
    await people.upsert(seen(ANN))
    [ann_later, bob_later] = await people.all()
    assert ann_later["updated_at"] > ann["updated_at"] == ann_later["created_at"]
    assert bob_later == bob


async def test_meeting_nobody_is_nothing(people: People) -> None:
    await people.upsert()
    assert await people.all() == []


async def test_five_hundred_people_are_met_in_one_statement(people: People) -> None:
    crowd = [seen(number, f"user{number}", messages=number) for number in range(500, 0, -1)]
    await people.upsert(*crowd)
    await people.upsert(*reversed(crowd))
    assert [one["message_count"] for one in await people.all()] == [2 * number for number in range(1, 501)]


@pytest.mark.parametrize("name", ["👋🏽 Ü ﷽", "'; DROP TABLE users; --", '{"a", NULL}', "NULL", "\\", "", ":x %s $1"])
async def test_names_may_be_anything(people: People, name: str) -> None:
    await people.upsert(seen(ANN, name or None, first_name=name, last_name=name))
    one = await people.the_one()
    assert (one["username"], one["first_name"], one["last_name"]) == (name or None, name, name)


@pytest.mark.parametrize("theirs", ["ann", "ANN", "Ann"])
async def test_a_username_that_another_still_has_is_cleared_there_in_whatever_case(people: People, theirs: str) -> None:
    await people.upsert(seen(ANN, "Ann"), seen(BOB, "bob"))
    before = (await people.all())[0]
    await people.upsert(seen(EVE, theirs))
    assert await people.usernames() == {ANN: None, BOB: "bob", EVE: theirs}
    assert (await people.all())[0]["updated_at"] > before["updated_at"]


async def test_a_username_is_cleared_at_everybody_who_still_has_it(people: People) -> None:
    await people.upsert(seen(ANN), seen(BOB))
    await people.run("UPDATE users SET username = 'x'")
    await people.upsert(seen(EVE, "X"))
    assert await people.usernames() == {ANN: None, BOB: None, EVE: "X"}


async def test_of_two_without_a_username_nothing_is_cleared(people: People) -> None:
    await people.upsert(seen(ANN, "ann"), seen(BOB))
    await people.upsert(seen(EVE), seen(BOB))
    assert await people.usernames() == {ANN: "ann", BOB: None, EVE: None}


async def test_people_may_swap_their_usernames_in_one_batch(people: People) -> None:
    await people.upsert(seen(ANN, "ann"), seen(BOB, "bob"))
    await people.upsert(seen(ANN, "bob"), seen(BOB, "ann"))
    assert await people.usernames() == {ANN: "bob", BOB: "ann"}


async def test_people_may_swap_their_usernames_in_one_batch_after_another(people: People) -> None:
    await people.upsert(seen(ANN, "ann"), seen(BOB, "bob"))
    await people.upsert(seen(ANN, "bob"))
    assert await people.usernames() == {ANN: "bob", BOB: None}
    await people.upsert(seen(BOB, "ann"))
    assert await people.usernames() == {ANN: "bob", BOB: "ann"}


async def test_a_username_moves_to_who_is_new_in_the_batch_of_its_former_owner(people: People) -> None:
    await people.upsert(seen(ANN, "ann"))
    await people.upsert(seen(ANN, None), seen(BOB, "ann"))
    assert await people.usernames() == {ANN: None, BOB: "ann"}


async def test_two_who_meet_the_same_people_in_different_order_at_once_never_deadlock(people: People) -> None:
    crowd = [seen(number, f"user{number}") for number in range(1, 101)]
    for _ in range(5):
        await asyncio.gather(*(people.upsert(*order) for order in (crowd, crowd[::-1], crowd[50:] + crowd[:50])))
    assert {one["message_count"] for one in await people.all()} == {15}


async def test_two_who_meet_a_new_person_at_once_write_down_one(people: People) -> None:
    await asyncio.gather(*(people.upsert(seen(ANN, "ann", messages=2)) for _ in range(5)))
    one = await people.the_one()
    assert (one["message_count"], one["username"]) == (10, "ann")


async def test_where_a_person_came_from_is_kept_the_first_time_only(people: People, unit_of_work: UnitOfWork) -> None:
    await people.upsert(seen(ANN), seen(BOB))
    before = await people.all()
    for source in ("spring-ad", "autumn-ad"):
        async with unit_of_work.open() as work:
            await work.of(Users).set_source(ANN, source)
    [ann, bob] = await people.all()
    assert (ann["source"], bob["source"]) == ("spring-ad", None)
    assert ann["updated_at"] > before[0]["updated_at"]


async def test_where_somebody_unknown_came_from_is_nothing(people: People, unit_of_work: UnitOfWork) -> None:
    async with unit_of_work.open() as work:
        await work.of(Users).set_source(ANN, "spring-ad")
    assert await people.all() == []


async def test_the_moment_of_blocking_is_the_first_one(people: People, unit_of_work: UnitOfWork) -> None:
    await people.upsert(seen(ANN), seen(BOB))
    moments = []
    for _ in range(2):
        async with unit_of_work.open() as work:
            await work.of(Users).mark_blocked(ANN)
        moments.append((await people.all())[0]["blocked_at"])
    assert moments[0] == moments[1] is not None
    assert (await people.all())[1]["blocked_at"] is None


async def test_who_can_not_be_reached_is_marked_with_the_reason(people: People, unit_of_work: UnitOfWork) -> None:
    await people.upsert(seen(ANN), seen(BOB))
    async with unit_of_work.open() as work:
        await work.of(Users).mark_unreachable(ANN, "chat not found")
        await work.of(Users).mark_unreachable(EVE, "nobody knows them")
    [ann, bob] = await people.all()
    assert (ann["unreachable_reason"], bob["unreachable_reason"]) == ("chat not found", None)
    assert ann["unreachable_at"] == ann["updated_at"] is not None
    assert ann["blocked_at"] is bob["unreachable_at"] is None


async def test_a_person_seen_after_the_error_is_not_marked_unreachable_late(
    people: People, unit_of_work: UnitOfWork
) -> None:
    now = datetime.now(UTC)
    await people.upsert(seen(ANN, seen_at=now - timedelta(seconds=30)), seen(BOB, seen_at=now - timedelta(seconds=90)))
    async with unit_of_work.open() as work:
        for person in (ANN, BOB):
            await work.of(Users).mark_blocked(person, 60)
            await work.of(Users).mark_unreachable(person, "chat not found", 60)
    [ann, bob] = await people.all()
    assert ann["blocked_at"] is ann["unreachable_at"] is None
    for mark in (bob["blocked_at"], bob["unreachable_at"]):
        assert timedelta(seconds=59) < datetime.now(UTC) - mark < timedelta(seconds=70)


async def test_reachability_that_waits_for_the_database_keeps_its_moment(
    people: People, unit_of_work: UnitOfWork
) -> None:
    """The person was seen again before the failure is recorded."""
    await people.upsert(seen(ANN, seen_at=datetime.now(UTC) - timedelta(days=1)))
    reachability = Reachability(42, unit_of_work)
    reachability.note(ANN, Unreachable(Mark.BLOCKED, "bot was blocked by the user"))
    await people.upsert(seen(ANN, seen_at=datetime.now(UTC), reachable=True))
    await reachability.write()
    assert (await people.the_one())["blocked_at"] is None
    reachability.note(ANN, Unreachable(Mark.BLOCKED, "bot was blocked by the user"))
    await reachability.write()
    assert (await people.the_one())["blocked_at"] is not None


async def test_what_is_written_down_late_adds_up_and_fills_in_but_overwrites_nothing_newer(people: People) -> None:
    await people.upsert(seen(ANN, "new", first_name="New", seen_at=NOON, reachable=False))
    late = seen(ANN, "old", first_name="Old", seen_at=NOON - HOUR, private_since=NOON - HOUR, reachable=True)
    await people.upsert_late(late)
    one = await people.the_one()
    assert (one["username"], one["first_name"], one["message_count"]) == ("new", "New", 2)
    assert one["blocked_at"] == one["last_seen_at"] == NOON
    assert one["private_since"] == NOON - HOUR


async def test_what_is_written_down_late_and_is_news_counts_as_such(people: People) -> None:
    await people.upsert(seen(ANN, "old", seen_at=NOON, reachable=False))
    await people.upsert_late(seen(ANN, "new", seen_at=NOON + HOUR, reachable=True))
    one = await people.the_one()
    assert (one["username"], one["blocked_at"], one["last_seen_at"]) == ("new", None, NOON + HOUR)


async def test_whose_row_somebody_holds_is_known_without_waiting_and_the_others_are_held(
    people: People, unit_of_work: UnitOfWork
) -> None:
    await people.upsert(seen(ANN), seen(BOB))
    async with unit_of_work.open() as holder:
        assert await holder.of(SeenUsers).locked([ANN]) == set()
        async with asyncio.timeout(5), unit_of_work.open() as other:
            assert await other.of(SeenUsers).locked([ANN, BOB, EVE]) == {ANN}
            await other.of(SeenUsers).upsert([seen(BOB), seen(EVE)])


async def test_a_username_taken_over_from_somebody_whose_row_is_held_is_no_reason_to_wait(
    people: People, unit_of_work: UnitOfWork
) -> None:
    await people.upsert(seen(ANN, "name"))
    async with unit_of_work.open() as holder:
        await holder.of(SeenUsers).locked([ANN])
        async with asyncio.timeout(5):
            await people.upsert(seen(BOB, "name"))
    assert await people.usernames() == {ANN: "name", BOB: "name"}
    await people.upsert(seen(BOB, "name"))
    assert await people.usernames() == {ANN: None, BOB: "name"}
