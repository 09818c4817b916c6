"""`python -m bot dead-letters`: each command is one unit of work, and returns what is to be printed."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from bot.db.tables.dead_letters import DeadLetters
from bot.db.unit_of_work import UnitOfWork, Work
from bot.features.dead_letters import service as dead_letters
from bot.features.dead_letters import terminal_views as view
from bot.features.dead_letters.service import Reread
from bot.features.dead_letters.terminal_views import Clean


@dataclass(frozen=True, slots=True)
class Asked:
    """What the operator asked for."""

    action: str  # a name in ACTIONS
    number: int = 0
    limit: int = 0
    as_json: bool = False
    width: int | None = None  # columns of the terminal; None if it isn't one


@dataclass(frozen=True, slots=True)
class Means:
    """What the commands know of other rooms: how updates are read, and what must not be printed."""

    reread: Reread
    clean: Clean


async def answer(unit_of_work: UnitOfWork, asked: Asked, means: Means) -> str:
    """Do it. Raises a BotError with a sentence for the operator, and then nothing was changed."""
    async with unit_of_work.open() as work:
        return await ACTIONS[asked.action](work, asked, means)


async def _list(work: Work, asked: Asked, means: Means) -> str:
    letters = await work.of(DeadLetters).newest(asked.limit)
    if asked.as_json:
        return view.as_json(letters, clean=means.clean)
    return view.table(letters, total=await work.of(DeadLetters).count(), width=asked.width, clean=means.clean)


async def _show(work: Work, asked: Asked, means: Means) -> str:
    return view.whole(await dead_letters.letter(work, asked.number), clean=means.clean)


async def _retry(work: Work, asked: Asked, means: Means) -> str:
    return view.retried(await dead_letters.retry(work, asked.number, means.reread))


async def _discard(work: Work, asked: Asked, _: Means) -> str:
    return view.discarded(await dead_letters.discard(work, asked.number))


ACTIONS: dict[str, Callable[[Work, Asked, Means], Awaitable[str]]] = {
    "list": _list,
    "show": _show,
    "retry": _retry,
    "discard": _discard,
}
