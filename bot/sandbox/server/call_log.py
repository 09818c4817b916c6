"""A log of the bot's calls, for tests."""

from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

CALLS_KEPT = 20_000


@dataclass(eq=False, slots=True)
class Call:
    """A call. `status` is None until the response, and stays None if the connection breaks."""

    method: str
    parameters: Mapping[str, Any]
    at: float  # monotonic seconds of the emulator's clock
    status: int | None = None


class CallLog:
    """The last calls, oldest first."""

    def __init__(self) -> None:
        self._calls: deque[Call] = deque()
        self._by_method: dict[str, deque[Call]] = {}

    def __iter__(self) -> Iterator[Call]:
        return iter(list(self._calls))

    def __len__(self) -> int:
        return len(self._calls)

    def of(self, method: str) -> list[Call]:
        return list(self._by_method.get(method, ()))

    def count(self, method: str) -> int:
        """Count calls of a method. Unlike `of`, it is cheap enough to poll among thousands of calls."""
        return len(self._by_method.get(method, ()))

    def clear(self) -> None:
        self._calls.clear()
        self._by_method.clear()

    def add(self, call: Call) -> Call:
        self._calls.append(call)
        self._by_method.setdefault(call.method, deque()).append(call)
        if len(self._calls) > CALLS_KEPT:
            self._by_method[self._calls.popleft().method].popleft()
        return call
