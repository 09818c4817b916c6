"""The call log keeps the last calls and finds them by method."""

import pytest

from bot.sandbox.server import call_log as log
from bot.sandbox.server.call_log import Call, CallLog


def logged(*methods: str) -> CallLog:
    calls = CallLog()
    for method in methods:
        calls.add(Call(method, {}, 0.0))
    return calls


def test_calls_are_counted_and_found_by_method() -> None:
    calls = logged("getMe", "sendMessage", "sendMessage")
    assert [calls.count(method) for method in ("getMe", "sendMessage", "getFile")] == [1, 2, 0]
    assert calls.of("sendMessage") == list(calls)[1:]
    calls.clear()
    assert (len(calls), calls.of("getMe"), calls.count("getMe")) == (0, [], 0)


def test_only_the_last_are_kept_everywhere(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(log, "CALLS_KEPT", 3)
    calls = logged("getMe", "a", "getMe", "a", "a")
    assert [call.method for call in calls] == ["getMe", "a", "a"]
    assert (calls.count("getMe"), calls.count("a")) == (1, 2)
