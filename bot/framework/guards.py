"""Guards: what looks at an update before its route's handler does."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from telegram import Update

from bot.framework.context import Context


@dataclass(frozen=True, slots=True)
class Guard:
    """Answers an update in the place of its route's handler, where `applies`, which reads nothing.

    One that stands `before_routes` sees every update. Another sees those that a route takes, unless the route is
    `always`. `limited` updates count towards the sender's limit, and what exceeds it is dropped without a word.
    """

    name: str
    applies: Callable[[Update, Context], bool]
    answer: Callable[[Update, Context], Awaitable[None]]
    before_routes: bool = False
    limited: bool = False
