"""`python -m bot stats`: the numbers that administrators see."""

from argparse import ArgumentParser, Namespace

from bot.features.statistics import service as stats
from bot.features.statistics import views as view
from bot.framework.i18n import texts_in
from bot.framework.subcommand import Subcommand, SubcommandDeps

LANGUAGE = "en"


async def run(deps: SubcommandDeps, arguments: Namespace) -> str:
    """The text to print. Queues are counted only if a token names the bot."""
    async with deps.unit_of_work.open() as work:
        numbers = await stats.numbers(work, deps.registry, deps.bot_id)
    return view.as_json(numbers) if arguments.json else view.as_text(texts_in(LANGUAGE), numbers)


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="one JSON object, for programs")


STATS = Subcommand("stats", "the numbers that administrators see", run, add_arguments)
