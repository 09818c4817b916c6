"""What administrators answer when they are asked for a text: whom they look for, why, what to tell, what to note."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from telegram import Update

from bot.db.tables.prompts import Questions
from bot.features.admin.chat_menus import with_ban
from bot.features.admin.handlers import REFUSED, actor, why_not
from bot.features.bans import service as sanctions
from bot.features.bans import views as sanctions_view
from bot.features.bans.service import How
from bot.features.start import handlers as start
from bot.features.start.views import Screen
from bot.features.users import service as profiles
from bot.features.users import views as view
from bot.features.users.handlers import card, notes
from bot.features.users.service import NobodyError
from bot.framework.context import Context
from bot.framework.i18n import texts
from bot.messages import Text

Details = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Next:
    """What follows an answer, and whether the question is still open then."""

    screen: Screen
    asks_on: bool = False


Answer = Callable[[Context, Details, str], Awaitable[Next]]
"""What is done with an answer, given what was kept with the question."""


async def answered(answer: Answer, most: int, update: Update, context: Context) -> None:
    assert update.message is not None
    work = await context.work()
    question = await work.of(Questions).being_asked(context.person_id, context.person_id)
    if question is None:
        await start.unknown_message(update, context)
        return
    text = update.message.text
    if text is None:
        after = Next(view.text_wanted(context.words), asks_on=True)
    elif len(text) > most:
        after = Next(view.too_long(context.words, most), asks_on=True)
    else:
        after = await _done(answer, context, question.details, text)
    if not after.asks_on:
        await work.of(Questions).answered(context.person_id, context.person_id)
    context.reply(after.screen)


async def search(context: Context, _: Details, text: str) -> Next:
    query = profiles.query(text)
    if not query:
        return Next(view.text_wanted(context.words), asks_on=True)
    found = await profiles.search(await context.work(), query)
    nobody = not found.people and found.more_before is None
    return Next(view.found(context.words, query, found, first=True), asks_on=nobody)


async def reason(context: Context, asked: Details, text: str) -> Next:
    return Next(await banned(context, asked["person"], How(asked["term"], asked["silent"], text)))


async def letter(context: Context, asked: Details, text: str) -> Next:
    reached = await sanctions.write_to(await context.work(), actor(context), asked["person"], text)
    if reached is None:
        return Next(view.below(view.unreachable(context.words), await card(context, asked["person"])))
    for part in view.letter(reached, text):
        context.say(Text(reached.telegram_id, part.text))
    return Next(view.below(view.sent(context.words), await card(context, asked["person"])))


async def note(context: Context, asked: Details, text: str) -> Next:
    await sanctions.note(await context.work(), actor(context), asked["person"], text)
    return Next(view.below(view.noted(context.words), await notes(context, asked["person"])))


async def banned(context: Context, telegram_id: int, how: How) -> Screen:
    """Ban, tell whom it concerns, and show the card. Raises as `sanctions.ban`."""
    profile, to_tell = await sanctions.ban(await context.work(), actor(context), telegram_id, how)
    tell(context, profile, to_tell)
    return view.below(sanctions_view.banned(context.words), await card(context, telegram_id))


def tell(context: Context, profile: profiles.Profile, ban: sanctions.Ban | None) -> None:
    """Of their ban, if they are to be told; and their chat shows no administrator's commands any more."""
    for commands in with_ban(profile, context.owners, banned=True):
        context.say(commands)
    if ban is not None:
        words = texts(profile.language or profile.language_code, profile.time_zone)
        context.say(sanctions_view.notice_to(words, profile.telegram_id, ban))


async def _done(answer: Answer, context: Context, asked: Details, text: str) -> Next:
    """What the answer leads to; where it can't be done any more, why not."""
    try:
        return await answer(context, asked, text)
    except NobodyError:
        return Next(Screen(view.nobody(context.words)))
    except REFUSED as error:
        return Next(view.below(why_not(context, error), await card(context, asked["person"])))
