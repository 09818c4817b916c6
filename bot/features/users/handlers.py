"""People, for administrators: counts, search, cards, roles, notes, letters."""

from typing import Any

from telegram import Message

from bot.db.tables.audit import Audit
from bot.db.tables.prompts import Questions
from bot.features.admin.chat_menus import of_chat
from bot.features.admin.handlers import REFUSED, actor, why_not
from bot.features.audit.service import Action
from bot.features.bans.repository import Sanctions
from bot.features.privacy import service as privacy
from bot.features.start.views import Screen
from bot.features.users import service as profiles
from bot.features.users import views as view
from bot.features.users.repository import Profiles
from bot.features.users.service import Act, NotAllowedError, NotNowError
from bot.framework.context import Context
from bot.framework.permissions import Role
from bot.messages import Document

SEARCH, LETTER, NOTE = "people-search", "people-letter", "people-note"
"""What is asked."""


async def show_people(context: Context) -> None:
    work = await context.work()
    context.show(view.panel(context.words, await work.of(Profiles).counts()))


async def search(context: Context) -> None:
    await ask(context, SEARCH)
    context.show(view.searching(context.words))


async def show_found(context: Context, before: str) -> None:
    """Another page of what the message shows."""
    query = _searched(context)
    if query is None:
        context.answer(view.over(context.words))
        return
    found = await profiles.search(await context.work(), query, int(before) or None)
    context.show(view.found(context.words, query, found, first=before == "0"))


async def show_card(context: Context, number: str) -> None:
    context.show(await card(context, int(number)))


async def promote(context: Context, number: str) -> None:
    await _give_role(context, int(number), Act.PROMOTE)


async def demote(context: Context, number: str) -> None:
    await _give_role(context, int(number), Act.DEMOTE)


async def ask_letter(context: Context, number: str) -> None:
    profile = await acted_on(context, int(number), Act.WRITE)
    if profile is not None and not profile.reachable:
        context.answer(view.unreachable(context.words))
    elif profile is not None:
        await ask(context, LETTER, person=profile.telegram_id)
        context.show(view.asked_letter(context.words, profile))


async def show_notes(context: Context, number: str) -> None:
    context.show(await notes(context, int(number)))


async def ask_note(context: Context, number: str) -> None:
    profile = await acted_on(context, int(number), Act.NOTE)
    if profile is not None:
        await ask(context, NOTE, person=profile.telegram_id)
        context.show(view.asked_note(context.words, profile))


async def export(context: Context, number: str) -> None:
    """All that is held about a person, as they get it themselves."""
    profile = await acted_on(context, int(number), Act.EXPORT)
    if profile is None:
        return
    work = await context.work()
    content = await privacy.export(work, profile.telegram_id)
    await work.of(Audit).add(context.person_id, Action.EXPORT, profile.telegram_id)
    context.answer()
    context.say(Document(context.person_id, view.file_name(profile), content, view.exported(context.words, profile)))


async def card(context: Context, telegram_id: int) -> Screen:
    """A person's card as it is now. Raises NobodyError."""
    found = await profiles.card(await context.work(), actor(context), telegram_id)
    return view.card(context.words, found)


async def notes(context: Context, telegram_id: int) -> Screen:
    """Raises NobodyError."""
    work = await context.work()
    found = await profiles.card(work, actor(context), telegram_id)
    remarks = await work.of(Sanctions).notes(telegram_id)
    authors = await work.of(Profiles).names({one.author_id for one in remarks if one.author_id is not None})
    return view.notes(context.words, found, remarks, authors)


async def acted_on(context: Context, telegram_id: int, act: Act) -> profiles.Profile | None:
    """The person, if whoever pressed may do that now; else their card is shown, with why not. Raises NobodyError."""
    try:
        return await profiles.to_act_on(await context.work(), actor(context), telegram_id, act)
    except REFUSED as error:
        await refuse(context, telegram_id, error)
        return None


async def refuse(context: Context, telegram_id: int, error: NotAllowedError | NotNowError) -> None:
    context.show(await card(context, telegram_id), toast=why_not(context, error))


async def ask(context: Context, what: str, **details: Any) -> None:
    work = await context.work()
    await work.of(Questions).ask(context.person_id, context.person_id, what, **details)


async def _give_role(context: Context, telegram_id: int, act: Act) -> None:
    try:
        await profiles.give_role(await context.work(), actor(context), telegram_id, act)
    except REFUSED as error:
        await refuse(context, telegram_id, error)
    else:
        found = await profiles.card(await context.work(), actor(context), telegram_id)
        if found.profile.private_since is not None:  # otherwise Telegram knows no chat whose list could be set
            one, administrator = found.profile, found.role is not Role.USER
            context.say(of_chat(telegram_id, one.language, one.language_code, administrator=administrator))
        context.show(view.below(view.role_given(context.words, act), view.card(context.words, found)))


def _searched(context: Context) -> str | None:
    """What the message's own text says was searched for; "" if nothing was; None where it can't be read any more."""
    query = context.incoming.callback_query
    message = query.message if query is not None else None
    if not isinstance(message, Message):
        return None
    return next(iter(message.parse_entities(["code"]).values()), "")
