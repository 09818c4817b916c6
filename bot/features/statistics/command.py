"""`python -m bot stats`: the numbers that administrators see."""

from bot.db.unit_of_work import UnitOfWork
from bot.features.statistics import service as stats
from bot.features.statistics import views as view
from bot.framework.i18n import texts_in

LANGUAGE = "en"


async def answer(unit_of_work: UnitOfWork, bot_id: int | None, *, as_json: bool) -> str:
    """The text to print. Queues are counted only if the bot is known."""
    async with unit_of_work.open() as work:
        numbers = await stats.numbers(work, bot_id)
    return view.as_json(numbers) if as_json else view.as_text(texts_in(LANGUAGE), numbers)
