"""People, for administrators: counts, search, cards, roles, notes, letters."""

from functools import partial

from telegram import Message

from bot.db.tables.audit import Action, Audit
from bot.features import privacy
from bot.features.users import service as profiles
from bot.features.users import views as view
from bot.features.users.repository import Notes, Profiles
from bot.features.users.service import Actor, Card, NotAllowedError, NotPossibleError, UnknownUserError, UserAction
from bot.framework.command_menu import menu_of
from bot.framework.context import Context
from bot.framework.permissions import Role
from bot.framework.prompts import ask
from bot.framework.registry import CardSubject
from bot.framework.route import ButtonAction, Route, button
from bot.framework.screen import CallbackData, Screen, headed
from bot.messages import Document

SEARCH, LETTER, NOTE = "people-search", "people-letter", "people-note"
"""Prompts."""
DENIED = (NotAllowedError, NotPossibleError)
"""Answered with a sentence and the card as it is now."""


def user_button(data: CallbackData, action: ButtonAction, *patterns: str) -> Route:
    """A button that does something about a user."""
    return button(data, partial(_pressed, action), *patterns)


async def _pressed(action: ButtonAction, context: Context, *groups: str) -> None:
    try:
        await action(context, *groups)
    except UnknownUserError:
        context.answer(view.unknown_user(context.texts))


def actor(context: Context) -> Actor:
    """Whoever acts in this update."""
    return Actor(context.person_id, context.owners, context.deps.registry)


def denial(context: Context, error: Exception) -> str:
    return view.not_allowed(context.texts) if isinstance(error, NotAllowedError) else view.changed(context.texts)


async def show_people(context: Context) -> None:
    work = await context.work()
    context.show(view.panel(context.texts, await work.of(Profiles).counts(), context.deps.registry.users_panel))


async def search(context: Context) -> None:
    await ask(context, SEARCH)
    context.show(view.search_prompt(context.texts))


async def show_found(context: Context, before: str) -> None:
    """Another page of what the message shows."""
    query = _query_of_message(context)
    if query is None:
        context.answer(view.over(context.texts))
        return
    found = await profiles.search(await context.work(), query, int(before) or None)
    context.show(view.found(context.texts, query, found, first=before == "0"))


async def show_card(context: Context, number: str) -> None:
    context.show(await card(context, int(number)))


async def promote(context: Context, number: str) -> None:
    await _give_role(context, int(number), UserAction.PROMOTE)


async def demote(context: Context, number: str) -> None:
    await _give_role(context, int(number), UserAction.DEMOTE)


async def ask_letter(context: Context, number: str) -> None:
    profile = await user_to_act_on(context, int(number), UserAction.WRITE)
    if profile is not None and not profile.reachable:
        context.answer(view.unreachable(context.texts))
    elif profile is not None:
        await ask(context, LETTER, person=profile.telegram_id)
        context.show(view.letter_prompt(context.texts, profile))


async def show_notes(context: Context, number: str) -> None:
    context.show(await notes(context, int(number)))


async def ask_note(context: Context, number: str) -> None:
    profile = await user_to_act_on(context, int(number), UserAction.NOTE)
    if profile is not None:
        await ask(context, NOTE, person=profile.telegram_id)
        context.show(view.note_prompt(context.texts, profile))


async def export(context: Context, number: str) -> None:
    """All that is held about a person, as they get it themselves."""
    profile = await user_to_act_on(context, int(number), UserAction.EXPORT)
    if profile is None:
        return
    work = await context.work()
    content = await privacy.export(work, context.deps.registry, profile.telegram_id)
    await work.of(Audit).add(context.person_id, Action.EXPORT, profile.telegram_id)
    context.answer()
    context.send(Document(context.person_id, view.file_name(profile), content, view.exported(context.texts, profile)))


async def card(context: Context, telegram_id: int) -> Screen:
    """A person's card as it is now. Raises NobodyError."""
    return await _card(context, await profiles.card(await context.work(), actor(context), telegram_id))


async def notes(context: Context, telegram_id: int) -> Screen:
    """Raises NobodyError."""
    work = await context.work()
    found = await profiles.card(work, actor(context), telegram_id)
    written = await work.of(Notes).of(telegram_id)
    authors = await work.of(Profiles).names({one.author_id for one in written if one.author_id is not None})
    return view.notes(context.texts, found, written, authors)


async def user_to_act_on(context: Context, telegram_id: int, action: UserAction) -> profiles.Profile | None:
    """The person, if whoever pressed may do that now; else their card is shown, with why not. Raises NobodyError."""
    try:
        return await profiles.lock_for(await context.work(), actor(context), telegram_id, action)
    except DENIED as error:
        await deny(context, telegram_id, error)
        return None


async def deny(context: Context, telegram_id: int, error: NotAllowedError | NotPossibleError) -> None:
    context.show(await card(context, telegram_id), toast=denial(context, error))


async def _give_role(context: Context, telegram_id: int, action: UserAction) -> None:
    try:
        await profiles.give_role(await context.work(), actor(context), telegram_id, action)
    except DENIED as error:
        await deny(context, telegram_id, error)
    else:
        found = await profiles.card(await context.work(), actor(context), telegram_id)
        if found.profile.private_since is not None:  # otherwise Telegram knows no chat whose list could be set
            one, administrator = found.profile, found.role is not Role.USER
            commands, theirs = context.deps.registry.commands, (one.language, one.language_code)
            context.send(menu_of(commands, telegram_id, *theirs, administrator=administrator))
        context.show(headed(view.role_given(context.texts, action), await _card(context, found)))


def _query_of_message(context: Context) -> str | None:
    """What the message's own text says was searched for; "" if nothing was; None where it can't be read any more."""
    query = context.incoming.callback_query
    message = query.message if query is not None else None
    if not isinstance(message, Message):
        return None
    return next(iter(message.parse_entities(["code"]).values()), "")


async def _card(context: Context, found: Card) -> Screen:
    """With what every feature adds to it."""
    work = await context.work()
    subject = CardSubject(found.profile.telegram_id, found.role, found.profile.banned)
    parts = [await part(work, context.texts, subject) for part in context.deps.registry.user_card]
    return view.card(context.texts, found, parts)
