"""/privacy, in private: what is kept and why, all of it as a file, and its erasure."""

from telegram import Update

from bot.features.admin.menu_views import shown_to
from bot.features.privacy import service as privacy
from bot.features.privacy import views as view
from bot.features.privacy.service import Erased
from bot.features.start.views import Screen
from bot.framework.context import Context
from bot.framework.i18n import texts
from bot.messages import Document


async def told(_: Update, context: Context) -> None:
    context.reply(_told(context) if context.private else view.in_private(context.words))


async def pressed(_: Update, context: Context) -> None:
    if _only_in_private(context):
        context.show(_told(context))


async def export(_: Update, context: Context) -> None:
    if not _only_in_private(context):
        return
    content = await privacy.export(await context.work(), context.person_id)
    context.answer(view.exported(context.words))
    context.say(Document(context.chat_id, view.FILE_NAME, content, view.caption(context.words)))


async def ask_to_erase(_: Update, context: Context) -> None:
    if _only_in_private(context):
        context.show(view.ask_to_erase(context.words))


async def erase(_: Update, context: Context) -> None:
    if not _only_in_private(context):
        return
    match await privacy.erase(await context.work(), context.bot_id, context.person_id):
        case Erased.NOT_YET:
            context.show(_told(context), toast=view.broadcast_under_way(context.words))
        case Erased.BUT_THE_BAN:
            _forget_commands(context)
            context.show(view.erased_but_the_ban(context.words))
        case Erased.GONE:
            _forget_commands(context)
            context.show(view.erased(context.words))


def _forget_commands(context: Context) -> None:
    """Telegram keeps a chat's own list of commands; who is erased has neither role nor language any more."""
    user, person = context.incoming.effective_user, context.person
    assert user is not None
    if context.administers or (person is not None and person.language is not None):
        owner = user.id in context.owners
        context.say(shown_to(texts(user.language_code), user.id, administrator=owner, chosen=False))


def _told(context: Context) -> Screen:
    return view.told(context.words, context.rules.retention_days)


def _only_in_private(context: Context) -> bool:
    """Whether it is; the press is answered if it isn't."""
    if not context.private:
        context.answer(view.in_private_toast(context.words))
    return context.private
