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
class Request:
    """What the operator asked for."""

    action: str  # a name in ACTIONS
    number: int = 0
    limit: int = 0
    as_json: bool = False
    width: int | None = None  # columns of the terminal; None if it isn't one


@dataclass(frozen=True, slots=True)
class Deps:
    """What the commands know of other rooms: how updates are read, and what must not be printed."""

    reread: Reread
    clean: Clean


async def execute(unit_of_work: UnitOfWork, request: Request, deps: Deps) -> str:
    """Do it. Raises a BotError with a sentence for the operator, and then nothing was changed."""
    async with unit_of_work.open() as work:
        return await ACTIONS[request.action](work, request, deps)


async def _list(work: Work, request: Request, deps: Deps) -> str:
    letters = await work.of(DeadLetters).newest(request.limit)
    if request.as_json:
        return view.as_json(letters, clean=deps.clean)
    return view.table(letters, total=await work.of(DeadLetters).count(), width=request.width, clean=deps.clean)


async def _show(work: Work, request: Request, deps: Deps) -> str:
    return view.details(await dead_letters.letter(work, request.number), clean=deps.clean)


async def _retry(work: Work, request: Request, deps: Deps) -> str:
    return view.retried(await dead_letters.retry(work, request.number, deps.reread))


async def _discard(work: Work, request: Request, _: Deps) -> str:
    return view.discarded(await dead_letters.discard(work, request.number))


ACTIONS: dict[str, Callable[[Work, Request, Deps], Awaitable[str]]] = {
    "list": _list,
    "show": _show,
    "retry": _retry,
    "discard": _discard,
}
