"""Simulated time: an event loop whose clock jumps to the next event, and a Telegram with latency."""

import asyncio
import random
import selectors
from collections.abc import Callable, Coroutine, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from bot.worker.outgoing.limiter import Limiter, Permit
from bot.worker.outgoing.send_scheduler import Flow, SendScheduler

START = 50_000.0  # seconds of a clock that has run for a while
ROUNDING = 1e-6

T = TypeVar("T")


class _Selector(selectors.SelectSelector):
    loop: "SimulatedTime"

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        assert timeout is not None, "everybody waits, and for nothing that will ever come"
        self.loop.now += timeout
        if timeout and self.loop.late:
            self.loop.now += self.loop.random.uniform(0, self.loop.late)
        return super().select(0)


class SimulatedTime(asyncio.SelectorEventLoop):
    """An event loop that never sleeps. Each wait ends up to `late` seconds late, like real timers."""

    def __init__(self, late: float = 0.0) -> None:
        self.now, self.late, self.random = START, late, random.Random(7)
        selector = _Selector()
        selector.loop = self
        super().__init__(selector)

    def time(self) -> float:
        return self.now


def without_waiting(story: Coroutine[Any, Any, T], late: float = 0.0) -> T:
    """Run `story` in simulated time and return its result."""
    with asyncio.Runner(loop_factory=lambda: SimulatedTime(late)) as runner:
        return runner.run(story)


@dataclass(frozen=True, slots=True)
class Message:
    """A sent message; times are in seconds since START."""

    chat_id: int
    flow: Flow | None
    came: float
    permit: Permit
    counted: float
    ended: float

    @property
    def began(self) -> float:
        return self.permit.began - START


Latency = Callable[[random.Random], tuple[float, float]]
"""Draws how long the way to Telegram's counter and the way back take."""


def round_trip(shortest: float, longest: float) -> Latency:
    """A round trip between the two times. Telegram counts at any moment of it, often the first or the last."""

    def latency(chance: random.Random) -> tuple[float, float]:
        taken = chance.uniform(shortest, longest)
        there = taken * chance.choice([0.0, 1.0, chance.random()])
        return there, taken - there

    return latency


def each_way(there: tuple[float, float], back: tuple[float, float]) -> Latency:
    """Separate ranges, (shortest, longest), for the two ways."""
    return lambda chance: (chance.uniform(*there), chance.uniform(*back))


@dataclass
class Simulation:
    """Messages that wait for their permits and are sent."""

    limiter: Limiter
    latency: Latency = field(default_factory=lambda: round_trip(0.03, 0.07))
    seed: int = 1
    sent: list[Message] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.scheduler = SendScheduler(self.limiter, lambda: asyncio.get_running_loop().time())
        self.chance = random.Random(self.seed)

    async def send(self, chat_id: int, flow: Flow | None = None, weight: int = 1, at: float = 0.0) -> None:
        await until(at)
        came = moment()
        async with self.scheduler.permit(chat_id, flow=flow, weight=weight) as permit:
            there, back = self.latency(self.chance)
            counted = moment() + there
            await asyncio.sleep(there + back)
        self.sent.append(Message(chat_id, flow, came, permit, counted, moment()))

    async def chat(self, chat_id: int, moments: Iterable[float], flow: Flow | None = None) -> None:
        """Send one chat's messages one after the other, none before its moment."""
        for at in moments:
            await self.send(chat_id, flow, at=at)

    async def broadcast(self, flow: Flow, seconds: float, chats: Iterable[int], at_once: int = 32) -> None:
        """Send one message to each chat as fast as permits come, until `seconds`."""
        waiting = iter(chats)

        async def some() -> None:
            for chat_id in waiting:
                if moment() >= seconds:
                    return
                await self.send(chat_id, flow)

        await asyncio.gather(*(some() for _ in range(at_once)))

    def counted(self, chat_id: int | None = None) -> list[tuple[float, int]]:
        """(moment, weight) of each message as Telegram counts it; of one chat if `chat_id` is given."""
        of_it = (one for one in self.sent if chat_id in {None, one.chat_id})
        return sorted((one.counted, one.permit.weight) for one in of_it)

    def assert_limits_held(self, per_second: float) -> None:
        """Assert that no limit was exceeded anywhere."""
        assert within_window(self.counted(), max(1, int(per_second)), max(1.0, 1 / per_second))
        for chat_id in {one.chat_id for one in self.sent}:
            if chat_id > 0:
                assert within_leaky_bucket(self.counted(chat_id), 3, 1.0)
            else:
                assert within_window(self.counted(chat_id), 20, 60.0)


def moment() -> float:
    return asyncio.get_running_loop().time() - START


async def until(at: float) -> None:
    if (rest := at - moment()) > 0:
        await asyncio.sleep(rest)


def within_window(counted: Sequence[tuple[float, int]], most: float, seconds: float) -> bool:
    """Whether every stretch shorter than `seconds` holds at most `most`. A heavier message has to be alone."""
    first, within = 0, 0
    for at, weight in counted:
        within += weight
        while counted[first][0] <= at - seconds + ROUNDING:
            within -= counted[first][1]
            first += 1
        if within > max(most, weight):
            return False
    return True


def within_leaky_bucket(counted: Sequence[tuple[float, int]], at_once: int, every: float) -> bool:
    """Whether a bucket that loses one every `every` seconds never holds more than `at_once`.

    A single message that weighs more is allowed if the bucket is empty.
    """
    level, before = 0.0, 0.0
    for at, weight in counted:
        level = max(0.0, level - (at - before) / every) + weight
        before = at
        if level > max(at_once, weight) + ROUNDING:
            return False
    return True
