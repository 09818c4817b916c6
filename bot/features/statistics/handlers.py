"""/stats, edited in place, with its chart and the switch of the daily report."""

from telegram import Update

from bot.db.tables.administrators import Administrators
from bot.features.statistics import service as stats
from bot.features.statistics import views as view
from bot.framework.context import Context
from bot.framework.screen import Screen, under_panel


async def command(_: Update, context: Context) -> None:
    context.reply(await _screen(context))


async def show(context: Context) -> None:
    context.show(await _screen(context))


async def chart(context: Context) -> None:
    """Send the chart. It is drawn when it is sent, since this transaction locks the administrator's row."""
    context.answer(context.texts.plain("statistics-chart-coming"))
    context.send(view.chart(context.texts, context.person_id, await _numbers(context)))


async def report_on(context: Context) -> None:
    await _switch(context, on=True)


async def report_off(context: Context) -> None:
    await _switch(context, on=False)


async def _switch(context: Context, *, on: bool) -> None:
    work = await context.work()
    await work.of(Administrators).set_report(context.person_id, on=on)
    context.show(await _screen(context), toast=view.switched(context.texts, on=on))


async def _screen(context: Context) -> Screen:
    gets_report = await (await context.work()).of(Administrators).wants_report(context.person_id)
    screen = view.screen(context.texts, await _numbers(context), gets_report=gets_report)
    return under_panel(context.texts, screen)


async def _numbers(context: Context) -> stats.Numbers:
    return await stats.numbers(await context.work(), context.deps.registry, context.bot_id)
