"""The accounting itself: whatever a worker may do wrong is seen, and what it does right isn't."""

import pytest

from tests.faults.accounting import Account, Incident, Witnessed, of_speaker
from tests.faults.load import Reply

SAID = [101, 102, 103]
ANSWERED = [Reply(1, 1000), Reply(2, 1001), Reply(3, 1002)]
SEEN = Witnessed(SAID, SAID, {1: 1, 2: 1, 3: 1})


def told(
    said: list[int] = SAID,
    replies: list[Reply] = ANSWERED,
    seen: Witnessed = SEEN,
    counted: int = 3,
    incidents: list[Incident] | None = None,
) -> Account:
    return of_speaker(said, replies, seen, counted, incidents or [])


def test_all_done_once_in_order_is_flawless() -> None:
    account = told()
    assert account.flawless
    assert account.sent == 3
    assert not account.repeats


def test_nothing_sent_proves_nothing() -> None:
    assert not told([], [], Witnessed(), 0).flawless


@pytest.mark.parametrize(
    ("account", "field"),
    [
        (told(seen=Witnessed([101, 102], [101, 102])), "lost"),
        (told(seen=Witnessed(SAID, [101, 103])), "lost"),
        (told(counted=2), "lost"),
        (told(counted=4), "doubled"),
        (told(seen=Witnessed([*SAID, 103], SAID)), "doubled"),
        (told(seen=Witnessed(SAID, [*SAID, 102])), "doubled"),
        (told(seen=Witnessed(SAID, SAID, {1: 1, 2: 2, 3: 1})), "doubled"),
        (told(seen=Witnessed(SAID, [102, 101, 103])), "out_of_order"),
        (told(replies=[ANSWERED[1], ANSWERED[0], ANSWERED[2]]), "out_of_order"),
        (told(replies=ANSWERED[:2]), "unanswered"),
        (told(replies=[*ANSWERED, Reply(3, 1003)]), "unexplained"),
    ],
)
def test_what_goes_wrong_is_seen(account: Account, field: str) -> None:
    assert getattr(account, field) == 1
    assert not account.flawless
    assert account.remarks or field == "unexplained"


def test_a_repeat_is_explained_by_an_incident_between_it_and_the_one_before_once_each() -> None:
    kill = Incident("kill -9", 1004.5)
    twice = told(replies=[*ANSWERED, Reply(3, 1010)], incidents=[kill])
    assert twice.flawless
    assert twice.repeats == {"kill -9": 1}
    assert told(replies=[*ANSWERED, Reply(3, 1010), Reply(3, 1011)], incidents=[kill]).unexplained == 1
    assert told(replies=[*ANSWERED, Reply(3, 1010)], incidents=[Incident("kill -9", 1020)]).unexplained == 1


def test_where_an_incident_reaches_back_so_far_alone_it_explains_no_repeat_of_an_earlier_send() -> None:
    paused = Incident("paused", 1010, reach=2)
    twice = [*ANSWERED[:2], Reply(3, 1009), Reply(3, 1020)]
    assert told(replies=twice, incidents=[paused]).repeats == {"paused": 1}
    assert told(replies=[*ANSWERED, Reply(3, 1020)], incidents=[paused]).unexplained == 1


def test_an_order_in_which_repeats_come_again_is_no_disorder() -> None:
    again = [*ANSWERED, Reply(2, 1010), Reply(3, 1010)]
    assert told(replies=again, incidents=[Incident("kill -9", 1005)]).flawless
