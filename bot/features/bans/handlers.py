"""Bans: one by one with duration, notification and reason, by lists, and the guard against banned users."""

import secrets
from datetime import UTC, datetime

from telegram import Update

from bot.db.unit_of_work import Work
from bot.features.bans import service as sanctions
from bot.features.bans import views as view
from bot.features.bans.repository import Ban, Sanctions
from bot.features.bans.service import MAX_LIST, BanOptions
from bot.features.users import DENIED, Profile, Profiles, UserAction, actor, card, deny, over, user_to_act_on
from bot.framework import permissions, prompts
from bot.framework.context import Context
from bot.framework.i18n import Texts, texts_in
from bot.framework.prompts import AnswerResult, Details
from bot.framework.registry import CardPart, CardSubject
from bot.framework.screen import Screen, headed

REASON, LIST = "people-ban-reason", "people-list"
"""Prompts."""


async def choose_duration(context: Context, number: str) -> None:
    profile = await user_to_act_on(context, int(number), UserAction.BAN)
    if profile is not None:
        bans = await (await context.work()).of(Sanctions).of(profile.telegram_id)
        context.show(view.choose_duration(context.texts, profile, bans))


async def choose_notification(context: Context, number: str, duration: str) -> None:
    profile = await user_to_act_on(context, int(number), UserAction.BAN)
    if profile is not None:
        context.show(view.choose_notification(context.texts, profile, duration))


async def ask_reason(context: Context, number: str, duration: str, notification: str) -> None:
    profile = await user_to_act_on(context, int(number), UserAction.BAN)
    if profile is not None:
        silent = notification == view.SILENT
        await prompts.ask(context, REASON, person=profile.telegram_id, term=duration, silent=silent)
        context.show(view.reason_prompt(context.texts, profile, duration, silent=silent))


async def ban_without_reason(context: Context, number: str, duration: str, notification: str) -> None:
    """Take the button under the prompt for a reason, if that prompt is still the pending one."""
    prompted = await prompts.pending(context, REASON)
    if prompted != {"person": int(number), "term": duration, "silent": notification == view.SILENT}:
        context.show(await card(context, int(number)), toast=over(context.texts))
        return
    await prompts.end(context)
    try:
        context.show(await _ban(context, int(number), BanOptions(prompted["term"], prompted["silent"])))
    except DENIED as error:
        await deny(context, int(number), error)


async def reason(context: Context, prompted: Details, text: str) -> AnswerResult:
    return AnswerResult(await _ban(context, prompted["person"], BanOptions(prompted["term"], prompted["silent"], text)))


async def unban(context: Context, number: str) -> None:
    try:
        profile = await sanctions.unban(await context.work(), actor(context), int(number))
    except DENIED as error:
        await deny(context, int(number), error)
    else:
        _change_menu(context, profile, banned=False)
        context.show(headed(context.texts.html("bans-lifted"), await card(context, int(number))))


async def ask_list(context: Context) -> None:
    await prompts.ask(context, LIST)
    context.show(view.list_prompt(context.texts))


async def listed(context: Context, _: Details, text: str) -> AnswerResult:
    """Preview a list. The prompt stays open: it keeps the list until another one replaces it."""
    lines, reason = sanctions.parse_list(text)
    if len(lines) > MAX_LIST:
        return AnswerResult(Screen(context.texts.html("bans-bulk-too-many", most=MAX_LIST)), stays_open=True)
    found = await sanctions.check_list(await context.work(), actor(context), lines)
    token = secrets.token_hex(view.TOKEN_BYTES)
    await prompts.ask(context, LIST, token=token, people=[one.telegram_id for one in found.bannable], reason=reason)
    return AnswerResult(view.preview(context.texts, found, reason, token), stays_open=True)


async def confirm_list(context: Context, token: str, duration: str) -> None:
    prompted = await _list(context, token)
    if prompted is not None:
        first = prompted["people"][: view.MAX_NAMED + 1]
        known = await (await context.work()).of(Profiles).names(first)
        named = [known[telegram_id] for telegram_id in first if telegram_id in known]
        context.show(view.confirm(context.texts, named, len(prompted["people"]), token, duration))


async def ban_list(context: Context, token: str, duration: str, notification: str) -> None:
    prompted = await _list(context, token)
    if prompted is None:
        return
    await prompts.end(context)
    options = BanOptions(duration, notification == view.SILENT, prompted["reason"])
    done = await sanctions.ban_all(await context.work(), actor(context), prompted["people"], options)
    for profile, ban_to_notify in done:
        _notify(context, profile, ban_to_notify)
    context.show(view.bulk_done(context.texts, len(done)))


async def _list(context: Context, token: str) -> Details | None:
    """The list of the pressed preview. None, with an answer, if another list replaced it or it is done.

    The message stays as it is: after two quick presses it shows what the first one did.
    """
    prompted = await prompts.pending(context, LIST)
    if prompted is not None and prompted.get("token") == token:
        return prompted
    context.answer(over(context.texts))
    return None


async def on_card(work: Work, texts: Texts, subject: CardSubject) -> CardPart:
    bans = await work.of(Sanctions).of(subject.telegram_id)
    running = next((ban for ban in bans if ban.lifted_at is None), None) if subject.banned else None
    return view.on_card(texts, subject.telegram_id, bans, running)


async def _ban(context: Context, telegram_id: int, options: BanOptions) -> Screen:
    """Ban a user, send the notice, and return their card. Raises as `service.ban`."""
    profile, ban_to_notify = await sanctions.ban(await context.work(), actor(context), telegram_id, options)
    _notify(context, profile, ban_to_notify)
    return headed(context.texts.html("bans-done"), await card(context, telegram_id))


def _notify(context: Context, profile: Profile, ban: Ban | None) -> None:
    """Send the notice, if there is one, and take an administrator's commands from the chat's menu."""
    _change_menu(context, profile, banned=True)
    if ban is not None:
        texts = texts_in(profile.language or profile.language_code, profile.time_zone)
        context.send(view.notice_message(texts, profile.telegram_id, ban))


def _change_menu(context: Context, profile: Profile, *, banned: bool) -> None:
    for menu in sanctions.menu_after_ban(context.deps.registry.commands, profile, context.owners, banned=banned):
        context.send(menu)


def is_banned(update: Update, context: Context) -> bool:
    if update.message is None and update.callback_query is None:
        return False
    return permissions.is_banned(context.person, datetime.now(UTC))


async def turn_away(update: Update, context: Context) -> None:
    """Send the notice once. After that nothing is read for the user, however much they write."""
    if update.callback_query is not None:
        context.answer()
    if not context.private or context.person is None or context.person.silenced:
        return
    ban = await sanctions.ban_to_notify(await context.work(), context.person_id)
    if ban is not None:
        context.send(view.notice_message(context.texts, context.person_id, ban))
