"""The broadcast sender, run in this process against PostgreSQL and the emulator."""

import asyncio
import itertools
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import pytest
from sqlalchemy import text

from bot.db.engine import AsyncSessionLocal
from bot.db.unit_of_work import Work
from bot.errors import FatalError, StatementRefusedError
from bot.features import broadcasts as broadcasts_feature
from bot.features.broadcasts import run as broadcast_run
from bot.features.broadcasts import sender as broadcasts_under_way
from bot.features.broadcasts import service as broadcasts
from bot.features.broadcasts.actions import Done, Progress, Sending
from bot.features.broadcasts.repository.broadcasts import Broadcast, Broadcasts, State
from bot.features.broadcasts.repository.recipients import DeliveryStatus, Recipient, Recipients
from bot.features.broadcasts.sender import BroadcastSender
from bot.features.privacy.repository import Privacy
from bot.framework.background import BackgroundDeps
from bot.messages import Edit, Text
from bot.sandbox.server.emulator import Emulator
from bot.sandbox.server.faults import Delay, Drop, Reply, When
from bot.sandbox.world.conversations import PrivateChat
from bot.worker.outgoing.background_services import Services
from bot.worker.outgoing.delivery import Delivery
from bot.worker.outgoing.limiter import Limiter
from bot.worker.outgoing.reachability import Reachability
from bot.worker.outgoing.send_scheduler import SendScheduler
from bot.worker.outgoing.sent_hooks import SentHooks
from bot.worker.outgoing.transport import AiohttpRequest, Api
from bot.worker.retention import Retention
from bot.worker.vitals import Vitals
from tests.features.broadcasts.broadcast_author import BroadcastAuthor, broadcast_author
from tests.support.delivery import FlakyUnitOfWork
from tests.support.joined import JOINED, REGISTRY

PANEL = 77


@dataclass
class Sender:
    broadcasting: BroadcastSender
    unit_of_work: FlakyUnitOfWork
    scheduler: SendScheduler
    api: Api
    shown: list[tuple[State, int]] = field(default_factory=list)


OpenSender = Callable[..., AbstractAsyncContextManager[Sender]]


@pytest.fixture
async def administrator(emulator: Emulator, database_url: str) -> AsyncIterator[BroadcastAuthor]:
    author = emulator.private_chat()
    author.says("/start")
    async with broadcast_author(database_url, emulator.bot.id, author.id) as made:
        yield made


@pytest.fixture
def open_sender(emulator: Emulator, telegram_url: str, engine: object, administrator: BroadcastAuthor) -> OpenSender:
    """Opens the sender of one term, and closes it at the end of the block."""
    emulator.limits.enabled = False
    carried: dict[type, object] = {}
    epochs = itertools.count(1)

    @asynccontextmanager
    async def open_sender(
        per_second: float = 0, at_once: int = 30, progress: Progress | None = None
    ) -> AsyncIterator[Sender]:
        unit_of_work, scheduler, vitals = (
            FlakyUnitOfWork(AsyncSessionLocal, loses_within=broadcast_run.TICK_WITHIN),
            SendScheduler(Limiter(per_second)),
            Vitals("tests"),
        )
        vitals.poll_answered()
        async with AiohttpRequest(connections=64) as request, asyncio.TaskGroup() as tasks:
            api = Api(request, telegram_url, emulator.bot.token)
            delivery = Delivery(
                emulator.bot.id, api=api, unit_of_work=unit_of_work, scheduler=scheduler, vitals=vitals,
                tasks=tasks, sent=set(), leads=lambda: True, draw=JOINED.draw_chart,
                undelivered=partial(JOINED.undelivered, emulator.bot.id),
                sent_hooks=SentHooks(emulator.bot.id, unit_of_work, {}),
                reachability=Reachability(emulator.bot.id, unit_of_work),
            )  # fmt: skip
            shown: list[tuple[State, int]] = []

            def show(broadcast: Broadcast, _: float | None) -> Edit | None:
                shown.append((broadcast.state, broadcast.sent))
                if broadcast.panel_id is None:
                    return None
                return Edit(broadcast.author_id, broadcast.panel_id, f"{broadcast.state}, {broadcast.sent} sent")

            async def report(_: Work, broadcast: Broadcast) -> Sequence[Text]:
                return [Text(broadcast.author_id, f"Report: {broadcast.state}, {broadcast.sent} sent")]

            services = Services(
                emulator.bot.id, next(epochs), api=api, unit_of_work=unit_of_work, scheduler=scheduler,
                delivery=delivery, tasks=tasks, check_leads=lambda: None, carried=carried,
            )  # fmt: skip
            deps = BackgroundDeps(services, frozenset({administrator.author_id}), messages_per_second=at_once)
            broadcasting = BroadcastSender(deps, progress or show, report)
            running = [broadcasting.run(), delivery.load(), delivery.keep_acknowledging(), delivery.keep_marking()]
            beside = [tasks.create_task(part) for part in running]
            yield Sender(broadcasting, unit_of_work, scheduler, api, shown)
            broadcasting.stop_new_work()
            scheduler.close()
            await broadcasting.close()
            await delivery.close()
            for task in beside:
                task.cancel()

    return open_sender


async def people(administrator: BroadcastAuthor, emulator: Emulator, count: int) -> list[PrivateChat]:
    chats = emulator.people(count)
    await administrator.knows(chats)
    return chats


async def begun(
    administrator: BroadcastAuthor, emulator: Emulator, count: int, *texts: str
) -> tuple[list[PrivateChat], int]:
    """Create people and begin a broadcast to them. Returns their chats and its number."""
    chats = await people(administrator, emulator, count)
    return chats, await administrator.begin(*texts)


async def got_by(count: int, chats: Sequence[PrivateChat], emulator: Emulator) -> None:
    """Wait until so many chats have received something."""
    await emulator.until(lambda: sum(bool(chat.received) for chat in chats) >= count, within=10)


async def goes_on(sender: Sender, administrator: BroadcastAuthor, number: int) -> Broadcast:
    """Resume a paused broadcast and wait for its end."""
    await administrator.go_on(number)
    sender.broadcasting.wake()
    return await administrator.ended(number)


async def stops(sender: Sender) -> None:
    """Wake the sender, and wait until nothing is being sent."""
    sender.broadcasting.wake()
    async with asyncio.timeout(10):
        while sender.broadcasting._running:
            await asyncio.wait(sender.broadcasting._running)


async def left_in_between(administrator: BroadcastAuthor, number: int, count: int) -> None:
    """Leave the state of a crash after marking so many recipients and before sending to any."""
    async with administrator.unit_of_work.open() as work:
        broadcast = await work.of(Broadcasts).one(administrator.bot_id, number)
        assert broadcast is not None
        up_to = broadcast.people_up_to or 0
        listed = await work.of(Recipients).list_people(number, (), 0, up_to)
        await work.of(Broadcasts).count(number, (State.RUNNING,), total=listed, listed_up_to=up_to)
        await work.of(Recipients).take(number, 0, count)


def texts(chat: PrivateChat) -> list[str]:
    return [message.text for message in chat.received]


async def test_everybody_gets_it_once_and_the_author_a_report(
    administrator: BroadcastAuthor, emulator: Emulator, open_sender: OpenSender
) -> None:
    chats, number = await begun(administrator, emulator, 100, "Hello", "and good bye")
    async with open_sender():
        over = await administrator.ended(number)
        author = emulator.private_chat(emulator.state.people[administrator.author_id])
        await author.receives("Report: done, 100 sent")
    assert [texts(chat) for chat in chats] == [["Hello", "and good bye"]] * 100
    assert (over.state, over.total, over.sent, over.left, over.perhaps_twice) == (State.DONE, 100, 100, 0, 0)
    assert await administrator.statuses(number) == {"sent": 100}


async def test_who_blocks_the_bot_meanwhile_is_marked_unreachable_at_once_and_the_rest_get_it(
    administrator: BroadcastAuthor, emulator: Emulator, open_sender: OpenSender
) -> None:
    chats = await people(administrator, emulator, 10)
    chats[3].blocks()
    chats[4].person.deactivated = True
    number = await administrator.begin()
    async with open_sender():
        over = await administrator.ended(number)
    assert (over.state, over.sent, over.blocked, over.failed) == (State.DONE, 8, 2, 0)
    async with administrator.unit_of_work.open() as work:
        missed = await broadcasts.failures(work, emulator.bot.id, number)
    assert [(one[0], one[1]) for one in missed] == [(chats[3].id, "blocked"), (chats[4].id, "blocked")]
    again = await administrator.begin()
    assert (await administrator.look(again)).state is State.RUNNING
    async with open_sender():
        assert (await administrator.ended(again)).total == 8


async def test_a_message_that_is_rejected_for_other_reasons_makes_it_partly(
    administrator: BroadcastAuthor, emulator: Emulator, open_sender: OpenSender
) -> None:
    chats = await people(administrator, emulator, 3)
    rejection = Reply.refusal(400, "Bad Request: something is wrong with it")
    emulator.faults.next(rejection, "sendMessage", chat_id=chats[1].id)
    number = await administrator.begin()
    async with open_sender():
        over = await administrator.ended(number)
    assert (over.state, over.sent, over.failed) == (State.PARTLY, 2, 1)


async def test_an_answer_that_never_came_is_counted_as_perhaps_twice(
    administrator: BroadcastAuthor, emulator: Emulator, open_sender: OpenSender
) -> None:
    chats = await people(administrator, emulator, 5)
    emulator.faults.next(Drop(When.AFTER), "sendMessage", chat_id=chats[2].id)
    number = await administrator.begin()
    async with open_sender():
        over = await administrator.ended(number)
    assert [len(chat.received) for chat in chats] == [1, 1, 2, 1, 1]
    assert (over.sent, over.perhaps_twice) == (5, 1)


async def test_a_flood_wait_of_one_chat_delays_that_chat_alone(
    administrator: BroadcastAuthor, emulator: Emulator, open_sender: OpenSender
) -> None:
    chats = await people(administrator, emulator, 60)
    halted = chats[0]
    number = await administrator.begin("first", "second")
    async with open_sender(per_second=200):
        await emulator.until(lambda: bool(halted.received), within=10)
        emulator.faults.next(Reply.flood(3), "sendMessage", chat_id=halted.id)
        await emulator.until(lambda: all(len(chat.received) == 2 for chat in chats[1:]), within=10)
        assert texts(halted) == ["first"]
        await administrator.ended(number)
    assert texts(halted) == ["first", "second"]


async def test_a_pause_stops_it_and_going_on_misses_and_repeats_nobody(
    administrator: BroadcastAuthor, emulator: Emulator, open_sender: OpenSender
) -> None:
    chats, number = await begun(administrator, emulator, 200)
    async with open_sender(per_second=100, at_once=20) as sender:
        await got_by(50, chats, emulator)
        await administrator.pause(number)
        await stops(sender)
        await administrator.until(number, lambda one: one.sent >= 50)
        paused = await administrator.statuses(number)
        assert set(paused) == {"sent", "waiting"}
        assert paused["sent"] < 120
        over = await goes_on(sender, administrator, number)
    assert [len(chat.received) for chat in chats] == [1] * 200
    assert over.perhaps_twice == 0


async def test_a_pause_is_shown_in_the_message_that_is_the_panel_then_even_if_the_author_is_to_rest(
    administrator: BroadcastAuthor, emulator: Emulator, open_sender: OpenSender
) -> None:
    (slow,) = await people(administrator, emulator, 1)
    author = emulator.private_chat(emulator.state.people[administrator.author_id])
    held_up = emulator.faults.next(Delay(2), "sendMessage", chat_id=slow.id)
    number = await administrator.begin()
    async with open_sender() as sender:
        for text in ("old panel", "panel"):
            await sender.api.perform("sendMessage", {"chat_id": author.id, "text": text})
        await emulator.until(lambda: held_up.met == 1)
        await administrator.pause(number)
        old, panel = author.received
        sender.scheduler.halt(author.id, 3)
        await administrator.shows(number, panel.message_id)
        await stops(sender)
        await emulator.until(lambda: panel.text == "paused, 1 sent", within=10)
        assert old.text == "old panel"


async def test_a_cancelled_one_is_sent_to_nobody_more(
    administrator: BroadcastAuthor, emulator: Emulator, open_sender: OpenSender
) -> None:
    chats, number = await begun(administrator, emulator, 200)
    async with open_sender(per_second=100, at_once=20) as sender:
        await got_by(20, chats, emulator)
        await administrator.cancel(number)
        await stops(sender)
        got = sum(bool(chat.received) for chat in chats)
    assert got < 100
    assert (await administrator.statuses(number))["sent"] == got
    assert (await administrator.look(number)).state is State.CANCELLED


async def test_a_stop_gives_back_whom_it_had_taken_and_the_next_term_goes_on_without_repeats(
    administrator: BroadcastAuthor, emulator: Emulator, open_sender: OpenSender
) -> None:
    chats, number = await begun(administrator, emulator, 100)
    async with open_sender(per_second=100, at_once=20):
        await got_by(30, chats, emulator)
    assert set(await administrator.statuses(number)) == {"sent", "waiting"}
    async with open_sender():
        over = await administrator.ended(number)
    assert [len(chat.received) for chat in chats] == [1] * 100
    assert over.perhaps_twice == 0


async def test_whom_a_crash_left_in_between_is_sent_to_again_and_counted_as_perhaps_twice(
    administrator: BroadcastAuthor, emulator: Emulator, open_sender: OpenSender
) -> None:
    chats, number = await begun(administrator, emulator, 10)
    await left_in_between(administrator, number, 4)
    async with open_sender():
        over = await administrator.ended(number)
    assert [len(chat.received) for chat in chats] == [1] * 10
    assert (over.sent, over.perhaps_twice) == (10, 4)


async def test_commits_whose_answer_is_lost_cost_nothing(
    administrator: BroadcastAuthor, emulator: Emulator, open_sender: OpenSender, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(broadcast_run, "DATABASE_BACK_OFF", 0.01)
    chats, number = await begun(administrator, emulator, 100)
    async with open_sender(per_second=200, at_once=20) as sender:
        await got_by(1, chats, emulator)
        sender.unit_of_work.answers_lost = 3
        over = await administrator.ended(number)
        assert sender.unit_of_work.answers_lost == 0
    assert [len(chat.received) for chat in chats] == [1] * 100
    assert (over.sent, over.perhaps_twice) == (100, 0)


async def test_what_is_scheduled_begins_by_itself(
    administrator: BroadcastAuthor, emulator: Emulator, open_sender: OpenSender
) -> None:
    chats = await people(administrator, emulator, 3)
    async with administrator.unit_of_work.open() as work:
        draft = await broadcasts.begin_draft(work, emulator.bot.id, administrator.author_id, "en")
        await broadcasts.collect(work, emulator.bot.id, administrator.author_id, {"text": "Later"})
        await broadcasts.preview(work, emulator.bot.id, draft.number)
        soon = datetime.now(UTC) + timedelta(seconds=1)
        await broadcasts.schedule(work, emulator.bot.id, administrator.author_id, draft.number, soon)
    async with open_sender():
        await administrator.ended(draft.number)
    assert [texts(chat) for chat in chats] == [["Later"]] * 3


async def test_two_at_once_share_the_rate(
    administrator: BroadcastAuthor, emulator: Emulator, open_sender: OpenSender
) -> None:
    chats = await people(administrator, emulator, 100)
    first, second = await administrator.begin("first"), await administrator.begin("second")
    async with open_sender(per_second=60, at_once=20):
        await emulator.until(lambda: sum("second" in texts(chat) for chat in chats) >= 20, within=20)
        ahead = sum("first" in texts(chat) for chat in chats)
        assert 10 <= ahead <= 40, "one waited for the other"
        await administrator.cancel(first)
        await administrator.cancel(second)


async def test_what_was_sent_is_deleted_again_but_for_what_is_too_old(
    administrator: BroadcastAuthor, emulator: Emulator, open_sender: OpenSender
) -> None:
    chats, number = await begun(administrator, emulator, 5, "Oops", "Oops again")
    async with open_sender() as sender:
        await administrator.ended(number)
        ages = "UPDATE broadcast_recipients SET at = now() - interval '49 hours' WHERE telegram_id = :id"
        await administrator.execute(text(ages), id=chats[0].id)
        await administrator.delete(number)
        sender.broadcasting.wake()
        over = await administrator.until(number, lambda one: one.state is State.DELETED)
    assert [[message.deleted for message in chat.received] for chat in chats] == [[False] * 2, *[[True] * 2] * 4]
    assert (over.deleted, over.sent) == (4, 5)


async def test_progress_is_shown_every_three_seconds_at_most_and_at_the_end(
    administrator: BroadcastAuthor, emulator: Emulator, open_sender: OpenSender
) -> None:
    _, number = await begun(administrator, emulator, 100)
    async with open_sender(per_second=100, at_once=10) as sender:
        await administrator.ended(number)
        assert sender.shown[-1] == (State.DONE, 100)
        assert len(sender.shown) <= 3


async def test_what_ended_long_ago_is_pruned_with_its_recipients_and_nothing_else(
    administrator: BroadcastAuthor, emulator: Emulator, open_sender: OpenSender, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.worker.retention.BATCH", 7)
    await people(administrator, emulator, 20)
    old, recent = await administrator.begin(), await administrator.begin()
    async with open_sender():
        await administrator.ended(old)
        await administrator.ended(recent)
    running = await administrator.begin()
    ages = "UPDATE broadcasts SET finished_at = now() - interval '31 days', created_at = now() - interval '99 days'"
    await administrator.execute(text(f"{ages} WHERE id <> :recent AND state <> 'running'"), recent=recent)
    assert (
        await Retention(administrator.unit_of_work, emulator.bot.id, 30, broadcasts_feature.FEATURE.pruning).prune()
        == 21
    )
    async with administrator.unit_of_work.open() as work:
        assert [one.number for one in await work.of(Broadcasts).newest(emulator.bot.id, 10)] == [running, recent]
    assert await administrator.statuses(old) == {}
    assert await administrator.statuses(recent) == {"sent": 20}


async def test_a_stop_that_closes_the_scheduler_first_passes_nobody_over(
    administrator: BroadcastAuthor, emulator: Emulator, open_sender: OpenSender
) -> None:
    """Regression: recipients without a permit were given back behind the position of the next batch."""
    chats, number = await begun(administrator, emulator, 60)
    async with open_sender(per_second=100, at_once=10) as sender:
        await got_by(1, chats, emulator)
        sender.scheduler.close()
        await asyncio.sleep(4 * broadcast_run.TICK)  # while a handler may still run
        assert (await administrator.look(number)).state is State.RUNNING
    async with open_sender():
        over = await administrator.ended(number)
    assert [len(chat.received) for chat in chats] == [1] * 60
    assert (over.state, over.sent, over.perhaps_twice) == (State.DONE, 60, 0)


async def test_a_stop_between_two_messages_of_one_broadcast_goes_on_with_the_second(
    administrator: BroadcastAuthor, emulator: Emulator, open_sender: OpenSender
) -> None:
    chats, number = await begun(administrator, emulator, 20, "one", "two", "three", "four", "five")
    async with open_sender(per_second=60):
        await emulator.until(lambda: emulator.calls.count("sendMessage") >= 35, within=10)
    assert any(0 < len(chat.received) < 5 for chat in chats)
    async with open_sender():
        over = await administrator.ended(number)
    assert [texts(chat) for chat in chats] == [["one", "two", "three", "four", "five"]] * 20
    assert (over.state, over.sent, over.perhaps_twice) == (State.DONE, 20, 0)


async def test_a_send_in_doubt_before_a_stop_is_counted_as_perhaps_twice(
    administrator: BroadcastAuthor, emulator: Emulator, open_sender: OpenSender
) -> None:
    [chat] = await people(administrator, emulator, 1)
    emulator.faults.next(Drop(When.AFTER), "sendMessage", chat_id=chat.id, times=None)
    number = await administrator.begin()
    async with open_sender():
        await emulator.until(lambda: bool(chat.received), within=10)
    emulator.faults.clear()
    async with open_sender():
        over = await administrator.ended(number)
    assert len(chat.received) >= 2
    assert (over.sent, over.perhaps_twice) == (1, 1)


async def test_a_rejected_token_says_nothing_about_the_recipients(
    administrator: BroadcastAuthor, emulator: Emulator, open_sender: OpenSender
) -> None:
    chats = await people(administrator, emulator, 5)
    emulator.faults.next(Reply.refusal(401, "Unauthorized"), "sendMessage", times=5)
    number = await administrator.begin()
    async with open_sender():
        over = await administrator.ended(number)
    assert [len(chat.received) for chat in chats] == [1] * 5
    assert (over.state, over.failed) == (State.DONE, 0)


async def test_a_cancellation_in_a_flood_wait_is_heeded_at_once(
    administrator: BroadcastAuthor, emulator: Emulator, open_sender: OpenSender
) -> None:
    chats = await people(administrator, emulator, 30)
    emulator.faults.next(Reply.flood(300), "sendMessage", chat_id=chats[0].id)
    number = await administrator.begin()
    async with open_sender(per_second=30, at_once=10) as sender:
        await emulator.until(lambda: any(call.status == 429 for call in emulator.calls.of("sendMessage")), within=10)
        await administrator.cancel(number)
        await stops(sender)
    statuses = await administrator.statuses(number)
    assert set(statuses) <= {"sent", "waiting"}
    assert statuses.get("sent", 0) == sum(bool(chat.received) for chat in chats)


async def test_a_lost_commit_before_a_pause_leaves_nobody_out(
    administrator: BroadcastAuthor, emulator: Emulator, open_sender: OpenSender, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(broadcast_run, "DATABASE_BACK_OFF", 0.01)
    chats, number = await begun(administrator, emulator, 100)
    async with open_sender(per_second=100, at_once=20) as sender:
        await got_by(1, chats, emulator)
        sender.unit_of_work.answers_lost = 1
        await administrator.pause(number)
        await stops(sender)
        over = await goes_on(sender, administrator, number)
    assert [len(chat.received) for chat in chats] == [1] * 100
    assert (over.state, over.sent) == (State.DONE, 100)


async def test_who_opts_out_or_is_banned_after_the_beginning_does_not_get_it(
    administrator: BroadcastAuthor, emulator: Emulator, open_sender: OpenSender
) -> None:
    chats, number = await begun(administrator, emulator, 60)
    async with open_sender(per_second=50, at_once=5) as sender:
        await administrator.until(number, lambda one: one.listed)
        await administrator.pause(number)
        await stops(sender)
        late = [chat for chat in chats if not chat.received][-2:]
        changed = "UPDATE users SET opted_out = '{news}' WHERE telegram_id = :id"
        await administrator.execute(text(changed), id=late[0].id)
        await administrator.execute(text("UPDATE users SET banned_at = now() WHERE telegram_id = :id"), id=late[1].id)
        over = await goes_on(sender, administrator, number)
    assert [len(chat.received) for chat in chats] == [chat not in late for chat in chats]
    assert (over.state, over.total, over.sent, over.left) == (State.DONE, 58, 58, 0)


async def test_it_is_done_and_not_partly_when_all_who_were_left_have_opted_out(
    administrator: BroadcastAuthor, emulator: Emulator, open_sender: OpenSender
) -> None:
    _, number = await begun(administrator, emulator, 3)
    async with open_sender(per_second=1) as sender:
        await administrator.until(number, lambda one: one.sent >= 1)
        await administrator.pause(number)
        await stops(sender)
        await administrator.execute(text("UPDATE users SET opted_out = '{news}'"))
        over = await goes_on(sender, administrator, number)
    assert (over.state, over.failed, over.left) == (State.DONE, 0, 0)
    assert over.total == over.sent < 3


async def test_whom_a_crash_left_in_between_does_not_get_it_if_they_are_not_to_any_more(
    administrator: BroadcastAuthor, emulator: Emulator, open_sender: OpenSender
) -> None:
    chats, number = await begun(administrator, emulator, 5)
    await left_in_between(administrator, number, 5)
    erased, banned, opted_out, *others = chats
    async with administrator.unit_of_work.open() as work:
        await work.of(Privacy).erase(emulator.bot.id, erased.id, REGISTRY.tables)
    await administrator.execute(text("UPDATE users SET banned_at = now() WHERE telegram_id = :id"), id=banned.id)
    changed = "UPDATE users SET opted_out = '{news}' WHERE telegram_id = :id"
    await administrator.execute(text(changed), id=opted_out.id)
    async with open_sender():
        over = await administrator.ended(number)
    assert [len(chat.received) for chat in chats] == [0, 0, 0, 1, 1]
    assert {call.parameters["chat_id"] for call in emulator.calls.of("sendMessage")} <= {
        str(chat) for chat in (*(other.id for other in others), administrator.author_id)
    }
    assert (over.state, over.total, over.sent, over.failed, over.perhaps_twice) == (State.DONE, 2, 2, 0, 2)


async def test_what_somebody_got_who_is_erased_since_is_left_where_it_is(
    administrator: BroadcastAuthor, emulator: Emulator, open_sender: OpenSender
) -> None:
    """Their chats are unknown both when it begins and when it continues after a crash."""
    chats, number = await begun(administrator, emulator, 3)
    async with open_sender():
        await administrator.ended(number)
    gone = "UPDATE broadcast_recipients SET telegram_id = 0, state = :state WHERE telegram_id = :id"
    for chat, state in zip(chats, ("sent", "deleting"), strict=False):
        await administrator.execute(text(gone), id=chat.id, state=state)
    await administrator.delete(number)
    async with open_sender():
        over = await administrator.until(number, lambda one: one.state is State.DELETED)
    assert [chat.received[0].deleted for chat in chats] == [False, False, True]
    assert [call.parameters["chat_id"] for call in emulator.calls.of("deleteMessages")] == [str(chats[2].id)]
    assert over.deleted == 1


@pytest.mark.parametrize("content", ['{"pieces": [{}]}', "{}"], ids=["of a newer version", "of an erased author"])
async def test_whom_a_crash_left_in_between_is_given_back_by_a_cancelled_one_that_can_not_be_composed(
    administrator: BroadcastAuthor, emulator: Emulator, open_sender: OpenSender, content: str
) -> None:
    chats, number = await begun(administrator, emulator, 3)
    await left_in_between(administrator, number, 2)
    await administrator.cancel(number)
    await administrator.execute(
        text("UPDATE broadcasts SET content = CAST(:content AS jsonb) WHERE id = :id"), id=number, content=content
    )
    async with open_sender() as sender:
        limit = time.monotonic() + 10
        while await administrator.statuses(number) != {"waiting": 3}:
            assert time.monotonic() < limit
            await asyncio.sleep(0.05)
        await stops(sender)
    assert [chat.received for chat in chats] == [[], [], []]


async def test_what_fails_each_time_is_not_begun_all_the_time(
    administrator: BroadcastAuthor, emulator: Emulator, open_sender: OpenSender, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A cancelled broadcast isn't paused, and stays active while a recipient is marked."""
    began: list[int] = []

    async def run(self: broadcast_run.Run) -> None:
        began.append(self._number)
        await asyncio.sleep(0)
        raise StatementRefusedError("something about it")

    monkeypatch.setattr(broadcast_run.Run, "run", run)
    _, number = await begun(administrator, emulator, 1)
    await left_in_between(administrator, number, 1)
    await administrator.cancel(number)
    async with open_sender() as sender:
        for _ in range(20):
            sender.broadcasting.wake()
            await asyncio.sleep(0.02)
        assert began == [number]


async def test_an_unreadable_answer_fails_one_recipient_who_keeps_what_came_before(
    administrator: BroadcastAuthor, emulator: Emulator, open_sender: OpenSender
) -> None:
    chats = await people(administrator, emulator, 3)
    emulator.faults.next(Reply(200, b'{"ok": true, "result": {"message_id": 7}}'), "sendMessage", chat_id=chats[0].id)
    emulator.faults.next(Reply(200, b'{"ok": true, "result": true}'), "sendMessage", chat_id=chats[0].id)
    number = await administrator.begin("one", "two")
    async with open_sender():
        over = await administrator.ended(number)
    assert [texts(chat) for chat in chats] == [[], *[["one", "two"]] * 2]
    assert (over.state, over.sent, over.failed) == (State.PARTLY, 2, 1)
    async with administrator.engine.connect() as connection:
        kept = await connection.execute(
            text("SELECT message_ids, error FROM broadcast_recipients WHERE state = 'failed'")
        )
        assert kept.all() == [([7], "an answer without the number of a message")]


async def test_whatever_goes_wrong_with_one_recipient_fails_that_one_and_with_the_progress_nobody(
    administrator: BroadcastAuthor, emulator: Emulator, open_sender: OpenSender, monkeypatch: pytest.MonkeyPatch
) -> None:
    chats, number = await begun(administrator, emulator, 3)
    do = Sending.do

    async def done(self: Sending, recipient: Recipient) -> Done:
        if recipient.chat_id == chats[0].id:
            raise RuntimeError("a mistake\0in it")
        return await do(self, recipient)

    def no_progress(broadcast: Broadcast, _: float | None) -> Edit | None:
        raise RuntimeError(broadcast)

    monkeypatch.setattr(Sending, "do", done)
    async with open_sender(progress=no_progress):
        over = await administrator.ended(number)
    assert [texts(chat) for chat in chats] == [[], ["Hello"], ["Hello"]]
    assert (over.state, over.sent, over.failed) == (State.PARTLY, 2, 1)
    async with administrator.unit_of_work.open() as work:
        missed = await broadcasts.failures(work, emulator.bot.id, number)
    assert missed == [(chats[0].id, "failed", "RuntimeError: a mistakein it")]


async def test_one_that_fails_is_paused_when_all_has_landed_shown_so_and_goes_on_without_repeats(
    administrator: BroadcastAuthor, emulator: Emulator, open_sender: OpenSender, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(broadcasts_under_way, "AFTER_A_FAILURE", 0.1)
    chats = await people(administrator, emulator, 10)
    author = emulator.private_chat(emulator.state.people[administrator.author_id])
    held_up = emulator.faults.next(Delay(1, When.BEFORE), "sendMessage", chat_id=chats[0].id)
    record, failed = Recipients.record, asyncio.Event()

    async def fail_once(self: Recipients, *known: Any, **named: Any) -> dict[int, DeliveryStatus]:
        if not failed.is_set() and held_up.met:
            failed.set()
            raise StatementRefusedError("a constraint")
        return await record(self, *known, **named)

    monkeypatch.setattr(Recipients, "record", fail_once)
    number = await administrator.begin()
    async with open_sender() as sender:
        await sender.api.perform("sendMessage", {"chat_id": author.id, "text": "panel"})
        [panel] = author.received
        await administrator.shows(number, panel.message_id)
        await failed.wait()
        paused = await administrator.until(number, lambda one: one.state is State.PAUSED, within=10)
        assert len(chats[0].received) == 1
        await emulator.until(lambda: panel.text == f"paused, {paused.sent} sent", within=10)
        over = await goes_on(sender, administrator, number)
    assert [len(chat.received) for chat in chats] == [1] * 10
    assert (over.state, over.sent, over.perhaps_twice) == (State.DONE, 10, 0)


async def test_a_recipient_whose_second_message_failed_loses_the_first_and_still_counts_as_failed(
    administrator: BroadcastAuthor, emulator: Emulator, open_sender: OpenSender
) -> None:
    chats = await people(administrator, emulator, 3)
    rejection = Reply.refusal(400, "Bad Request: something is wrong with it")
    for chat in chats[:2]:
        emulator.faults.next(Delay(0), "sendMessage", chat_id=chat.id)  # the first message, which arrives
        emulator.faults.next(rejection, "sendMessage", chat_id=chat.id)
    emulator.faults.next(Reply.refusal(400, "Bad Request: can't"), "deleteMessages", chat_id=chats[1].id)
    number = await administrator.begin("one", "two")
    async with open_sender() as sender:
        await administrator.ended(number)
        await administrator.delete(number)
        sender.broadcasting.wake()
        over = await administrator.until(number, lambda one: one.state is State.DELETED)
    assert [[one.deleted for one in chat.received] for chat in chats] == [[True], [False], [True, True]]
    assert (over.sent, over.failed, over.deleted) == (1, 2, 1)
    assert await administrator.statuses(number) == {"failed": 2, "deleted": 1}
    async with administrator.unit_of_work.open() as work:
        missed = await broadcasts.failures(work, emulator.bot.id, number)
    assert missed == [(chat.id, "failed", "Something is wrong with it") for chat in chats[:2]]


async def test_who_was_in_the_middle_when_it_was_cancelled_loses_what_had_come(
    administrator: BroadcastAuthor, emulator: Emulator, open_sender: OpenSender
) -> None:
    [chat], number = await begun(administrator, emulator, 1, "one", "two", "three", "four", "five")
    async with open_sender(per_second=60) as sender:
        await emulator.until(lambda: len(chat.received) >= 3, within=10)
        await administrator.cancel(number)
        await stops(sender)
        cancelled = await administrator.look(number)
        assert cancelled.sent == 0
        assert broadcasts.deletable(cancelled)
        await administrator.delete(number)
        sender.broadcasting.wake()
        over = await administrator.until(number, lambda one: one.state is State.DELETED)
    assert chat.received
    assert all(one.deleted for one in chat.received)
    assert (over.deleted, over.left, await administrator.statuses(number)) == (0, 1, {"waiting": 1})


async def test_deleting_lists_nobody_who_was_not_when_it_was_cancelled(
    administrator: BroadcastAuthor, emulator: Emulator, open_sender: OpenSender
) -> None:
    _, number = await begun(administrator, emulator, 3)
    await administrator.cancel(number)
    await administrator.delete(number)
    async with open_sender():
        over = await administrator.until(number, lambda one: one.state is State.DELETED)
    assert (over.total, await administrator.statuses(number)) == (0, {})


async def test_deleting_makes_nobody_reachable(
    administrator: BroadcastAuthor, emulator: Emulator, open_sender: OpenSender
) -> None:
    [chat], number = await begun(administrator, emulator, 1)
    async with open_sender() as sender:
        await administrator.ended(number)
        chat.blocks()
        await administrator.execute(text("UPDATE users SET blocked_at = now() WHERE telegram_id = :id"), id=chat.id)
        rejection = Reply.refusal(403, "Forbidden: bot was blocked by the user")
        emulator.faults.next(rejection, "deleteMessages")
        await administrator.delete(number)
        sender.broadcasting.wake()
        await administrator.until(number, lambda one: one.state is State.DELETED)
    async with administrator.engine.connect() as connection:
        assert await connection.scalar(
            text("SELECT blocked_at IS NOT NULL FROM users WHERE telegram_id = :id"), {"id": chat.id}
        )


async def test_what_a_newer_version_wrote_is_left_to_it_and_what_goes_wrong_with_one_pauses_that_one(
    administrator: BroadcastAuthor, emulator: Emulator, open_sender: OpenSender
) -> None:
    chats = await people(administrator, emulator, 3)
    newer, broken, fine = [await administrator.begin(text) for text in ("newer", "broken", "fine")]
    narrowed = """UPDATE broadcasts SET audience = '{"paying": true}' WHERE id = :id"""
    await administrator.execute(text(narrowed), id=newer)
    await administrator.execute(
        text("""UPDATE broadcasts SET content = '{"pieces": [{}]}' WHERE id = :id"""), id=broken
    )
    async with open_sender():
        await administrator.ended(fine)
        paused = await administrator.until(broken, lambda one: one.state is State.PAUSED)
    assert paused.sent == 0
    assert [texts(chat) for chat in chats] == [["fine"]] * 3


async def test_what_has_to_end_the_worker_does_and_pauses_no_broadcast(
    administrator: BroadcastAuthor, emulator: Emulator, open_sender: OpenSender, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def meets_a_pooler(_: broadcast_run.Run) -> None:
        raise FatalError("a transaction pooler is in between")

    await people(administrator, emulator, 1)
    number = await administrator.begin()
    monkeypatch.setattr(broadcast_run.Run, "run", meets_a_pooler)
    with pytest.raises(ExceptionGroup) as met:
        async with open_sender():
            await asyncio.Event().wait()
    assert met.group_contains(FatalError)
    assert (await administrator.look(number)).state is State.RUNNING
