"""Faults injected into a worker: at the n-th call of a function, something happens to the process.

`python -m tests.faults.injection '{"function": "…", …}' [command]` runs the worker with one; without the JSON it is
`python -m bot`. Tests use the fork server, which starts sooner. Functions are named `module:path`; when one moves, the
tables in the tests follow.
"""

import asyncio
import functools
import json
import os
import signal
import sys
from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass
from enum import StrEnum
from importlib import import_module
from inspect import iscoroutinefunction, unwrap
from typing import Any

from bot import cli

HANGS_FOR = 3600.0  # seconds
DELAYS_FOR = 1.0  # seconds


class FaultAction(StrEnum):
    """The effect of a fault on the worker."""

    DIE = "die"  # SIGKILL to itself: nothing is closed or logged
    RAISE = "raise"
    HANG = "hang"  # its own task alone
    DELAY = "delay"  # its own task, for a second
    PAUSE = "pause"  # SIGSTOP to itself: the whole process, until somebody sends it SIGCONT
    BLOCK = "block"  # the event loop, and with it the whole process


@dataclass(frozen=True, slots=True)
class InjectedFault:
    """An action before or after the `nth` call of a function.

    A call counts if the repr of its arguments contains `given`. If `within` names another function, only calls in a
    task that has called it count; this tells one commit from the others.
    """

    function: str
    action: FaultAction = FaultAction.DIE
    after: bool = False
    nth: int = 1
    every: bool = False  # at each call from the nth on
    given: str = ""
    within: str = ""

    @classmethod
    def from_json(cls, text: str) -> "InjectedFault":
        fields = json.loads(text)
        return cls(**{**fields, "action": FaultAction(fields.get("action", FaultAction.DIE))})


class InjectedError(Exception):
    """Raised by FaultAction.RAISE."""


def inject(fault: InjectedFault) -> None:
    """Arm `fault` in this process. Raises LookupError or ImportError if the function doesn't exist."""
    # Of the context, not of the task: SQLAlchemy commits in a task of its own.
    entered: ContextVar[bool] = ContextVar("entered", default=not fault.within)
    calls = 0

    def is_due(arguments: object) -> bool:
        nonlocal calls
        if not entered.get() or fault.given not in repr(arguments):
            return False
        calls += 1
        return calls >= fault.nth if fault.every else calls == fault.nth

    if fault.within:
        _wrap(fault.within, functools.partial(_marking_entry, lambda: entered.set(True)))
    _wrap(fault.function, functools.partial(_faulty, fault, is_due))


def _wrap(name: str, wrapped: Callable[[Callable[..., Any]], Callable[..., Any]]) -> None:
    module, _, path = name.partition(":")
    *holders, last = path.split(".")
    holder: Any = import_module(module)
    for part in holders:
        holder = getattr(holder, part)
    if not hasattr(holder, last):
        raise LookupError(f"there is no {name}: adapt the table of steps")
    setattr(holder, last, wrapped(getattr(holder, last)))


def _marking_entry(mark: Callable[[], object], function: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(function)
    def marked(*arguments: Any, **named: Any) -> Any:
        mark()
        return function(*arguments, **named)

    return marked


def _faulty(fault: InjectedFault, is_due: Callable[[object], bool], function: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(function)
    async def faulty(*arguments: Any, **named: Any) -> Any:
        now = is_due((arguments, named))
        if now and not fault.after:
            await _act(fault.action)
        result = await function(*arguments, **named)
        if now and fault.after:
            await _act(fault.action)
        return result

    @functools.wraps(function)
    def faulty_sync(*arguments: Any, **named: Any) -> Any:
        now = is_due((arguments, named))
        if now and not fault.after:
            _act_sync(fault.action)
        result = function(*arguments, **named)
        if now and fault.after:
            _act_sync(fault.action)
        return result

    return faulty if _is_coroutine_function(function) else faulty_sync


def _is_coroutine_function(function: Callable[..., Any]) -> bool:
    """True also for asyncpg's methods, whose decorator hides it."""
    return iscoroutinefunction(unwrap(function))


async def _act(action: FaultAction) -> None:
    if action in {FaultAction.HANG, FaultAction.DELAY}:
        await asyncio.sleep(HANGS_FOR if action is FaultAction.HANG else DELAYS_FOR)
    else:
        _act_sync(action)


def _act_sync(action: FaultAction) -> None:
    if action is FaultAction.DIE:
        os.kill(os.getpid(), signal.SIGKILL)
    if action is FaultAction.PAUSE:
        os.kill(os.getpid(), signal.SIGSTOP)
        return
    if action is FaultAction.RAISE:
        raise InjectedError("injected by a test")
    signal.pause()  # BLOCK


if __name__ == "__main__":
    if len(sys.argv) > 1 and sys.argv[1].startswith("{"):
        inject(InjectedFault.from_json(sys.argv.pop(1)))
    cli.main()
