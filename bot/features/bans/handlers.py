"""Bans, for administrators: how long, told or not, why; the end of one; and lists of people."""

import secrets

from bot.db.tables.prompts import Questions
from bot.features.admin.chat_menus import with_ban
from bot.features.admin.handlers import REFUSED, actor
from bot.features.bans import service as sanctions
from bot.features.bans import views as view
from bot.features.bans.service import MOST_AT_ONCE, How
from bot.features.users import service as profiles
from bot.features.users import views as people_view
from bot.features.users.answers import Details, Next, banned, tell
from bot.features.users.handlers import acted_on, ask, card, refuse
from bot.features.users.repository import Profiles
from bot.features.users.service import Act
from bot.framework.context import Context

REASON, LIST = "people-ban-reason", "people-list"
"""What is asked."""


async def choose_term(context: Context, number: str) -> None:
    profile = await acted_on(context, int(number), Act.BAN)
    if profile is not None:
        found = await profiles.card(await context.work(), actor(context), profile.telegram_id)
        context.show(view.choose_term(context.words, found))


async def choose_silence(context: Context, number: str, term: str) -> None:
    profile = await acted_on(context, int(number), Act.BAN)
    if profile is not None:
        context.show(view.choose_silence(context.words, profile, term))


async def ask_reason(context: Context, number: str, term: str, told: str) -> None:
    profile = await acted_on(context, int(number), Act.BAN)
    if profile is not None:
        silent = told == view.SILENT
        await ask(context, REASON, person=profile.telegram_id, term=term, silent=silent)
        context.show(view.asked_reason(context.words, profile, term, silent=silent))


async def ban_without_reason(context: Context, number: str, term: str, told: str) -> None:
    """The button under the question, which has to be the one that is open."""
    asked = await _asked(context, REASON)
    if asked != {"person": int(number), "term": term, "silent": told == view.SILENT}:
        context.show(await card(context, int(number)), toast=people_view.over(context.words))
        return
    await _end_question(context)
    try:
        context.show(await banned(context, int(number), How(asked["term"], asked["silent"])))
    except REFUSED as error:
        await refuse(context, int(number), error)


async def unban(context: Context, number: str) -> None:
    try:
        profile = await sanctions.unban(await context.work(), actor(context), int(number))
    except REFUSED as error:
        await refuse(context, int(number), error)
    else:
        for commands in with_ban(profile, context.owners, banned=False):
            context.say(commands)
        context.show(people_view.below(view.unbanned(context.words), await card(context, int(number))))


async def ask_list(context: Context) -> None:
    await ask(context, LIST)
    context.show(view.asked_list(context.words))


async def listed(context: Context, _: Details, text: str) -> Next:
    """Show what a list comes to. The question stays open: it keeps the list, and another takes this one's place."""
    lines, reason = sanctions.read_list(text)
    if len(lines) > MOST_AT_ONCE:
        return Next(view.too_many(context.words), asks_on=True)
    found = await sanctions.look_up(await context.work(), actor(context), lines)
    token = secrets.token_hex(view.TOKEN_BYTES)
    await ask(context, LIST, token=token, people=[one.telegram_id for one in found.bannable], reason=reason)
    return Next(view.preview(context.words, found, reason, token), asks_on=True)


async def confirm_list(context: Context, token: str, term: str) -> None:
    asked = await _list(context, token)
    if asked is not None:
        first = asked["people"][: view.MOST_NAMED + 1]
        known = await (await context.work()).of(Profiles).names(first)
        named = [known[telegram_id] for telegram_id in first if telegram_id in known]
        context.show(view.confirm(context.words, named, len(asked["people"]), token, term))


async def ban_list(context: Context, token: str, term: str, told: str) -> None:
    asked = await _list(context, token)
    if asked is None:
        return
    await _end_question(context)
    how = How(term, told == view.SILENT, asked["reason"])
    done = await sanctions.ban_all(await context.work(), actor(context), asked["people"], how)
    for profile, to_tell in done:
        tell(context, profile, to_tell)
    context.show(view.bulk_done(context.words, len(done)))


async def _asked(context: Context, what: str) -> Details | None:
    work = await context.work()
    question = await work.of(Questions).being_asked(context.person_id, context.person_id)
    return question.details if question is not None and question.what == what else None


async def _end_question(context: Context) -> None:
    await (await context.work()).of(Questions).answered(context.person_id, context.person_id)


async def _list(context: Context, token: str) -> Details | None:
    """The list under whose preview was pressed; None, with an answer, where another has taken its place or it is done.

    The message stays as it is: after two quick presses it says what the first one did.
    """
    asked = await _asked(context, LIST)
    if asked is not None and asked.get("token") == token:
        return asked
    context.answer(people_view.over(context.words))
    return None
