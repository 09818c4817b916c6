"""Settings that may change while the bot runs: /botsettings, edited in place."""

from telegram import Update

from bot.features.bot_settings import views as view
from bot.framework import runtime_settings
from bot.framework.context import Context
from bot.framework.runtime_settings import Setting, WrongValueError
from bot.framework.screen import Screen, under_panel


async def command(_: Update, context: Context) -> None:
    context.reply(await _every(context))


async def show(context: Context) -> None:
    context.show(await _every(context))


async def show_one(context: Context, name: str) -> None:
    setting = context.deps.settings.listed.get(name)
    if setting is None:
        await _refuse(context)
    else:
        await _show(context, setting)


async def choose(context: Context, name: str, written: str) -> None:
    """Whatever can't be, since the data is forged or a newer version's, changes nothing."""
    setting = context.deps.settings.listed.get(name)
    if setting is None:
        await _refuse(context)
        return
    work, toast = await context.work(), None
    try:
        await runtime_settings.choose(work, context.bot_id, context.person_id, setting, written)
    except WrongValueError:
        toast = view.refused(context.texts)
    await _show(context, setting, toast)


async def reset(context: Context, name: str) -> None:
    setting = context.deps.settings.listed.get(name)
    if setting is None:
        await _refuse(context)
        return
    await runtime_settings.reset(await context.work(), context.bot_id, context.person_id, setting)
    await _show(context, setting)


async def _refuse(context: Context) -> None:
    """A setting that this version doesn't know."""
    context.show(await _every(context), toast=view.unknown(context.texts))


async def _show(context: Context, setting: Setting, toast: str | None = None) -> None:
    state = await runtime_settings.state(await context.work(), setting)
    context.show(view.one(context.texts, state), toast=toast)


async def _every(context: Context) -> Screen:
    states = await runtime_settings.states(await context.work(), context.deps.settings.listed)
    return under_panel(context.texts, view.every(context.texts, states.values()))
