"""The numbers that administrators see."""

from bot.features.statistics import handlers as stats
from bot.features.statistics import views as view
from bot.features.statistics.views import Press
from bot.framework.route import Route, button, command


def routes() -> tuple[Route, ...]:
    return (
        command(view.COMMAND, stats.command),
        button(Press.SHOW, stats.show),
        button(Press.CHART, stats.chart),
        button(Press.REPORT_ON, stats.report_on),
        button(Press.REPORT_OFF, stats.report_off),
    )
