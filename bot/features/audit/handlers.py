"""Pages of the audit log."""

from bot.db.unit_of_work import Work
from bot.features.audit import service as audit
from bot.features.audit import views as view
from bot.features.audit.service import Scope
from bot.framework.context import Context
from bot.framework.i18n import Texts
from bot.framework.registry import CardPart, CardSubject


async def show_newest(context: Context) -> None:
    await show_page(context, Scope.ALL, "0", "0")


async def show_page(context: Context, scope: str, telegram_id: str, before: str) -> None:
    page = await audit.page(await context.work(), Scope(scope), int(telegram_id), int(before) or None)
    context.show(view.page(context.texts, page, context.deps.runtime_settings.settings))


async def on_card(_: Work, texts: Texts, subject: CardSubject) -> CardPart:
    return view.on_card(texts, subject)
