"""Telegram's limits are kept, and nothing waits that may go: a simulation on a made-up clock."""

import heapq
import itertools
from collections import defaultdict
from collections.abc import Mapping, Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.outgoing.limiter import Limiter
from bot.sandbox.limits import Limits

ANN, BOB, EVE = 1001, 1002, 1003
GROUP = -1001
START = 50_000.0  # seconds of a clock that has run for a while
A_MOMENT = 0.05  # seconds: how long Telegram takes to answer
SLOWER = 1.04  # than the limits themselves allow: no more than this
ROUNDING = 1e-6

Sent = list[tuple[float, int]]


def simulated(limiter: Limiter, messages: Sequence[tuple[float, int]]) -> Sent:
    """When each message goes, as (seconds since START, chat): each has a moment at which it comes, and a chat.

    A chat's messages go one after another; chats side by side.
    """
    queues: dict[int, list[float]] = defaultdict(list)
    for moment, chat in sorted(messages):
        queues[chat].append(moment)
    turns = [(START + moments[0], chat) for chat, moments in queues.items()]
    heapq.heapify(turns)
    sent: Sent = []
    while turns:
        now, chat = heapq.heappop(turns)
        free_at = limiter.chat_free_at(chat)
        if free_at > now:
            heapq.heappush(turns, (free_at, chat))
            continue
        at = limiter.take(chat, now)
        assert at >= now
        sent.append((at - START, chat))
        queues[chat].pop(0)
        if queues[chat]:
            heapq.heappush(turns, (max(at, START + queues[chat][0]), chat))
    return sorted(sent)


def at_once(counts: Mapping[int, int]) -> list[tuple[float, int]]:
    return [(0.0, chat) for chat, count in counts.items() for _ in range(count)]


def moments(sent: Sent, chat: int | None = None) -> list[float]:
    return [at for at, to in sent if chat in {to, None}]


def never_more(times: Sequence[float], count: int, seconds: float) -> bool:
    """Whether any stretch of so many seconds holds at most `count` of the times."""
    return all(later - earlier >= seconds - ROUNDING for earlier, later in zip(times, times[count:], strict=False))


def drips(times: Sequence[float], count: int, seconds: float) -> bool:
    """Whether any stretch holds at most `count` of the times and one more for each of its `seconds`."""
    return all(
        j - i + 1 <= count + (times[j] - times[i]) / seconds + ROUNDING
        for i, j in itertools.combinations(range(len(times)), 2)
    )


def held(sent: Sent, per_second: int) -> None:
    assert never_more(moments(sent), per_second, 1.0)
    for chat in {chat for _, chat in sent}:
        if chat > 0:
            assert drips(moments(sent, chat), 3, 1.0)
        else:
            assert never_more(moments(sent, chat), 20, 60.0)


CHATS = st.sampled_from([ANN, BOB, EVE, GROUP, GROUP - 1])
MESSAGES = st.lists(st.tuples(st.floats(0, 200), CHATS), max_size=80)


@settings(deadline=None)
@given(MESSAGES, st.sampled_from([1, 2, 7, 30, 100]))
def test_no_limit_is_ever_exceeded(messages: list[tuple[float, int]], per_second: int) -> None:
    sent = simulated(Limiter(per_second), messages)
    assert len(sent) == len(messages)
    held(sent, per_second)


@settings(deadline=None)
@given(MESSAGES)
def test_telegram_refuses_nothing_of_it(messages: list[tuple[float, int]]) -> None:
    now = 0.0
    telegram = Limits(lambda: now)
    for at, chat in simulated(Limiter(30), messages):
        now = START + at
        assert telegram.admit(chat) == 0


@settings(deadline=None)
@given(MESSAGES)
def test_a_message_goes_when_it_comes_unless_a_limit_is_near(messages: list[tuple[float, int]]) -> None:
    """Each one that goes later than it came finds the chat's rate or the overall one used up at that moment."""
    sent = simulated(Limiter(30), messages)
    for chat in {chat for _, chat in messages}:
        came = sorted(moment for moment, to in messages if to == chat)
        went = moments(sent, chat)
        for number, (arrival, at) in enumerate(zip(came, went, strict=True)):
            earlier = went[:number]
            if at - arrival > ROUNDING:
                used_up = (
                    sum(at - other < 1.1 for other in earlier) >= 1
                    if chat > 0
                    else sum(at - other < 60 * SLOWER for other in earlier) >= 20
                )
                assert used_up or any(0 <= at - other <= 1 / 30 * SLOWER for other in moments(sent))


@pytest.mark.parametrize("per_second", [1, 7, 30, 100])
def test_all_chats_together_get_what_the_overall_limit_allows_and_no_more(per_second: int) -> None:
    sent = simulated(Limiter(per_second), at_once({ANN + number: 1 for number in range(300)}))
    assert never_more(moments(sent), per_second, 1.0)
    assert sent[0][0] == 0.0
    assert moments(sent)[-1] <= 299 / per_second * SLOWER


def test_a_private_chat_gets_three_at_once_and_then_one_a_second() -> None:
    limiter = Limiter(1_000_000)
    went = moments(simulated(limiter, at_once({ANN: 10})))
    assert went == pytest.approx([0, 0, 0, 1, 2, 3, 4, 5, 6, 7], rel=SLOWER - 1, abs=0.001)
    assert drips(went, 3, 1.0)


def test_a_private_chat_that_was_quiet_gets_three_at_once_again() -> None:
    limiter = Limiter(1_000_000)
    went = moments(simulated(limiter, [*at_once({ANN: 5}), *[(60.0, ANN)] * 4]))
    assert went[5:] == pytest.approx([60, 60, 60, 61], abs=0.04)


def test_a_group_gets_twenty_at_once_and_then_waits_for_the_minute_to_pass() -> None:
    limiter = Limiter(1_000_000)
    went = moments(simulated(limiter, at_once({GROUP: 45})))
    assert went == pytest.approx([0] * 20 + [60] * 20 + [120] * 5, rel=SLOWER - 1, abs=0.001)
    assert never_more(went, 20, 60.0)


def test_a_group_may_be_written_to_as_steadily_as_its_limit_allows() -> None:
    every = 60 / 20 * SLOWER
    messages = [(number * every, GROUP) for number in range(100)]
    assert moments(simulated(Limiter(30), messages)) == pytest.approx([moment for moment, _ in messages])


def test_chats_do_not_wait_for_each_others_limits() -> None:
    sent = simulated(Limiter(30), at_once({ANN: 20, GROUP: 40, BOB: 3, EVE: 1}))
    assert moments(sent, BOB)[-1] < 1.1
    assert moments(sent, EVE)[-1] < 1.1
    held(sent, 30)


def test_after_a_pause_the_overall_limit_owes_nothing_and_gives_nothing_back() -> None:
    messages = [*at_once({ANN + number: 1 for number in range(60)})]
    messages += [(100.0, BOB + 1000 + number) for number in range(60)]
    sent = simulated(Limiter(30), messages)
    assert moments(sent)[60] == pytest.approx(100)
    assert never_more(moments(sent), 30, 1.0)


def test_without_a_limit_everything_goes_at_once() -> None:
    sent = simulated(Limiter(0), at_once({ANN: 50, GROUP: 50, BOB: 1}))
    assert set(moments(sent)) == {0.0}


def test_a_chat_that_was_never_written_to_is_free() -> None:
    limiter = Limiter(30)
    assert limiter.chat_free_at(ANN) <= 0
    assert limiter.take(ANN, START) == START


def sent_before(limiter: Limiter, chat: int, ago: Sequence[float], now: float = START) -> None:
    for seconds in sorted(ago, reverse=True):
        limiter.take(chat, now - seconds)


@pytest.mark.parametrize(
    ("chat", "ago", "everyone"),
    [
        # A 429 comes a moment after the message that met it: how many seconds ago were the chat's messages sent?
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
def test_a_429_halts_the_chat_if_that_had_another_message_just_before_and_else_everyone(
    chat: int, ago: list[float], everyone: bool
) -> None:
    limiter = Limiter(30)
    sent_before(limiter, chat, ago)
    assert limiter.halt(chat, START, 10) is everyone
    assert (limiter.chat_free_at(EVE) > START) is everyone
    assert limiter.take(EVE, START) == pytest.approx(START + 10 if everyone else START, abs=0.2)
    if not everyone:
        assert limiter.chat_free_at(chat) >= START + 10


def test_a_halted_chat_is_free_again_when_its_time_is_up() -> None:
    limiter = Limiter(30)
    sent_before(limiter, ANN, [A_MOMENT, A_MOMENT])
    limiter.halt(ANN, START, 7)
    assert limiter.chat_free_at(ANN) == START + 7
    assert limiter.take(ANN, START + 7) == START + 7
    assert limiter.chat_free_at(ANN) <= START + 7


def test_a_halt_of_everyone_is_not_shortened_by_a_later_and_shorter_one() -> None:
    limiter = Limiter(30)
    limiter.halt(ANN, START, 30)
    limiter.halt(BOB, START + 1, 2)
    assert limiter.take(EVE, START + 2) == START + 30


def test_after_a_halt_of_everyone_the_pace_is_the_usual_one() -> None:
    limiter = Limiter(30)
    limiter.halt(ANN, START, 5)
    sent = simulated(limiter, at_once({BOB + number: 1 for number in range(90)}))
    assert sent[0][0] == pytest.approx(5)
    assert never_more(moments(sent), 30, 1.0)
    assert moments(sent)[-1] <= 5 + 89 / 30 * SLOWER


def test_halts_are_heeded_without_a_limit_too() -> None:
    limiter = Limiter(0)
    limiter.halt(ANN, START, 5)
    assert limiter.take(EVE, START) == START + 5
    sent_before(limiter, BOB, [A_MOMENT, A_MOMENT])
    assert limiter.halt(BOB, START, 9) is False
    assert limiter.chat_free_at(BOB) == START + 9


def test_idle_chats_are_forgotten() -> None:
    limiter = Limiter(30)
    simulated(limiter, at_once({ANN + number: 2 for number in range(100)} | {GROUP - n: 21 for n in range(5)}))
    assert limiter._chats
    later = START + 1000
    limiter.take(EVE, later)
    assert list(limiter._chats) == [EVE]


def test_chats_at_their_limit_are_not_forgotten() -> None:
    limiter = Limiter(30)
    for _ in range(20):
        limiter.take(GROUP, START)
    limiter.take(ANN, START + 30)
    assert limiter.chat_free_at(GROUP) >= START + 60


def test_halts_that_are_over_are_forgotten_and_others_are_not() -> None:
    limiter = Limiter(30)
    for chat, seconds in ((ANN, 100), (BOB, 1000)):
        sent_before(limiter, chat, [A_MOMENT, A_MOMENT])
        limiter.halt(chat, START, seconds)
    limiter.take(GROUP, START + 50)  # the two are idle by now, and halted still
    assert (limiter.chat_free_at(ANN), limiter.chat_free_at(BOB)) == (START + 100, START + 1000)
    sent_before(limiter, EVE, [A_MOMENT, A_MOMENT], START + 500)
    limiter.halt(EVE, START + 500, 1)
    assert limiter._halted == {BOB: START + 1000, EVE: START + 501}
