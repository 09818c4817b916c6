"""What people choose for themselves: /settings, in private."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime

from telegram import Update

from bot.features.admin.menu_views import shown_to
from bot.features.broadcasts.service import Category
from bot.features.settings import service as users
from bot.features.settings import views as view
from bot.features.settings.service import Choices
from bot.features.start.handlers import unknown_press
from bot.framework import time_zones
from bot.framework.context import Context

Action = Callable[..., Awaitable[None]]
"""What a button does, given the context and the groups of its pattern."""


async def settings(_: Update, context: Context) -> None:
    if not context.private:
        context.reply(view.in_private(context.words))
        return
    choices = await users.choices(await context.work(), context.person_id)
    context.reply(view.menu(context.words, choices, datetime.now(UTC)))


async def pressed(action: Action, _: Update, context: Context) -> None:
    """Do what a button is for, in private."""
    if not context.private or context.matches is None:
        context.answer(view.in_private_toast(context.words))
        return
    await action(context, *context.matches[0].groups())


async def menu(context: Context) -> None:
    _show(context, await users.choices(await context.work(), context.person_id))


async def choose(context: Context, category: str, to: str) -> None:
    wanted = to == view.ON
    _show(context, await users.choose(await context.work(), context.person_id, Category(category), wanted=wanted))


async def languages(context: Context) -> None:
    choices = await users.choices(await context.work(), context.person_id)
    context.show(view.languages(context.words, choices.language))


async def choose_language(context: Context, language: str) -> None:
    """The menu itself speaks it from now on, and so does the chat's list of commands; administrators have their own."""
    chosen = None if language == view.AS_TELEGRAM else language
    choices = await users.choose_language(await context.work(), context.person_id, chosen)
    context.speak(choices.language)
    administrator = context.administers
    context.say(shown_to(context.words, context.chat_id, administrator=administrator, chosen=chosen is not None))
    _show(context, choices)


async def regions(context: Context) -> None:
    context.show(view.regions(context.words))


async def zones(context: Context, region: str) -> None:
    choices = await users.choices(await context.work(), context.person_id)
    context.show(view.zones(context.words, region, choices.time_zone, datetime.now(UTC)))


async def choose_zone(context: Context, zone: str) -> None:
    if zone not in time_zones.ZONES and zone != view.NONE:
        await unknown_press(context.incoming, context)
        return
    chosen = None if zone == view.NONE else zone
    _show(context, await users.choose_time_zone(await context.work(), context.person_id, chosen))


def _show(context: Context, choices: Choices) -> None:
    context.show(view.menu(context.words, choices, datetime.now(UTC)))
