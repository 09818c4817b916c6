"""Tests of the accounting itself: it reports each mistake that a worker may make, and nothing else."""

import pytest

from tests.faults.accounting import Account, Interruption, ObservedChat, of_speaker
from tests.faults.load import Reply

SAID = [101, 102, 103]
ANSWERED = [Reply(1, 1000), Reply(2, 1001), Reply(3, 1002)]
SEEN = ObservedChat(SAID, SAID, {1: 1, 2: 1, 3: 1})


def account_of(
    update_ids: list[int] = SAID,
    replies: list[Reply] = ANSWERED,
    observed: ObservedChat = SEEN,
    counted: int = 3,
    interruptions: list[Interruption] | None = None,
) -> Account:
    return of_speaker(update_ids, replies, observed, counted, interruptions or [])


def test_all_done_once_in_order_is_flawless() -> None:
    account = account_of()
    assert account.flawless
    assert account.sent == 3
    assert not account.repeats


def test_nothing_sent_proves_nothing() -> None:
    assert not account_of([], [], ObservedChat(), 0).flawless


@pytest.mark.parametrize(
    ("account", "field"),
    [
        (account_of(observed=ObservedChat([101, 102], [101, 102])), "lost"),
        (account_of(observed=ObservedChat(SAID, [101, 103])), "lost"),
        (account_of(counted=2), "lost"),
        (account_of(counted=4), "doubled"),
        (account_of(observed=ObservedChat([*SAID, 103], SAID)), "doubled"),
        (account_of(observed=ObservedChat(SAID, [*SAID, 102])), "doubled"),
        (account_of(observed=ObservedChat(SAID, SAID, {1: 1, 2: 2, 3: 1})), "doubled"),
        (account_of(observed=ObservedChat(SAID, [102, 101, 103])), "out_of_order"),
        (account_of(replies=[ANSWERED[1], ANSWERED[0], ANSWERED[2]]), "out_of_order"),
        (account_of(replies=ANSWERED[:2]), "unanswered"),
        (account_of(replies=[*ANSWERED, Reply(3, 1003)]), "unexplained"),
    ],
)
def test_what_goes_wrong_is_seen(account: Account, field: str) -> None:
    assert getattr(account, field) == 1
    assert not account.flawless
    assert account.remarks or field == "unexplained"


def test_a_repeat_is_explained_by_an_incident_between_it_and_the_one_before_once_each() -> None:
    kill = Interruption("kill -9", 1004.5)
    twice = account_of(replies=[*ANSWERED, Reply(3, 1010)], interruptions=[kill])
    assert twice.flawless
    assert twice.repeats == {"kill -9": 1}
    assert account_of(replies=[*ANSWERED, Reply(3, 1010), Reply(3, 1011)], interruptions=[kill]).unexplained == 1
    assert (
        account_of(replies=[*ANSWERED, Reply(3, 1010)], interruptions=[Interruption("kill -9", 1020)]).unexplained == 1
    )


def test_where_an_incident_reaches_back_so_far_alone_it_explains_no_repeat_of_an_earlier_send() -> None:
    paused = Interruption("paused", 1010, reach=2)
    twice = [*ANSWERED[:2], Reply(3, 1009), Reply(3, 1020)]
    assert account_of(replies=twice, interruptions=[paused]).repeats == {"paused": 1}
    assert account_of(replies=[*ANSWERED, Reply(3, 1020)], interruptions=[paused]).unexplained == 1


def test_an_order_in_which_repeats_come_again_is_no_disorder() -> None:
    again = [*ANSWERED, Reply(2, 1010), Reply(3, 1010)]
    assert account_of(replies=again, interruptions=[Interruption("kill -9", 1005)]).flawless
