"""Drafts of broadcasts, from the first message to the button that sends them."""

from telegram import Update
from telegram.ext import filters

from bot.features.broadcasts import audience as audiences
from bot.features.broadcasts import authors
from bot.features.broadcasts import progress_views as reports
from bot.features.broadcasts import service as broadcasts
from bot.features.broadcasts import views as view
from bot.features.broadcasts.buttons import version
from bot.features.broadcasts.composing import NotBroadcastableError, composed
from bot.features.broadcasts.repository.broadcasts import DRAFTS, Broadcast, Broadcasts, State
from bot.features.broadcasts.service import AnothersDraftError, ChangedMeanwhileError, NothingComposedError
from bot.framework.context import Context
from bot.framework.route import ButtonAction
from bot.framework.screen import Screen, under_panel

MOST_LISTED = 10


async def pressed(action: ButtonAction, context: Context, *groups: str) -> None:
    """Run a button's action. If it is no longer possible, say why and show the present state."""
    try:
        await action(context, *groups)
    except AnothersDraftError:
        context.answer(view.not_yours(context.texts))
    except NothingComposedError as error:
        context.show(await screen(context, error.now), toast=view.nothing_composed(context.texts))
    except ChangedMeanwhileError as error:
        if error.now is None:
            context.answer(view.gone(context.texts))
        else:
            context.show(await screen(context, error.now), toast=view.changed(context.texts))


async def panel(_: Update, context: Context) -> None:
    context.reply(await _panel(context))


async def show_list(context: Context) -> None:
    await _leave(context)
    context.show(await _panel(context))


async def show_waiting(context: Context) -> None:
    await _leave(context)
    work = await context.work()
    waiting = await work.of(Broadcasts).scheduled(context.bot_id, MOST_LISTED)
    context.show(view.waiting(context.texts, waiting))


async def new(context: Context) -> None:
    await _leave(context)
    work = await context.work()
    left = await broadcasts.draft_left(work, context.bot_id, context.person_id)
    if left is not None:
        context.show(await screen(context, left), toast=view.draft_left(context.texts))
        return
    draft = await broadcasts.begin_draft(work, context.bot_id, context.person_id, context.texts.language)
    context.show(view.composing(context.texts, draft))


async def show(context: Context, number: str) -> None:
    await _leave(context)
    found = await broadcasts.found(await context.work(), context.bot_id, int(number))
    context.show(await screen(context, await take(context, found)))


async def collect(update: Update, context: Context) -> None:
    """Add a message to the administrator's open draft. Without a draft it is an ordinary message."""
    assert update.message is not None
    work = await context.work()
    try:
        collected = await broadcasts.collect(work, context.bot_id, context.person_id, update.message.to_dict())
    except NotBroadcastableError as error:
        context.reply(view.refused(context.texts, error.why))
        return
    if collected is not None:
        draft, losses = collected
        if losses or not _goes_on_an_album(draft):
            context.reply(view.added(context.texts, draft, losses))
    elif not filters.StatusUpdate.ALL.check_update(update):
        context.not_understood()


async def preview(context: Context, number: str) -> None:
    """Show the preview, made by the code that sends the broadcast, and the settings below it."""
    work, draft = await context.work(), await _draft(context, number)
    draft = await broadcasts.preview(work, context.bot_id, draft.number)
    people = await audiences.people(work, draft, await context.administrators())
    context.show(view.preview(context.texts, draft))
    for message in composed(draft.content, context.person_id, view.refused_by_telegram(context.texts)):
        context.send(message)
    context.reply(view.settings(context.texts, draft, people))


async def compose_on(context: Context, number: str) -> None:
    work, draft = await context.work(), await _draft(context, number)
    draft = await broadcasts.compose_on(work, context.bot_id, draft.number)
    context.show(view.composing(context.texts, draft))


async def start_over(context: Context, number: str) -> None:
    work, draft = await context.work(), await _draft(context, number)
    draft = await broadcasts.start_over(work, context.bot_id, draft.number)
    context.show(view.composing(context.texts, draft))


async def discard(context: Context, number: str) -> None:
    work, draft = await context.work(), await _draft(context, number)
    await broadcasts.discard(work, context.bot_id, draft.number)
    context.show(await _panel(context), toast=view.discarded(context.texts))


async def ask_to_send(context: Context, number: str) -> None:
    work, draft = await context.work(), await sendable(context, number)
    people = await audiences.people(work, draft, await context.administrators())
    if people:
        context.show(view.confirmation(context.texts, draft, people))
    else:
        context.show(await screen(context, draft), toast=view.nobody(context.texts))


async def send(context: Context, number: str, confirmed: str) -> None:
    work, draft = await context.work(), await sendable(context, number)
    if version(draft) != confirmed:
        raise ChangedMeanwhileError(draft)
    if not await audiences.anybody(work, draft, await context.administrators()):
        context.show(await screen(context, draft), toast=view.nobody(context.texts))
        return
    begun = await broadcasts.send_now(work, context.bot_id, context.person_id, draft.number)
    context.show(reports.progress(await take(context, begun), None, context.texts))


async def unschedule(context: Context, number: str) -> None:
    work = await context.work()
    draft = await broadcasts.unschedule(work, context.bot_id, context.person_id, int(number))
    context.show(await screen(context, draft))


async def screen(context: Context, broadcast: Broadcast) -> Screen:
    """The screen for a broadcast's present state. An empty draft is open for messages from now on."""
    if broadcast.state in DRAFTS and broadcast.author_id != context.person_id:
        return view.anothers_draft(context.texts, broadcast)
    if broadcast.state is State.PREVIEWED and not broadcast.composed:
        broadcast = await broadcasts.compose_on(await context.work(), context.bot_id, broadcast.number)
    if broadcast.state is State.COMPOSING:
        return view.composing(context.texts, broadcast)
    if broadcast.state not in broadcasts.SENDABLE:
        return reports.standing(broadcast, context.texts)
    people = await audiences.people(await context.work(), broadcast, await context.administrators())
    shown = view.settings if broadcast.state is State.PREVIEWED else view.scheduled
    return shown(context.texts, broadcast, people)


async def sendable(context: Context, number: str) -> Broadcast:
    """A broadcast that this administrator can send or schedule. Raises as `in_state`, and NothingComposedError."""
    broadcast = await in_state(context, number, broadcasts.SENDABLE)
    if not broadcast.composed:
        raise NothingComposedError(broadcast)
    return broadcast


async def in_state(context: Context, number: str, when: tuple[State, ...]) -> Broadcast:
    """A broadcast in one of these states that this administrator may change. Raises ChangedMeanwhileError otherwise."""
    work = await context.work()
    broadcast = await broadcasts.own(work, context.bot_id, int(number), context.person_id)
    if broadcast.state not in when:
        raise ChangedMeanwhileError(broadcast)
    return broadcast


async def _leave(context: Context) -> None:
    """Show something else in this message: it shows no broadcast's progress from now on."""
    if context.pressed_message_id is not None:
        await authors.release_panel(await context.work(), context.bot_id, context.person_id, context.pressed_message_id)


async def take(context: Context, broadcast: Broadcast) -> Broadcast:
    """Let this message show the broadcast's progress, if it can."""
    if context.pressed_message_id is None:
        return broadcast
    return await authors.take_panel(await context.work(), broadcast, context.person_id, context.pressed_message_id)


async def _panel(context: Context) -> Screen:
    work = await context.work()
    newest = await work.of(Broadcasts).newest(context.bot_id, MOST_LISTED)
    return under_panel(context.texts, view.panel(context.texts, newest))


async def _draft(context: Context, number: str) -> Broadcast:
    return await in_state(context, number, DRAFTS)


def _goes_on_an_album(draft: Broadcast) -> bool:
    """Return whether the last message is a later item of an album: the first one was answered for all."""
    last = draft.content["pieces"][-1]
    return "album" in last and len(last["parameters"]["media"]) > 1
