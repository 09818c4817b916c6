"""`python -m bot dead-letters`: each action is one unit of work and returns the text to print."""

import re
from argparse import ArgumentParser, ArgumentTypeError, Namespace

from bot.db.tables.dead_letters import DeadLetters
from bot.features.dead_letters import service as dead_letters
from bot.features.dead_letters import terminal_views as view
from bot.framework.subcommand import Subcommand, SubcommandDeps


async def run(deps: SubcommandDeps, arguments: Namespace) -> str:
    """Run an action. Raises a BotError with a sentence for the operator, and then nothing has changed."""
    async with deps.unit_of_work.open() as work:
        match arguments.action:
            case "show":
                return view.details(await dead_letters.letter(work, arguments.number), clean=deps.clean)
            case "retry":
                return view.retried(await dead_letters.retry(work, arguments.number, deps.reread))
            case "discard":
                return view.discarded(await dead_letters.discard(work, arguments.number))
        letters = await work.of(DeadLetters).newest(arguments.limit)
        if arguments.json:
            return view.as_json(letters, clean=deps.clean)
        total = await work.of(DeadLetters).count()
        return view.table(letters, total=total, width=deps.width, clean=deps.clean)


def add_arguments(parser: ArgumentParser) -> None:
    actions = parser.add_subparsers(dest="action", metavar="action", required=True)
    listing = actions.add_parser("list", help="the newest, a line each")
    listing.add_argument("--limit", type=_count, default=50, help="how many at the most (default: 50)")
    listing.add_argument("--json", action="store_true", help="one JSON array, for programs")
    helps = {"show": "everything about one", "retry": "have it handled, or sent, once more", "discard": "delete it"}
    for action, text in helps.items():
        actions.add_parser(action, help=text).add_argument("number", type=_number, help="as `list` tells it")


def _count(written: str) -> int:
    if not re.fullmatch(r"0*[1-9]\d{0,8}", written, re.ASCII):
        raise ArgumentTypeError(f"expected a whole number from 1, not {written!r}")
    return int(written)


def _number(written: str) -> int:
    if not re.fullmatch(r"\d{1,30}", written, re.ASCII):
        raise ArgumentTypeError(f"expected the number of a dead letter, not {written!r}")
    return int(written)


DEAD_LETTERS = Subcommand("dead-letters", "what could not be read, handled or sent", run, add_arguments)
