"""Statistics: /stats, edited in place, with a chart, and the daily report on or off."""

import structlog
from telegram import Update

from bot.errors import ChartError
from bot.handlers.context import Context
from bot.outgoing.messages import Photo
from bot.services import stats
from bot.views import admin as admin_view
from bot.views import charts
from bot.views import stats as view
from bot.views.start import Screen

FILENAME = "stats.png"

log = structlog.get_logger(__name__)


async def command(_: Update, context: Context) -> None:
    context.reply(await _screen(context))


async def show(_: Update, context: Context) -> None:
    context.show(await _screen(context))


async def chart(_: Update, context: Context) -> None:
    numbers = await _numbers(context)
    try:
        picture = await charts.drawn(numbers)
    except ChartError as error:
        log.warning("a chart can't be drawn", reason=str(error))
        context.answer(view.chart_failed(context.words))
        return
    context.answer(view.chart_coming(context.words))
    context.say(Photo(context.person_id, FILENAME, picture, view.caption(context.words, numbers)))


async def report_on(_: Update, context: Context) -> None:
    await _switch(context, on=True)


async def report_off(_: Update, context: Context) -> None:
    await _switch(context, on=False)


async def _switch(context: Context, *, on: bool) -> None:
    work = await context.work()
    await work.people.want_report(context.person_id, on=on)
    context.show(await _screen(context), toast=view.switched(context.words, on=on))


async def _screen(context: Context) -> Screen:
    reported = await (await context.work()).people.wants_report(context.person_id)
    screen = view.screen(context.words, await _numbers(context), reported=reported)
    return admin_view.under_panel(context.words, screen)


async def _numbers(context: Context) -> stats.Numbers:
    return await stats.numbers(await context.work(), context.bot_id)
