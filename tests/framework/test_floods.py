"""The rate limit for each user."""

import pytest

from bot.framework.floods import BURST, Floods, Kind, Verdict

ANN, BOB = 1001, 1002
FINE, FIRST, TOO_MUCH = Verdict.FINE, Verdict.FIRST_TOO_MUCH, Verdict.TOO_MUCH


class Chat:
    """Numbers its updates."""

    def __init__(self, floods: Floods) -> None:
        self._floods = floods
        self._number = 0

    def does(self, now: float, times: int = 1, who: int = ANN, kind: Kind = Kind.TEXT) -> list[Verdict]:
        verdicts = []
        for _ in range(times):
            self._number += 1
            verdicts.append(self._floods.judge(who, kind, self._number, now))
        return verdicts


@pytest.fixture
def chat() -> Chat:
    return Chat(Floods(lambda: 60))


def test_another_limit_holds_at_once() -> None:
    limit = [0]
    chat = Chat(Floods(lambda: limit[0]))
    assert set(chat.does(0, 500)) == {FINE}
    limit[0] = 300
    assert chat.does(0, 101) == [FINE] * 100 + [FIRST]
    limit[0] = 30
    assert chat.does(2, 2) == [FINE, TOO_MUCH]
    assert chat.does(1_000, BURST + 1) == [FINE] * BURST + [FIRST]
    limit[0] = 0
    assert set(chat.does(1_000, 500)) == {FINE}


def test_some_may_come_at_once_and_then_one_a_second(chat: Chat) -> None:
    assert chat.does(0, BURST + 2) == [FINE] * BURST + [FIRST, TOO_MUCH]
    assert chat.does(1, 2) == [FINE, TOO_MUCH]
    assert chat.does(4, 4) == [FINE] * 3 + [TOO_MUCH]


def test_one_who_goes_on_is_told_once_and_again_after_a_rest(chat: Chat) -> None:
    notified = [verdict for second in range(120) for verdict in chat.does(second, 3)]
    assert notified.count(FIRST) == 1
    assert notified.count(FINE) == BURST + 119
    assert FIRST in chat.does(119 + BURST, BURST + 1)


def test_kinds_and_people_are_counted_apart(chat: Chat) -> None:
    assert chat.does(0, BURST + 1)[-1] is FIRST
    assert chat.does(0, who=BOB) == chat.does(0, kind=Kind.BUTTON) == chat.does(0, kind=Kind.START) == [FINE]


def test_the_same_update_again_costs_nothing_and_is_judged_the_same() -> None:
    floods = Floods(lambda: 60)
    assert [floods.judge(ANN, Kind.TEXT, 7, 0) for _ in range(100)] == [FINE] * 100
    chat = Chat(floods)
    assert chat.does(0, BURST)[-1] is FIRST
    assert floods.judge(ANN, Kind.TEXT, BURST, 5) is FIRST


def test_a_clock_that_goes_back_gives_nothing(chat: Chat) -> None:
    chat.does(100, BURST)
    assert chat.does(0) == [FIRST]
    assert chat.does(100) == [TOO_MUCH]
    assert chat.does(101) == [FINE]


def test_a_higher_rate_lets_more_come_at_once_and_none_at_all_is_no_limit() -> None:
    assert Chat(Floods(lambda: 600)).does(0, 201) == [FINE] * 200 + [FIRST]
    assert set(Chat(Floods(lambda: 0)).does(0, 5_000)) == {FINE}


def test_the_bucket_unused_for_the_longest_is_forgotten() -> None:
    chat = Chat(Floods(lambda: 60, kept=2))
    chat.does(0, BURST, who=ANN)
    chat.does(0, who=BOB)
    chat.does(0, who=ANN)
    chat.does(0, who=3)
    assert chat.does(0, who=ANN) == [TOO_MUCH]
