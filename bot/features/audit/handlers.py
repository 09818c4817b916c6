"""Who did what to whom, for administrators."""

from bot.features.audit import service as audit
from bot.features.audit import views as view
from bot.features.audit.service import Of
from bot.framework.context import Context


async def show_newest(context: Context) -> None:
    await show_page(context, Of.ALL, "0", "0")


async def show_page(context: Context, of: str, telegram_id: str, before: str) -> None:
    page = await audit.page(await context.work(), Of(of), int(telegram_id), int(before) or None)
    context.show(view.page(context.words, page))
