"""/privacy, in private: what is kept and why, all of it as a file, and its erasure."""

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
    context.reply(_overview(context) if context.private else view.in_private(context.texts))


async def show(context: Context) -> None:
    context.show(_overview(context))


async def send_export(context: Context) -> None:
    content = await service.export(await context.work(), context.deps.registry, context.person_id)
    context.answer(view.exported(context.texts))
    context.send(Document(context.chat_id, view.FILE_NAME, content, view.caption(context.texts)))


async def ask_to_erase(context: Context) -> None:
    context.show(view.ask_to_erase(context.texts))


async def erase(context: Context) -> None:
    work, registry = await context.work(), context.deps.registry
    match await service.erase(work, registry, context.bot_id, context.person_id):
        case ErasureOutcome.POSTPONED:
            context.show(_overview(context), toast=view.broadcast_under_way(context.texts))
        case ErasureOutcome.EXCEPT_BAN:
            _forget_commands(context)
            context.show(view.erased_except_ban(context.texts))
        case ErasureOutcome.GONE:
            _forget_commands(context)
            context.show(view.erased(context.texts))


def _forget_commands(context: Context) -> None:
    """Telegram keeps a chat's own list of commands; who is erased has neither role nor language any more."""
    user, person = context.incoming.effective_user, context.person
    assert user is not None
    if context.administers or (person is not None and person.language is not None):
        owner = user.id in context.owners
        commands, texts = context.deps.registry.commands, texts_in(user.language_code)
        context.send(command_menu.menu(commands, texts, user.id, administrator=owner, chosen=False))


def _overview(context: Context) -> Screen:
    return view.overview(context.texts, context.deps.retention_days)
