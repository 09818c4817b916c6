"""Who did what to whom, for administrators."""

from bot.handlers.context import Context
from bot.services import audit
from bot.services.audit import Of
from bot.views import audit as view


async def show_newest(context: Context) -> None:
    await show_page(context, Of.ALL, "0", "0")


async def show_page(context: Context, of: str, telegram_id: str, before: str) -> None:
    page = await audit.page(await context.work(), Of(of), int(telegram_id), int(before) or None)
    context.show(view.page(context.words, page))
