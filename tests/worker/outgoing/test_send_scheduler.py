"""Every limit holds wherever Telegram counts, and nothing waits needlessly: run in simulated time."""

import asyncio
from collections import Counter
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from telegram.error import RetryAfter, TimedOut

from bot.errors import ChatRestsError, NoMorePermitsError
from bot.worker.outgoing import windows
from bot.worker.outgoing.limiter import Limiter, Permit
from bot.worker.outgoing.send_scheduler import SendScheduler
from tests.support.simulated_time import (
    Latency,
    Message,
    Simulation,
    each_way,
    moment,
    round_trip,
    until,
    within_window,
    without_waiting,
)

ANN, BOB, EVE = 1001, 1002, 1003
GROUP = -1001
PEOPLE = range(10_000, 10**9)
NEAR = round_trip(0.002, 0.004)
FAR = each_way((0.015, 0.035), (0.015, 0.035))  # 50 ms to an answer, give or take 20
LATE = 0.002  # seconds, a timer

SENDS = st.tuples(
    st.floats(0, 100),
    st.sampled_from([ANN, BOB, EVE, GROUP, GROUP - 1]),
    st.sampled_from([None, None, "news", "offers"]),
    st.sampled_from([1, 1, 1, 2, 3]),
)
WAYS = st.sampled_from([round_trip(0, 0), NEAR, round_trip(0.01, 0.09), round_trip(0.2, 2.5)])


def simulated(sim: Simulation, *sends: tuple[float, int, str | None, int], late: float = 0.0) -> Simulation:
    async def story() -> None:
        await asyncio.gather(*(sim.send(chat, flow, weight, at) for at, chat, flow, weight in sends))

    without_waiting(story(), late)
    return sim


@settings(deadline=None, max_examples=60)
@given(st.lists(SENDS, max_size=60), WAYS, st.sampled_from([0.5, 1, 2, 7, 30, 100]), st.integers(0, 5))
def test_no_limit_is_ever_exceeded_wherever_between_start_and_answer_telegram_counts(
    sends: list[tuple[float, int, str | None, int]], latency: Latency, per_second: float, seed: int
) -> None:
    sim = simulated(Simulation(Limiter(per_second), latency, seed), *sends)
    assert len(sim.sent) == len(sends)
    sim.assert_limits_held(per_second)


def used(sent: list[Message], by: Message, seconds: float) -> int:
    """The weight that counted just before `by` began: in flight, or answered within these seconds."""
    at = by.began - 1e-5
    return sum(one.permit.weight for one in sent if one.began < at < one.ended + seconds)


@settings(deadline=None, max_examples=60)
@given(st.lists(SENDS, max_size=40), WAYS)
def test_a_reply_waits_only_while_a_limit_is_used_up_or_for_one_that_came_before_it(
    sends: list[tuple[float, int, str | None, int]], latency: Latency
) -> None:
    sim = simulated(Simulation(Limiter(7), latency), *sends)
    for one in sim.sent:
        replies = [other for other in sim.sent if other.flow is None and other.came <= one.came < other.began]
        if one.flow is None and one.began > one.came + 1e-5 and replies == [one]:
            its = [other for other in sim.sent if other.chat_id == one.chat_id]
            most, seconds = (20, 60.0) if one.chat_id < 0 else (3, 3.0)
            assert (
                used(sim.sent, one, 1.0) + one.permit.weight > 7 or used(its, one, seconds) + one.permit.weight > most
            )


@pytest.mark.parametrize(
    ("latency", "least"),
    [
        (NEAR, 0.985),
        (FAR, 0.97),
        (each_way((0.0, 0.0), (0.03, 0.07)), 0.97),
        (each_way((0.03, 0.07), (0.0, 0.0)), 0.97),
        (each_way((0.1, 0.3), (0.01, 0.05)), 0.8),
    ],
    ids=["near", "far", "counted at once", "counted late", "slow"],
)
def test_a_broadcast_alone_comes_near_the_limit_and_keeps_it(latency: Latency, least: float) -> None:
    sim = Simulation(Limiter(30), latency)
    without_waiting(sim.broadcast("news", 40.0, PEOPLE), LATE)
    sim.assert_limits_held(30)
    began = sorted(one.began for one in sim.sent)
    measured = [at for at in began if 5 <= at < 40]  # once it is known how far away Telegram is
    assert len(measured) / 35 >= least * 30
    assert len(began) / 40 >= (least - 0.005) * 30


ANYWHERE = round_trip(0.03, 0.07)


def test_where_the_assumed_latency_is_wrong_a_second_holds_little_more_than_its_limit() -> None:
    """Telegram may count at any moment: see `windows.RoundTrip`. Bursts of replies don't make it worse."""
    sim = Simulation(Limiter(30), ANYWHERE)

    async def story() -> None:
        people = (sim.chat(ANN + number, [5.0, 20.0 + number * 0.1] * 2) for number in range(60))
        await asyncio.gather(sim.broadcast("news", 40.0, PEOPLE), *people)

    without_waiting(story())
    assert within_window(sim.counted(), 30, 1.0 - windows.AT_MOST)
    assert within_window(sim.counted(), 33, 1.0)
    assert not within_window(sim.counted(), 30, 1.0)


@pytest.mark.parametrize(("latency", "late"), [(NEAR, 0.0), (NEAR, LATE), (FAR, LATE)])
def test_a_reply_waits_less_than_a_tenth_of_a_second_behind_a_broadcast(latency: Latency, late: float) -> None:
    sim = Simulation(Limiter(30), latency)

    async def story() -> None:
        replies = (sim.send(ANN + number, at=2 + number * 0.237) for number in range(120))
        await asyncio.gather(sim.broadcast("news", 32.0, PEOPLE), *replies)

    without_waiting(story(), late)
    sim.assert_limits_held(30)
    waits = sorted(one.began - one.came for one in sim.sent if one.flow is None)
    assert waits[-1] < 0.1
    assert sum(waits) / len(waits) < 0.04


def test_a_broadcast_goes_only_when_no_reply_waits() -> None:
    sim = Simulation(Limiter(30), NEAR)

    async def story() -> None:
        people = (sim.chat(ANN + number, [3.0] * 3) for number in range(60))
        await asyncio.gather(sim.broadcast("news", 15.0, PEOPLE), *people)

    without_waiting(story())
    sim.assert_limits_held(30)
    replies = [one for one in sim.sent if one.flow is None]
    assert len(replies) == 180
    last = max(one.began for one in replies)
    assert last - 3.0 < 180 / 30 * 1.05 + 0.1
    # A chat whose answer is still on its way waits for that, and only then may others go.
    assert sum(one.began > 3.0 and one.began < last for one in sim.sent if one.flow) <= 3


def test_forty_people_who_send_six_at_once_are_answered_as_fast_as_the_limits_allow() -> None:
    sim = Simulation(Limiter(30), NEAR)

    async def story() -> None:
        await asyncio.gather(*(sim.chat(ANN + number, [0.0] * 6) for number in range(40)))

    without_waiting(story(), LATE)
    sim.assert_limits_held(30)
    assert len(sim.sent) == 240
    assert max(one.began for one in sim.sent) <= 7.0 * 1.1  # 30 at once, and 30 more in each second


def test_thirty_replies_go_at_once_after_a_pause() -> None:
    sim = simulated(Simulation(Limiter(30), NEAR), *[(1.0, ANN + number, None, 1) for number in range(31)])
    assert sorted(one.began for one in sim.sent)[29] == pytest.approx(1.0)
    assert max(one.began for one in sim.sent) == pytest.approx(2.0, abs=0.01)


def test_a_broadcast_is_evenly_spaced() -> None:
    sim = Simulation(Limiter(30), NEAR)
    without_waiting(sim.broadcast("news", 5.0, PEOPLE))
    began = sorted(one.began for one in sim.sent)
    assert min(later - earlier for earlier, later in pairwise(began[1:])) > 1 / 30 - windows.CATCH_UP - 0.001
    assert max(later - earlier for earlier, later in pairwise(began)) < 0.06


def test_a_call_that_hangs_costs_one_place_and_not_the_rate() -> None:
    sim = Simulation(Limiter(30), NEAR)

    async def hangs() -> None:
        async with sim.scheduler.permit(EVE):
            await asyncio.sleep(60)

    async def story() -> None:
        await asyncio.gather(hangs(), hangs(), sim.broadcast("news", 20.0, PEOPLE))

    without_waiting(story())
    assert len(sim.sent) / 20 > 28 * 0.985


def test_broadcasts_share_equally_whatever_each_has_waiting() -> None:
    sim = Simulation(Limiter(30), NEAR)

    async def story() -> None:
        await asyncio.gather(
            sim.broadcast("news", 20.0, range(10_000, 20_000), at_once=64),
            sim.broadcast("offers", 20.0, range(20_000, 30_000), at_once=2),
            sim.broadcast("survey", 20.0, range(30_000, 40_000), at_once=8),
        )

    without_waiting(story())
    sim.assert_limits_held(30)
    counts = Counter(one.flow for one in sim.sent if one.began < 20)
    assert set(counts) == {"news", "offers", "survey"}
    assert max(counts.values()) - min(counts.values()) <= 2
    for flow in counts:
        chats = [one.chat_id for one in sorted(sim.sent, key=lambda one: one.began) if one.flow == flow]
        assert chats == sorted(chats)


def test_a_chat_that_is_not_free_holds_up_nobody() -> None:
    sends = [(0.0, ANN, None, 1)] * 20 + [(0.0, GROUP, "news", 1)] * 40 + [(0.1, BOB, None, 1), (0.1, EVE, "news", 1)]
    sim = simulated(Simulation(Limiter(30), NEAR), *sends)
    sim.assert_limits_held(30)
    began = {one.chat_id: one.began for one in sim.sent}
    assert began[BOB] < 0.2
    assert began[EVE] < 1.1
    assert began[ANN] == pytest.approx(17, abs=0.1)
    assert began[GROUP] == pytest.approx(60.7, abs=0.5)


def test_a_long_rest_of_one_chat_does_not_make_others_late() -> None:
    sim = Simulation(Limiter(1), NEAR)

    async def story() -> None:
        await sim.send(ANN, weight=2)
        assert not sim.scheduler.halt(ANN, 50.0)
        await asyncio.gather(sim.send(ANN), sim.send(BOB, at=5.0), sim.send(EVE, at=5.0))

    without_waiting(story())
    assert [(one.chat_id, round(one.began)) for one in sim.sent[1:]] == [(BOB, 5), (EVE, 6), (ANN, 50)]


def test_an_album_goes_to_a_quiet_chat_and_leaves_a_debt() -> None:
    sim = simulated(Simulation(Limiter(30), NEAR), *[(0.0, ANN, None, weight) for weight in (1, 10, 1, 10)])
    sim.assert_limits_held(30)
    assert [one.began for one in sim.sent] == pytest.approx([0, 1, 9, 12], abs=0.03)


def test_an_album_goes_even_where_the_rate_is_lower_than_its_items() -> None:
    sim = simulated(Simulation(Limiter(5), NEAR), (0.0, ANN, None, 1), (0.0, BOB, None, 10), (0.0, EVE, None, 1))
    assert [one.began for one in sim.sent] == pytest.approx([0, 1, 2], abs=0.02)


def test_without_a_limit_everything_goes_at_once() -> None:
    sim = simulated(
        Simulation(Limiter(0)), *[(0.0, chat, flow, 1) for chat in (ANN, GROUP) for flow in (None, "x")] * 50
    )
    assert {one.began for one in sim.sent} == {0.0}


def test_a_flood_wait_of_everyone_halts_all_exactly_as_long_and_slows_down_afterwards() -> None:
    sim = Simulation(Limiter(30), NEAR)

    async def flood() -> None:
        await until(5.0)
        assert sim.scheduler.halt(EVE, 7.0)

    async def story() -> None:
        await asyncio.gather(flood(), sim.broadcast("news", 90.0, PEOPLE), *(sim.send(n, at=6.0) for n in (ANN, BOB)))

    without_waiting(story())
    sim.assert_limits_held(30)
    began = sorted(one.began for one in sim.sent)
    assert [at for at in began if 5.0 < at < 12.0] == []
    assert next(at for at in began if at > 5.0) == pytest.approx(12.0)
    assert sum(12 <= at < 17 for at in began) / 5 == pytest.approx(25, abs=1)
    assert sum(80 <= at < 90 for at in began) / 10 > 29.5


def test_a_flood_wait_of_one_chat_halts_that_one_alone() -> None:
    sim = Simulation(Limiter(30), NEAR)

    async def story() -> None:
        await asyncio.gather(sim.send(ANN), sim.send(ANN))
        assert not sim.scheduler.halt(ANN, 7.0)
        await asyncio.gather(sim.send(ANN), sim.send(BOB))

    without_waiting(story())
    assert [one.chat_id for one in sim.sent] == [ANN, ANN, BOB, ANN]
    assert sim.sent[2].began < 0.1
    assert sim.sent[3].began == pytest.approx(7.0, abs=0.01)


@pytest.mark.filterwarnings("ignore:.*retry_after.*")
def test_a_429_is_heeded_before_whoever_waits_for_its_answer_may_go() -> None:
    sim = Simulation(Limiter(30), NEAR)

    async def flood() -> None:
        async with sim.scheduler.permit(ANN, weight=3):
            await asyncio.sleep(3.0)
            raise RetryAfter(7)

    async def story() -> None:
        sending = (flood(), sim.send(ANN), sim.send(BOB, at=4.0))
        rejected, *_ = await asyncio.gather(*sending, return_exceptions=True)
        assert isinstance(rejected, RetryAfter)

    without_waiting(story())
    assert [(one.chat_id, round(one.began)) for one in sim.sent] == [(BOB, 4), (ANN, 10)]


def test_calls_that_wait_when_the_term_ends_fail_at_once_and_the_next_term_goes_on() -> None:
    sim = Simulation(Limiter(1), NEAR)

    async def story() -> None:
        waiting = [asyncio.create_task(sim.send(ANN + number, flow)) for number in range(3) for flow in (None, "x")]
        await until(0.5)
        sim.scheduler.close()
        ends = await asyncio.gather(*waiting, return_exceptions=True)
        assert moment() == pytest.approx(0.5)
        assert Counter(type(end) for end in ends) == {NoMorePermitsError: 5, type(None): 1}
        with pytest.raises(NoMorePermitsError):
            await sim.send(BOB)
        sim.scheduler.open()
        await sim.send(BOB)

    without_waiting(story())
    assert [one.began for one in sim.sent] == pytest.approx([0, 1], abs=0.01)


def test_whoever_is_cancelled_leaves_no_trace_and_others_go_on() -> None:
    sim = Simulation(Limiter(5), NEAR)

    async def story() -> None:
        waiting = [asyncio.create_task(sim.send(ANN + number, weight=1 + 9 * (number == 6))) for number in range(40)]
        for number in (0, 4, 5, 6, *range(8, 20)):
            asyncio.get_running_loop().call_later(number * 0.01, waiting[number].cancel)
        await asyncio.wait(waiting)
        assert sum(task.cancelled() for task in waiting) >= 12
        scheduler = sim.scheduler
        assert not any((scheduler._queues, scheduler._replies, scheduler._bulk, scheduler._resting, scheduler._unknown))
        assert sim.limiter._overall.in_flight == 0
        assert max(one.began for one in sim.sent) < 27 / 5 + 2

    without_waiting(story())
    sim.assert_limits_held(5)


class Betraying(Limiter):
    """Cancels a task right after its permit was given, before it runs."""

    task: asyncio.Task[None] | None = None

    def take(self, chat_id: int, now: float, *, weight: int = 1) -> Permit:
        if self.task is not None:
            asyncio.get_running_loop().call_soon(self.task.cancel)
        return super().take(chat_id, now, weight=weight)


def test_a_send_cancelled_at_the_moment_of_its_permit_gives_it_up() -> None:
    sim = Simulation(Betraying(1), NEAR)

    async def story() -> None:
        await sim.send(BOB)
        assert isinstance(sim.limiter, Betraying)
        sim.limiter.task = sending = asyncio.create_task(sim.send(ANN))
        await asyncio.wait([sending])
        sim.limiter.task = None
        assert sending.cancelled()
        assert sim.limiter._overall.in_flight == 0
        await sim.send(EVE)

    without_waiting(story())
    assert [(one.chat_id, round(one.began)) for one in sim.sent] == [(BOB, 0), (EVE, 2)]


@pytest.mark.parametrize(("error", "rest"), [(TimedOut(), 2.0), (asyncio.CancelledError(), 2.0), (ValueError(), 1.0)])
def test_what_got_no_answer_may_still_arrive(error: BaseException, rest: float) -> None:
    async def story() -> float:
        scheduler = SendScheduler(Limiter(1), asyncio.get_running_loop().time)
        with pytest.raises(type(error)):
            async with scheduler.permit(ANN):
                raise error
        async with scheduler.permit(BOB):
            return moment()

    assert without_waiting(story()) == pytest.approx(rest)


def test_calls_that_dont_wait_get_the_seconds_their_chat_has_to_rest() -> None:
    async def story() -> None:
        scheduler = SendScheduler(Limiter(30), asyncio.get_running_loop().time)
        for _ in range(3):
            async with scheduler.permit(ANN, wait=False):
                pass
        assert scheduler.chat_wait(ANN) == pytest.approx(1.0)
        with pytest.raises(ChatRestsError) as caught:
            async with scheduler.permit(ANN, wait=False):
                pass
        assert caught.value.seconds == pytest.approx(1.0)

    without_waiting(story())
