"""What people choose for themselves: /settings, in private."""

from datetime import UTC, datetime

from telegram import Update

from bot.features.settings import service as users
from bot.features.settings import views as view
from bot.features.settings.service import Category, Choices
from bot.framework import command_menu, time_zones
from bot.framework.context import Context


async def settings(_: Update, context: Context) -> None:
    if not context.private:
        context.reply(view.in_private(context.texts))
        return
    choices = await users.choices(await context.work(), context.person_id)
    context.reply(view.menu(context.texts, choices, datetime.now(UTC)))


async def menu(context: Context) -> None:
    _show(context, await users.choices(await context.work(), context.person_id))


async def choose(context: Context, category: str, to: str) -> None:
    wanted = to == view.ON
    _show(context, await users.choose(await context.work(), context.person_id, Category(category), wanted=wanted))


async def languages(context: Context) -> None:
    choices = await users.choices(await context.work(), context.person_id)
    context.show(view.languages(context.texts, choices.language))


async def choose_language(context: Context, language: str) -> None:
    """The menu itself speaks it from now on, and so does the chat's list of commands; administrators have their own."""
    chosen = None if language == view.AS_TELEGRAM else language
    choices = await users.choose_language(await context.work(), context.person_id, chosen)
    context.use_language(choices.language)
    administrator = context.administers
    commands, chat_id = context.deps.registry.commands, context.chat_id
    context.send(
        command_menu.menu(commands, context.texts, chat_id, administrator=administrator, chosen=chosen is not None)
    )
    _show(context, choices)


async def regions(context: Context) -> None:
    context.show(view.regions(context.texts))


async def zones(context: Context, region: str) -> None:
    choices = await users.choices(await context.work(), context.person_id)
    context.show(view.zones(context.texts, region, choices.time_zone, datetime.now(UTC)))


async def choose_zone(context: Context, zone: str) -> None:
    if zone not in time_zones.ZONES and zone != view.NONE:
        context.outdated()
        return
    chosen = None if zone == view.NONE else zone
    _show(context, await users.choose_time_zone(await context.work(), context.person_id, chosen))


def _show(context: Context, choices: Choices) -> None:
    context.show(view.menu(context.texts, choices, datetime.now(UTC)))
