"""Dead letters in the chat: pages of a list, and one letter with its reason, its file, Retry and Discard."""

from collections.abc import Awaitable, Callable
from functools import partial

from telegram import Update

from bot.db.tables.audit import Action, Audit
from bot.db.tables.dead_letters import Letter
from bot.features.dead_letters import service as dead_letters
from bot.features.dead_letters import views as view
from bot.features.dead_letters.service import NoSuchLetterError, NotRetriableError
from bot.framework.context import Context
from bot.framework.i18n import texts_in
from bot.framework.replies import Destination
from bot.framework.route import Route, button
from bot.framework.screen import NUMBER, Screen, under_panel
from bot.messages import Text

LetterAction = Callable[[Context, Letter], Awaitable[None]]


def letter_button(action: LetterAction, name: str) -> Route:
    """A button about a dead letter. If the letter is gone, the list is shown instead."""
    return button(view.LETTERS, partial(_pressed, action), name, NUMBER)


async def _pressed(action: LetterAction, context: Context, number: str) -> None:
    try:
        letter = await dead_letters.letter(await context.work(), int(number), context.bot_id)
        await action(context, letter)
    except NoSuchLetterError:
        context.show(await _page(context), toast=context.texts.plain("dead_letters-gone"))


async def command(_: Update, context: Context) -> None:
    context.reply(await _page(context))


async def show_list(context: Context) -> None:
    context.show(await _page(context))


async def older(context: Context, number: str) -> None:
    context.show(await _page(context, before=int(number)))


async def show(context: Context, letter: Letter) -> None:
    context.show(view.letter(context.texts, letter, clean=context.deps.clean))


async def file(context: Context, letter: Letter) -> None:
    context.answer(context.texts.plain("dead_letters-file-coming"))
    context.send(view.document(context.texts, context.person_id, letter, clean=context.deps.clean))


async def retry(context: Context, letter: Letter) -> None:
    try:
        dead_letters.check_retriable(letter)
        await dead_letters.retry(await context.work(), letter.number, context.deps.reread)
    except NotRetriableError:
        context.answer(context.texts.plain("dead_letters-not-retriable"))
        return
    await _audit(context, Action.LETTER_RETRIED, letter)
    context.show(await _page(context), toast=context.texts.plain("dead_letters-retried", number=str(letter.number)))


async def ask_to_discard(context: Context, letter: Letter) -> None:
    context.show(view.discard_confirmation(context.texts, letter))


async def discard(context: Context, letter: Letter) -> None:
    await dead_letters.discard(await context.work(), letter.number)
    await _audit(context, Action.LETTER_DISCARDED, letter)
    context.show(await _page(context), toast=context.texts.plain("dead_letters-discarded", number=str(letter.number)))


async def _page(context: Context, before: int | None = None) -> Screen:
    page = await dead_letters.page(await context.work(), context.bot_id, before)
    return under_panel(context.texts, view.page(context.texts, page, clean=context.deps.clean))


async def _audit(context: Context, action: Action, letter: Letter) -> None:
    facts = {"number": letter.number, "origin": letter.origin, "kind": letter.kind}
    await (await context.work()).of(Audit).add(context.person_id, action, None, **facts)


def apology(update: Update, number: int) -> list[Text]:
    """The answer to a user who addressed the bot in private, by a command or by a button."""
    message, chat = update.message, update.effective_chat
    commanded = message is not None and (message.text or "").startswith("/")
    addressed = commanded or update.callback_query is not None or (chat is not None and chat.type == chat.PRIVATE)
    if not addressed or update.effective_user is None:
        return []
    texts, to = texts_in(update.effective_user.language_code), Destination.of(update)
    return [] if to is None else [to.text(Screen(texts.html("dead_letters-failed", number=str(number))))]
