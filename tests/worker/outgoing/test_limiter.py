"""The limiter's arithmetic: halts after a 429, paid broadcasts, snapshots for the next process, and memory."""

import asyncio
import json
import math
from collections.abc import Iterator, Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.worker.outgoing.limiter import Limiter
from bot.worker.outgoing.windows import Window
from tests.support.simulated_time import (
    Message,
    Simulation,
    round_trip,
    within_leaky_bucket,
    within_window,
    without_waiting,
)

ANN, BOB, EVE = 1001, 1002, 1003
GROUP = -1001
START = 50_000.0  # seconds of a clock that has run for a while
A_MOMENT = 0.05  # seconds: how long Telegram takes to answer


def send(limiter: Limiter, chat: int, at: float, weight: int = 1, taking: float = 0.0) -> None:
    limiter.done(limiter.take(chat, at, weight=weight), at + taking)


def sent_before(limiter: Limiter, chat: int, ago: Sequence[float], now: float = START) -> None:
    for seconds in sorted(ago, reverse=True):
        send(limiter, chat, now - seconds)


def free_at(limiter: Limiter, chat: int, now: float, weight: int = 1) -> float:
    """The time at which a reply to this chat may go."""
    return max(now, limiter.free_at(chat, now, weight), limiter.next_at(now, urgent=True, weight=weight))


def next_ones(limiter: Limiter, now: float, count: int, chats: Iterator[int]) -> list[float]:
    """The times at which replies to `count` chats go, each answered at once, in seconds since `now`."""
    at, went = now, []
    for chat in (next(chats) for _ in range(count)):
        at = free_at(limiter, chat, at)
        send(limiter, chat, at)
        went.append(at - now)
    return went


def people() -> Iterator[int]:
    return iter(range(10_000, 10**9))


def test_a_private_chat_gets_three_at_once_and_then_one_a_second() -> None:
    went = next_ones(Limiter(1_000), START, 10, iter([ANN] * 10))
    assert went == pytest.approx([0, 0, 0, 1, 2, 3, 4, 5, 6, 7])


def test_a_group_gets_twenty_at_once_and_then_waits_for_the_minute_to_pass() -> None:
    went = next_ones(Limiter(1_000), START, 45, iter([GROUP] * 45))
    assert went == pytest.approx([0] * 20 + [60] * 20 + [120] * 5)


def test_what_is_on_its_way_counts_until_its_answer_and_from_there() -> None:
    limiter = Limiter(1)
    permit = limiter.take(ANN, START)
    assert limiter.next_at(START + 100, urgent=True) == math.inf
    limiter.done(permit, START + 100)
    limiter.done(permit, START + 200)  # once
    assert limiter.next_at(START + 100, urgent=True) == START + 101
    permits = [limiter.take(BOB, START + 100) for _ in range(3)]
    assert limiter.free_at(BOB, START + 100) == math.inf
    for permit in permits:
        limiter.done(permit, START + 110)
    assert limiter.free_at(BOB, START + 110) == START + 111


@pytest.mark.parametrize(
    ("per_second", "expected"),
    [
        (30, [0] * 30 + [1] * 30),
        (1, [0, 1, 2, 3]),
        (0.5, [0, 2, 4]),
        (0.1, [0, 10]),
        (2.5, [0, 0, 1, 1, 2]),  # three in a second would be more than two and a half
        (0, [0] * 100),
    ],
)
def test_overall_so_many_in_any_second(per_second: float, expected: list[float]) -> None:
    assert next_ones(Limiter(per_second), START, len(expected), people()) == pytest.approx(expected)


def test_what_is_not_urgent_goes_evenly_spaced() -> None:
    limiter = Limiter(10)
    chats, now, went = people(), START, []
    for _ in range(20):
        now = max(now, limiter.next_at(now, urgent=False))
        went.append(now - START)
        send(limiter, next(chats), now)
    assert went[2:] == pytest.approx([n * 0.1 - 0.02 for n in range(2, 20)], abs=0.021)


def test_what_weighs_nothing_waits_for_nothing_but_flood_waits() -> None:
    limiter = Limiter(1)
    send(limiter, ANN, START, weight=10)
    assert limiter.free_at(ANN, START, 0) <= START
    assert limiter.next_at(START, urgent=True, weight=0) <= START
    send(limiter, BOB, START, weight=0)
    assert list(limiter._chats) == [ANN]
    limiter.halt(EVE, START, 5)
    assert free_at(limiter, BOB, START, 0) == START + 5


@pytest.mark.parametrize(
    ("chat", "ago", "everyone"),
    [
        # The 429 comes a moment after its message. Listed is how many seconds ago the chat's messages were sent.
        pytest.param(ANN, [A_MOMENT], True, id="private, its only one"),
        pytest.param(ANN, [A_MOMENT, A_MOMENT], False, id="private, two at once"),
        pytest.param(ANN, [A_MOMENT, 0.5], False, id="private, another half a second ago"),
        pytest.param(ANN, [A_MOMENT, 0.1, 0.2, 1.2], False, id="private, at its limit"),
        pytest.param(ANN, [A_MOMENT, 30], True, id="private, another half a minute ago"),
        pytest.param(ANN, [], True, id="private, none that is known"),
        pytest.param(GROUP, [A_MOMENT], True, id="group, its only one"),
        pytest.param(GROUP, [A_MOMENT, 0.5], False, id="group, another half a second ago"),
        pytest.param(GROUP, [A_MOMENT, 5], True, id="group, another 5 seconds ago"),
        pytest.param(GROUP, [A_MOMENT, *range(3, 59, 3)], False, id="group, 20 within the minute"),
        pytest.param(GROUP, [A_MOMENT, *range(10, 200, 10)], True, id="group, 20 in three minutes"),
        pytest.param(GROUP, [A_MOMENT, *range(3, 57, 3)], True, id="group, 19 within the minute"),
    ],
)
@pytest.mark.parametrize("per_second", [30, 0])
@pytest.mark.parametrize("still_in_its_turn", [True, False])
def test_a_429_halts_the_chat_if_that_had_another_message_just_before_and_else_everyone(
    chat: int, ago: list[float], everyone: bool, per_second: float, still_in_its_turn: bool
) -> None:
    limiter = Limiter(per_second)
    sent_before(limiter, chat, ago[1:] if still_in_its_turn else ago)
    if still_in_its_turn and ago:
        limiter.take(chat, START - ago[0])
    assert limiter.halt(chat, START, 10) is everyone
    assert free_at(limiter, EVE, START) == pytest.approx(START + 10 if everyone else START)
    assert limiter.free_at(chat, START) >= START + 10


def test_the_third_chat_to_meet_a_429_within_a_second_shows_that_it_is_everyones() -> None:
    limiter = Limiter(30)
    for chat in (ANN, BOB, EVE):
        sent_before(limiter, chat, [A_MOMENT, A_MOMENT])
    assert [limiter.halt(chat, START + 0.1, 5) for chat in (ANN, ANN, BOB, EVE)] == [False, False, False, True]
    later = START + 100
    for chat in (ANN, BOB, EVE):
        sent_before(limiter, chat, [A_MOMENT, A_MOMENT], later)
    assert [limiter.halt(chat, later + 0.4 * n, 5) for n, chat in enumerate((ANN, BOB))] == [False, False]
    sent_before(limiter, EVE, [A_MOMENT, A_MOMENT], later + 1.0)
    assert not limiter.halt(EVE, later + 1.0, 5)


def test_a_halted_chat_is_free_again_exactly_when_its_time_is_up() -> None:
    limiter = Limiter(30)
    sent_before(limiter, ANN, [A_MOMENT, A_MOMENT])
    limiter.halt(ANN, START, 7)
    limiter.halt(ANN, START + 0.1, 2)  # and no sooner
    assert limiter.free_at(ANN, START + 1) == START + 7
    assert free_at(limiter, ANN, START + 7) == START + 7


def test_a_halt_of_everyone_is_not_shortened_by_a_later_and_shorter_one() -> None:
    limiter = Limiter(30)
    limiter.halt(ANN, START, 30)
    limiter.halt(BOB, START + 1, 2)
    assert free_at(limiter, EVE, START + 2) == START + 30
    assert limiter.next_at(START + 2, urgent=True) == limiter.next_at(START + 2, urgent=False) == START + 30


def in_ten_seconds(limiter: Limiter, now: float) -> int:
    chats, at, count = people(), now, 0
    while (at := max(at, limiter.next_at(at, urgent=True))) < now + 10:
        send(limiter, next(chats), at)
        count += 1
    return count


def test_after_a_flood_wait_of_everyone_all_go_slower_for_a_while() -> None:
    limiter = Limiter(30)
    for number in range(30):  # all in flight get it, which lowers the rate once
        limiter.halt(ANN + number, START + number * 0.001, 5)
    after = START + 5.029
    assert in_ten_seconds(limiter, after) == pytest.approx(10 * 30 * (0.8 + 0.067), abs=3)
    assert in_ten_seconds(limiter, after + 15) >= 299


def test_flood_waits_one_after_another_lower_the_rate_to_a_fifth_and_no_further() -> None:
    limiter, now = Limiter(30), START
    for number in range(20):
        limiter.halt(ANN + number, now, 1)
        now += 1.0
    assert in_ten_seconds(limiter, now) == pytest.approx(10 * 30 * (0.2 + 0.067), abs=5)
    assert in_ten_seconds(limiter, now + 60) >= 299


@pytest.mark.parametrize(("per_second", "slowest"), [(1, 5.0), (0.5, 5.0), (0.1, 10.0)])
def test_no_flood_waits_ever_make_it_slower_than_one_message_in_a_few_seconds(
    per_second: float, slowest: float
) -> None:
    limiter, now = Limiter(per_second), START
    for number in range(50):
        limiter.halt(ANN + number, now, 1)
        now += 1.0
    send(limiter, ANN, now)
    assert limiter.next_at(now, urgent=True) - now <= slowest


def test_above_thirty_a_second_it_is_to_be_paid_for_and_only_then() -> None:
    limiter, chats = Limiter(100, paid_above=30), people()
    paid = [limiter.take(next(chats), START).paid for _ in range(100)]
    assert paid == [False] * 30 + [True] * 70
    assert limiter.next_at(START, urgent=True) == math.inf
    limiter = Limiter(100, paid_above=30)
    for number in range(40):
        send(limiter, next(chats), START + number * 0.001)
    assert not limiter.take(next(chats), START + 1.02).paid
    assert limiter.take(next(chats), START + 1.02, weight=10).paid is False
    assert limiter.take(next(chats), START + 1.02, weight=10).paid


def test_nothing_is_ever_paid_for_unless_configured() -> None:
    limiter, chats = Limiter(1000), people()
    assert not any(limiter.take(next(chats), START).paid for _ in range(1000))


def test_a_million_chats_leave_nothing_behind() -> None:
    """It only remembers chats for as long as they matter, even if a send hangs."""
    limiter = Limiter(1000)
    hanging = [limiter.take(EVE + number, START) for number in range(5)]
    most = 0
    for number in range(50_000):
        send(limiter, 10_000 + number, START + number / 1000)
        most = max(most, len(limiter._chats))
    assert most < 1000 * 1.0 + 20
    for permit in hanging:
        limiter.done(permit, START + 60)
    for number in range(most):
        send(limiter, ANN, START + 1000 + number)
    assert list(limiter._chats) == [ANN]
    assert len(limiter._overall._answered) <= 2


def test_a_group_written_to_without_a_limit_leaves_a_minute_behind() -> None:
    limiter = Limiter(0)
    for number in range(10_000):
        send(limiter, GROUP, START + number * 0.1)
    group = limiter._chats[GROUP]
    assert isinstance(group, Window)
    assert len(group._answered) <= 601


def test_chats_at_their_limit_are_not_forgotten() -> None:
    limiter = Limiter(30)
    for _ in range(20):
        send(limiter, GROUP, START)
    send(limiter, ANN, START + 30)
    assert limiter.free_at(GROUP, START + 30) == START + 60


def test_halts_that_are_over_are_forgotten_and_others_are_not() -> None:
    limiter = Limiter(30)
    for number in range(1000):
        now = START + number * 2
        sent_before(limiter, ANN + number, [A_MOMENT, A_MOMENT], now)
        assert not limiter.halt(ANN + number, now, 10_000 if number == 3 else 10)
        assert len(limiter._halted) < 20
    assert limiter.free_at(ANN + 3, START + 2000) == START + 6 + 10_000


def test_whoever_knows_nothing_of_the_one_before_begins_as_if_all_were_used_up() -> None:
    limiter = Limiter(30)
    limiter.begin_used_up(START)
    assert limiter.next_at(START, urgent=True) == START + 1
    assert limiter.free_at(ANN, START) == START + 1
    assert limiter.free_at(GROUP, START) == START + 60
    send(limiter, ANN, START + 1)
    assert limiter.free_at(ANN, START + 1) == START + 2
    assert limiter.free_at(GROUP, START + 60) <= START + 60
    assert next_ones(limiter, START + 100, 4, iter([EVE] * 4)) == pytest.approx([0, 0, 0, 1])


def test_halts_and_a_lowered_rate_go_on_in_the_next_process() -> None:
    limiter = Limiter(30)
    sent_before(limiter, ANN, [A_MOMENT, A_MOMENT])
    assert not limiter.halt(ANN, START, 100)
    assert limiter.halt(BOB, START, 10)
    kept = json.loads(json.dumps(limiter.snapshot(START + 1)))
    restored, now = Limiter(30), 77.0
    restored.restore(kept, 2.0, now)
    assert restored.free_at(ANN, now) == pytest.approx(now + 97)
    assert free_at(restored, EVE, now) == pytest.approx(now + 7)
    assert in_ten_seconds(restored, now + 7) == pytest.approx(10 * 30 * (0.8 + 0.067), abs=3)


def test_a_clock_that_was_set_back_frees_nothing_too_early() -> None:
    limiter = Limiter(30)
    for _ in range(20):
        send(limiter, GROUP, START)
    restored = Limiter(30)
    restored.restore(limiter.snapshot(START), -500.0, 77.0)
    assert restored.free_at(GROUP, 77.0) == pytest.approx(137)


@pytest.mark.parametrize("kept", [{}, {"version": 2}, {"version": 1}, {"version": 1, "overall": 5, "chats": {}}])
def test_an_unreadable_snapshot_is_reported(kept: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="snapshot"):
        Limiter(30).restore(kept, 1.0, START)


SENDS = st.lists(st.tuples(st.floats(0, 8), st.sampled_from([ANN, BOB, EVE, GROUP])), max_size=50)


def one_process(limiter: Limiter, sends: list[tuple[float, int]], until: float) -> list[Message]:
    """The messages of a process that stops at `until` and finishes those in flight."""
    sim = Simulation(limiter, round_trip(0.0, 0.5))

    async def stop() -> None:
        await asyncio.sleep(until)
        sim.scheduler.close()

    async def story() -> None:
        sending = (sim.send(chat, at=at) for at, chat in sends)
        await asyncio.gather(stop(), *sending, return_exceptions=True)

    without_waiting(story())
    return sim.sent


@settings(deadline=None, max_examples=60)
@given(SENDS, SENDS, st.floats(0, 9), st.floats(0, 70), st.sampled_from([1, 7, 30]), st.booleans())
def test_two_processes_one_after_the_other_never_exceed_a_limit_together(  # noqa: PLR0917
    before: list[tuple[float, int]],
    after: list[tuple[float, int]],
    until: float,
    gap: float,
    per_second: int,
    graceful: bool,
) -> None:
    first, second = Limiter(per_second), Limiter(per_second)
    sent = one_process(first, before, until)
    end = max([until, *(one.ended for one in sent)])
    if graceful:
        second.restore(json.loads(json.dumps(first.snapshot(START + end))), gap, START)
    else:
        second.begin_used_up(START)
    later = one_process(second, after, 1_000)
    assert len(later) == len(after)
    counted = [(one.chat_id, one.counted) for one in sent]
    counted += [(one.chat_id, end + gap + one.counted) for one in later]
    assert within_window(sorted((at, 1) for _, at in counted), per_second, 1.0)
    for chat in (ANN, BOB, EVE):
        assert within_leaky_bucket(sorted((at, 1) for to, at in counted if to == chat), 3, 1.0)
    assert within_window(sorted((at, 1) for to, at in counted if to == GROUP), 20, 60.0)


def test_what_was_still_on_its_way_counts_for_the_next_process_as_if_it_came_at_its_start() -> None:
    first, second = Limiter(30), Limiter(30)
    for chat in (ANN, GROUP):
        for _ in range(3):
            first.take(chat, START)
    second.restore(first.snapshot(START + 1), 0.5, 9.0)
    assert second.free_at(ANN, 9.0) == 10.0
    assert next_ones(second, 9.0, 18, iter([GROUP] * 18)) == pytest.approx([0] * 17 + [60])


def test_the_next_process_waits_no_longer_than_it_must() -> None:
    first, second = Limiter(30), Limiter(30)
    for _ in range(3):
        send(first, ANN, START)
    second.restore(first.snapshot(START + 0.25), 0.5, 9.0)
    assert second.free_at(ANN, 9.0) == pytest.approx(9.25)
    assert next_ones(second, 9.0, 28, people()) == pytest.approx([0] * 27 + [0.25])
