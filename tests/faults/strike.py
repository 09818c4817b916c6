"""What strikes inside a worker: one function, by its name, and what happens at its n-th call.

Functions are named `module:path`, as they are now; the tables in the tests are the one place to adapt.
"""

import asyncio
import functools
import os
import signal
from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass
from enum import StrEnum
from importlib import import_module
from inspect import iscoroutinefunction, unwrap
from typing import Any

HANGS_FOR = 3600.0  # seconds
DAWDLES_FOR = 1.0  # seconds


class Deed(StrEnum):
    """What the worker does when it is struck."""

    DIE = "die"  # SIGKILL to itself: nothing is closed, nothing said
    RAISE = "raise"
    HANG = "hang"  # in its own task alone
    DAWDLE = "dawdle"  # in its own task, for a second
    PAUSE = "pause"  # SIGSTOP to itself: the whole process, until somebody sends it SIGCONT
    BLOCK = "block"  # the event loop, and with it the whole process


@dataclass(frozen=True, slots=True)
class Strike:
    """A deed before or after the `nth` call of a function.

    Only those calls count whose arguments, shown by repr, contain `given`; and, where `within` names another function,
    those made in a task that has called that one: so a commit is told from the other commits.
    """

    function: str
    deed: Deed = Deed.DIE
    after: bool = False
    nth: int = 1
    every: bool = False  # at each call from the nth on
    given: str = ""
    within: str = ""


class StruckError(Exception):
    """What a struck function raises."""


def arm(strike: Strike) -> None:
    """Have `strike` happen in this process. Raises LookupError or ImportError where there is no such function."""
    # Of the context, not of the task: SQLAlchemy commits in a task of its own.
    been_within: ContextVar[bool] = ContextVar("been within", default=not strike.within)
    calls = 0

    def counts(arguments: object) -> bool:
        nonlocal calls
        if not been_within.get() or strike.given not in repr(arguments):
            return False
        calls += 1
        return calls >= strike.nth if strike.every else calls == strike.nth

    if strike.within:
        _wrap(strike.within, functools.partial(_noting, lambda: been_within.set(True)))
    _wrap(strike.function, functools.partial(_struck, strike, counts))


def _wrap(name: str, wrapped: Callable[[Callable[..., Any]], Callable[..., Any]]) -> None:
    module, _, path = name.partition(":")
    *holders, last = path.split(".")
    holder: Any = import_module(module)
    for part in holders:
        holder = getattr(holder, part)
    if not hasattr(holder, last):
        raise LookupError(f"there is no {name}: adapt the table of steps")
    setattr(holder, last, wrapped(getattr(holder, last)))


def _noting(note: Callable[[], object], function: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(function)
    def noted(*arguments: Any, **named: Any) -> Any:
        note()
        return function(*arguments, **named)

    return noted


def _struck(strike: Strike, counts: Callable[[object], bool], function: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(function)
    async def struck(*arguments: Any, **named: Any) -> Any:
        now = counts((arguments, named))
        if now and not strike.after:
            await _do(strike.deed)
        result = await function(*arguments, **named)
        if now and strike.after:
            await _do(strike.deed)
        return result

    @functools.wraps(function)
    def struck_at_once(*arguments: Any, **named: Any) -> Any:
        now = counts((arguments, named))
        if now and not strike.after:
            _do_at_once(strike.deed)
        result = function(*arguments, **named)
        if now and strike.after:
            _do_at_once(strike.deed)
        return result

    return struck if _is_awaited(function) else struck_at_once


def _is_awaited(function: Callable[..., Any]) -> bool:
    """True also for asyncpg's methods, whose decorator hides that they are coroutine functions."""
    return iscoroutinefunction(unwrap(function))


async def _do(deed: Deed) -> None:
    if deed in {Deed.HANG, Deed.DAWDLE}:
        await asyncio.sleep(HANGS_FOR if deed is Deed.HANG else DAWDLES_FOR)
    else:
        _do_at_once(deed)


def _do_at_once(deed: Deed) -> None:
    if deed is Deed.DIE:
        os.kill(os.getpid(), signal.SIGKILL)
    if deed is Deed.PAUSE:
        os.kill(os.getpid(), signal.SIGSTOP)
        return
    if deed is Deed.RAISE:
        raise StruckError("struck by a test")
    signal.pause()  # BLOCK
