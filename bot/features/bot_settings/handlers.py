"""/botsettings: settings that may change while the bot runs, edited in place."""

from collections.abc import Awaitable, Callable
from functools import partial

from telegram import Update

from bot.features.bot_settings import views as view
from bot.framework import runtime_settings
from bot.framework.context import Context
from bot.framework.route import Route, button
from bot.framework.runtime_settings import Setting, WrongValueError
from bot.framework.screen import Screen, under_panel

NAME = "([^:]+)"


def setting_button(action: Callable[..., Awaitable[None]], *patterns: str) -> Route:
    """A button about a setting. If this version doesn't know the setting, the list is shown instead."""
    return button(view.SETTINGS, partial(_pressed, action), NAME, *patterns)


async def _pressed(action: Callable[..., Awaitable[None]], context: Context, name: str, *groups: str) -> None:
    setting = context.deps.runtime_settings.listed.get(name)
    if setting is None:
        context.show(await _list(context), toast=context.texts.plain("bot_settings-unknown"))
    else:
        await action(context, setting, *groups)


async def command(_: Update, context: Context) -> None:
    context.reply(await _list(context))


async def show(context: Context) -> None:
    context.show(await _list(context))


async def show_one(context: Context, setting: Setting, toast: str | None = None) -> None:
    state = await runtime_settings.state(await context.work(), setting)
    context.show(view.one(context.texts, state), toast=toast)


async def choose(context: Context, setting: Setting, value: str) -> None:
    """Change a setting. A value that is forged, or a newer version's, changes nothing."""
    work, toast = await context.work(), None
    try:
        await runtime_settings.choose(work, context.bot_id, context.person_id, setting, value)
    except WrongValueError:
        toast = context.texts.plain("bot_settings-refused")
    await show_one(context, setting, toast)


async def reset(context: Context, setting: Setting) -> None:
    await runtime_settings.reset(await context.work(), context.bot_id, context.person_id, setting)
    await show_one(context, setting)


async def _list(context: Context) -> Screen:
    states = await runtime_settings.states(await context.work(), context.deps.runtime_settings.listed)
    return under_panel(context.texts, view.every(context.texts, states.values()))
