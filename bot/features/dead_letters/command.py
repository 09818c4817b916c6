"""`python -m bot dead-letters`: each command is one unit of work and returns the text to print."""

from dataclasses import dataclass

from bot.db.tables.dead_letters import DeadLetters
from bot.db.unit_of_work import UnitOfWork
from bot.features.dead_letters import service as dead_letters
from bot.features.dead_letters import terminal_views as view
from bot.features.dead_letters.service import Reread
from bot.features.dead_letters.terminal_views import Clean


@dataclass(frozen=True, slots=True)
class Request:
    """The operator's command."""

    action: str  # "list", "show", "retry" or "discard"
    number: int = 0
    limit: int = 0
    as_json: bool = False
    width: int | None = None  # columns of the terminal; None if it isn't one


async def execute(unit_of_work: UnitOfWork, request: Request, *, reread: Reread, clean: Clean) -> str:
    """Run a command. Raises a BotError with a sentence for the operator, and then nothing has changed."""
    async with unit_of_work.open() as work:
        match request.action:
            case "show":
                return view.details(await dead_letters.letter(work, request.number), clean=clean)
            case "retry":
                return view.retried(await dead_letters.retry(work, request.number, reread))
            case "discard":
                return view.discarded(await dead_letters.discard(work, request.number))
        letters = await work.of(DeadLetters).newest(request.limit)
        if request.as_json:
            return view.as_json(letters, clean=clean)
        return view.table(letters, total=await work.of(DeadLetters).count(), width=request.width, clean=clean)
