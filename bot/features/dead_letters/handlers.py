"""Dead letters in the chat: a list in pages, and one with its reason, its file, Retry and Discard."""

from telegram import Update

from bot.db.tables.audit import Action, Audit
from bot.features.dead_letters import service as dead_letters
from bot.features.dead_letters import views as view
from bot.features.dead_letters.service import Letter, NoSuchLetterError, NotRetriableError
from bot.framework.context import Context, reply
from bot.framework.i18n import texts_in
from bot.framework.screen import Screen, under_panel
from bot.messages import Document, Text


async def command(_: Update, context: Context) -> None:
    context.reply(await _page(context))


async def show_list(context: Context) -> None:
    context.show(await _page(context))


async def older(context: Context, number: str) -> None:
    context.show(await _page(context, before=int(number)))


async def show(context: Context, number: str) -> None:
    letter = await _letter(context, number)
    if letter is not None:
        context.show(view.letter(context.texts, letter, clean=context.deps.clean))


async def file(context: Context, number: str) -> None:
    letter = await _letter(context, number)
    if letter is not None:
        context.answer(view.file_coming(context.texts))
        content = view.content(letter, clean=context.deps.clean)
        name, caption = view.filename(letter), view.caption(context.texts, letter)
        context.send(Document(context.person_id, name, content, caption))


async def retry(context: Context, number: str) -> None:
    work, letter = await context.work(), await _letter(context, number)
    if letter is None:
        return
    try:
        dead_letters.check_retriable(letter)
        await dead_letters.retry(work, letter.number, context.deps.reread)
    except NotRetriableError:
        context.answer(view.not_retriable(context.texts))
        return
    except NoSuchLetterError:
        await _show_gone(context)
        return
    await _audit(context, Action.LETTER_RETRIED, letter)
    context.show(await _page(context), toast=view.retried(context.texts, letter))


async def ask_to_discard(context: Context, number: str) -> None:
    letter = await _letter(context, number)
    if letter is not None:
        context.show(view.discard_confirmation(context.texts, letter))


async def discard(context: Context, number: str) -> None:
    work, letter = await context.work(), await _letter(context, number)
    if letter is None:
        return
    try:
        await dead_letters.discard(work, letter.number)
    except NoSuchLetterError:
        await _show_gone(context)
        return
    await _audit(context, Action.LETTER_DISCARDED, letter)
    context.show(await _page(context), toast=view.discarded(context.texts, letter))


async def _page(context: Context, before: int | None = None) -> Screen:
    page = await dead_letters.page(await context.work(), context.bot_id, before)
    return under_panel(context.texts, view.page(context.texts, page, clean=context.deps.clean))


async def _letter(context: Context, number: str) -> Letter | None:
    """The one whose button was pressed; None, with the list and a sentence, where it is gone or another bot's."""
    try:
        letter = await dead_letters.letter(await context.work(), int(number))
    except NoSuchLetterError:
        letter = None
    if letter is not None and letter.bot_id == context.bot_id:
        return letter
    await _show_gone(context)
    return None


async def _show_gone(context: Context) -> None:
    context.show(await _page(context), toast=view.gone(context.texts))


async def _audit(context: Context, action: Action, letter: Letter) -> None:
    facts = {"number": letter.number, "origin": letter.origin, "kind": letter.kind}
    await (await context.work()).of(Audit).add(context.person_id, action, None, **facts)


def apology(update: Update, number: int) -> list[Text]:
    """Only whoever addressed the bot is told: in private, by a command or by a button."""
    message, chat = update.message, update.effective_chat
    commanded = message is not None and (message.text or "").startswith("/")
    addressed = commanded or update.callback_query is not None or (chat is not None and chat.type == chat.PRIVATE)
    if not addressed or update.effective_user is None:
        return []
    texts = texts_in(update.effective_user.language_code)
    apology = reply(update, Screen(texts.html("dead_letters-failed", number=str(number))))
    return [] if apology is None else [apology]
