"""What the bot has asked for: a log that tests read."""

from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

CALLS_KEPT = 20_000


@dataclass(eq=False, slots=True)
class Call:
    """One call; `status` is None until it is answered, and stays so if the connection broke."""

    method: str
    parameters: Mapping[str, Any]
    at: float  # monotonic seconds of the emulator's clock
    status: int | None = None


class Calls:
    """The last calls, oldest first."""

    def __init__(self) -> None:
        self._calls: deque[Call] = deque(maxlen=CALLS_KEPT)

    def __iter__(self) -> Iterator[Call]:
        return iter(list(self._calls))

    def __len__(self) -> int:
        return len(self._calls)

    def of(self, method: str) -> list[Call]:
        return [call for call in self._calls if call.method == method]

    def clear(self) -> None:
        self._calls.clear()

    def add(self, call: Call) -> Call:
        self._calls.append(call)
        return call
