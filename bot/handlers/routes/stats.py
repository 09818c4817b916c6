"""The numbers that administrators see."""

from bot.handlers.admin import stats
from bot.handlers.routes.route import Route, button, command
from bot.views import stats as view
from bot.views.stats import Press


def routes() -> tuple[Route, ...]:
    return (
        command(view.COMMAND, stats.command),
        button(Press.SHOW, stats.show),
        button(Press.CHART, stats.chart),
        button(Press.REPORT_ON, stats.report_on),
        button(Press.REPORT_OFF, stats.report_off),
    )
