"""/settings, in private."""

from datetime import UTC, datetime

from telegram import Update

from bot.features.settings import service
from bot.features.settings import views as view
from bot.features.settings.service import Category, Choices
from bot.framework import command_menu, time_zones
from bot.framework.context import Context
from bot.framework.screen import Screen


async def settings(_: Update, context: Context) -> None:
    if not context.private:
        context.reply(Screen(context.texts.html("settings-in-private")))
        return
    context.reply(view.menu(context.texts, await _choices(context), datetime.now(UTC)))


async def menu(context: Context) -> None:
    _show(context, await _choices(context))


async def choose(context: Context, category: str, to: str) -> None:
    wanted = to == view.ON
    _show(context, await service.choose(await context.work(), context.person_id, Category(category), wanted=wanted))


async def languages(context: Context) -> None:
    context.show(view.languages(context.texts, (await _choices(context)).language))


async def choose_language(context: Context, language: str) -> None:
    """Change the language of this menu and of the chat's list of commands."""
    chosen = None if language == view.AS_TELEGRAM else language
    choices = await service.choose_language(await context.work(), context.person_id, chosen)
    context.use_language(choices.language)
    commands, administrator = context.deps.registry.commands, context.administers
    chosen_menu = command_menu.menu(
        commands, context.texts, context.chat_id, administrator=administrator, chosen=chosen is not None
    )
    context.send(chosen_menu)
    _show(context, choices)


async def regions(context: Context) -> None:
    context.show(view.regions(context.texts))


async def zones(context: Context, region: str) -> None:
    chosen = (await _choices(context)).time_zone
    context.show(view.zones(context.texts, region, chosen, datetime.now(UTC)))


async def choose_zone(context: Context, zone: str) -> None:
    if zone not in time_zones.ZONES and zone != view.NONE:
        context.outdated()
        return
    chosen = None if zone == view.NONE else zone
    _show(context, await service.choose_time_zone(await context.work(), context.person_id, chosen))


async def _choices(context: Context) -> Choices:
    return await service.choices(await context.work(), context.person_id)


def _show(context: Context, choices: Choices) -> None:
    context.show(view.menu(context.texts, choices, datetime.now(UTC)))
