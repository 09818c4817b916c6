"""/privacy, in private: what is kept and why, an export as a file, and erasure."""

from telegram import Update

from bot.features.privacy import service
from bot.features.privacy import views as view
from bot.features.privacy.service import ErasureOutcome
from bot.framework import command_menu
from bot.framework.context import Context
from bot.framework.i18n import texts_in
from bot.framework.screen import Screen
from bot.messages import Document


async def privacy(_: Update, context: Context) -> None:
    context.reply(_overview(context) if context.private else Screen(context.texts.html("privacy-in-private")))


async def show(context: Context) -> None:
    context.show(_overview(context))


async def send_export(context: Context) -> None:
    content = await service.export(await context.work(), context.deps.registry, context.person_id)
    context.answer(context.texts.plain("privacy-exported"))
    caption = context.texts.plain("privacy-caption")
    context.send(Document(context.chat_id, "my-data.json", content, caption))


async def ask_to_erase(context: Context) -> None:
    context.show(view.ask_to_erase(context.texts))


async def erase(context: Context) -> None:
    work, registry = await context.work(), context.deps.registry
    outcome = await service.erase(work, registry, context.bot_id, context.person_id)
    if outcome is ErasureOutcome.POSTPONED:
        context.show(_overview(context), toast=context.texts.plain("privacy-broadcast-under-way"))
        return
    _forget_commands(context)
    key = "privacy-erased" if outcome is ErasureOutcome.GONE else "privacy-erased-but-the-ban"
    context.show(Screen(context.texts.html(key)))


def _forget_commands(context: Context) -> None:
    """Reset the chat's menu, which Telegram keeps: an erased user has neither a role nor a language."""
    user, person = context.incoming.effective_user, context.person
    assert user is not None
    if context.administers or (person is not None and person.language is not None):
        owner = user.id in context.owners
        commands, texts = context.deps.registry.commands, texts_in(user.language_code)
        context.send(command_menu.menu(commands, texts, user.id, administrator=owner, chosen=False))


def _overview(context: Context) -> Screen:
    return view.overview(context.texts, context.deps.retention_days)
