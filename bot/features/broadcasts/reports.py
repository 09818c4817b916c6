"""What is done about a broadcast that is on its way or has ended."""

from collections.abc import Awaitable, Callable

from bot.features.broadcasts import report_views as view
from bot.features.broadcasts import service as broadcasts
from bot.features.broadcasts.handlers import in_state, screen, take
from bot.features.broadcasts.service import CAN_BE_DELETED, Broadcast
from bot.framework.context import Context


async def pause(context: Context, number: str) -> None:
    await _stirred(context, number, broadcasts.pause)


async def go_on(context: Context, number: str) -> None:
    await _stirred(context, number, broadcasts.go_on)


async def cancel(context: Context, number: str) -> None:
    await _stirred(context, number, broadcasts.cancel)


async def failures(context: Context, number: str) -> None:
    missed = await broadcasts.failures(await context.work(), context.bot_id, int(number))
    if not missed:
        context.answer(view.no_failures(context.words))
        return
    context.answer(view.failures_coming(context.words))
    context.say(view.failures(context.words, context.person_id, int(number), missed))


async def ask_to_delete(context: Context, number: str) -> None:
    ended = await _deletable(context, number)
    if ended is not None:
        context.show(view.delete_confirmation(context.words, ended))


async def delete(context: Context, number: str) -> None:
    ended = await _deletable(context, number)
    if ended is not None:
        deleting = await broadcasts.delete_messages(
            await context.work(), context.bot_id, context.person_id, ended.number
        )
        taken = await take(context, deleting)
        context.show(view.standing(taken, context.words))
        _show_author(context, taken)


async def _stirred(context: Context, number: str, how: Callable[..., Awaitable[Broadcast]]) -> None:
    changed = await how(await context.work(), context.bot_id, context.person_id, int(number))
    context.show(await screen(context, changed))
    _show_author(context, changed)


def _show_author(context: Context, changed: Broadcast) -> None:
    """Show it in the author's own message, too, where this was done from another: there may be no sender to do it."""
    edit = view.to_author(context.owners, changed)
    if edit is not None and (edit.chat_id, edit.message_id) != (context.chat_id, context.shown_id):
        context.say(edit)


async def _deletable(context: Context, number: str) -> Broadcast | None:
    """One whose messages Telegram still lets the bot delete; None, with an answer, where it doesn't."""
    ended = await in_state(context, number, CAN_BE_DELETED)
    if broadcasts.deletable(ended):
        return ended
    context.show(view.report(ended, context.words), toast=view.too_late_to_delete(context.words))
    return None
