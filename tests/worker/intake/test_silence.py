"""Silent polls: when the poller opens new connections, and when the process ends."""

import pytest
from telegram.error import NetworkError, TimedOut

from bot.errors import FatalError
from bot.worker.intake.poller import Silence


def test_connections_are_made_anew_after_a_minute_of_silence_and_again_after_each_further_one() -> None:
    silence = Silence()
    assert [silence.goes_on(TimedOut(), at) for at in (30, 60, 61, 95, 122)] == [False, True, False, False, True]


def test_three_minutes_of_silence_end_the_process() -> None:
    silence = Silence()
    for at in range(30, 200, 30):
        silence.goes_on(TimedOut(), at)
    with pytest.raises(FatalError, match="has not answered"):
        silence.goes_on(TimedOut(), 210)


def test_a_refused_connection_is_no_silence_and_never_ends_the_process() -> None:
    silence = Silence()
    assert not any(silence.goes_on(NetworkError("refused"), at) for at in range(0, 3600, 10))


def test_another_error_in_between_begins_the_silence_anew() -> None:
    silence = Silence()
    for at in (30, 60, 90, 120, 150):
        silence.goes_on(TimedOut(), at)
    silence.goes_on(NetworkError("refused"), 160)
    assert not silence.goes_on(TimedOut(), 190)
