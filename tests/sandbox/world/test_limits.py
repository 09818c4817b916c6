"""The emulator's rate limits work like Telegram's and return the time to wait."""

import pytest

from bot.sandbox.world.limits import SLACK, Limits
from tests.support.manual_clock import ManualClock

ANN = 1001
GROUP = -1001


@pytest.fixture
def time() -> ManualClock:
    return ManualClock(50.0)


@pytest.fixture
def limits(time: ManualClock) -> Limits:
    return Limits(time)


def test_a_private_chat_takes_three_at_once_then_one_a_second(limits: Limits, time: ManualClock) -> None:
    assert [limits.admit(ANN) for _ in range(4)] == [0, 0, 0, 1]
    time.seconds += 1
    assert [limits.admit(ANN) for _ in range(2)] == [0, 1]


def test_a_quiet_private_chat_takes_three_again(limits: Limits, time: ManualClock) -> None:
    for _ in range(3):
        limits.admit(ANN)
    time.seconds += 60
    assert [limits.admit(ANN) for _ in range(4)] == [0, 0, 0, 1]


def test_a_group_takes_twenty_a_minute(limits: Limits, time: ManualClock) -> None:
    assert [limits.admit(GROUP) for _ in range(21)] == [0] * 20 + [57]
    time.seconds += 57
    assert limits.admit(GROUP) == 0


def test_all_chats_together_take_thirty_a_second(limits: Limits, time: ManualClock) -> None:
    assert [limits.admit(ANN + number) for number in range(31)] == [0] * 30 + [1]
    time.seconds += 1
    assert limits.admit(ANN + 40) == 0


def test_paid_sends_pass_by_the_overall_limit(limits: Limits) -> None:
    assert [limits.admit(ANN + number, paid=True) for number in range(100)] == [0] * 100


def test_who_keeps_the_pace_by_a_clock_of_their_own_is_never_refused(limits: Limits, time: ManualClock) -> None:
    for number in range(300):
        assert limits.admit(ANN + number) == 0
        time.seconds += SLACK / 30 + 1e-9


def test_a_refused_send_is_not_counted(limits: Limits, time: ManualClock) -> None:
    for _ in range(50):
        limits.admit(ANN)
    time.seconds += 1
    assert limits.admit(ANN) == 0


def test_waiting_as_long_as_told_is_enough(limits: Limits, time: ManualClock) -> None:
    for _ in range(200):
        time.seconds += limits.admit(GROUP)
    for _ in range(20):
        wait = limits.admit(GROUP)
        time.seconds += wait
        assert not wait or limits.admit(GROUP) == 0


def test_switched_off_they_let_everything_pass(limits: Limits) -> None:
    limits.enabled = False
    assert {limits.admit(ANN) for _ in range(100)} == {0}


def test_an_album_counts_as_so_many_messages(limits: Limits, time: ManualClock) -> None:
    assert [limits.admit(GROUP, count=10) for _ in range(3)] == [0, 0, 57]
    time.seconds += 57
    assert [limits.admit(GROUP, count=10) for _ in range(2)] == [0, 0]


def test_an_album_larger_than_a_burst_goes_when_the_chat_is_quiet_and_is_paid_off_after(
    limits: Limits, time: ManualClock
) -> None:
    assert limits.admit(ANN) == 0
    assert limits.admit(ANN, count=10) == 1
    time.seconds += 1
    assert limits.admit(ANN, count=10) == 0
    assert limits.admit(ANN) == 8
    time.seconds += 8
    assert limits.admit(ANN) == 0


def test_paid_sends_leave_the_overall_limit_to_the_others_and_have_one_of_their_own(limits: Limits) -> None:
    assert {limits.admit(ANN + number, paid=True) for number in range(1000)} == {0}
    assert limits.admit(ANN + 1000, paid=True) == 1
    assert limits.admit(ANN + 1000) == 0
