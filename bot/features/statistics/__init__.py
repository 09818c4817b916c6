"""Statistics for administrators: /stats with its chart, the daily report, and the command line."""

from functools import partial

from bot.features.statistics import charts, command, handlers, jobs, models
from bot.features.statistics.views import CHART, REPORT, STATS
from bot.framework import route
from bot.framework.feature import Feature
from bot.framework.registry import Command, PanelEntry, Scope

FEATURE = Feature(
    name="statistics",
    admin_routes=(
        route.command("stats", handlers.command),
        route.button(STATS, handlers.show),
        route.button(CHART, handlers.chart),
        route.button(REPORT, handlers.report_on, "on"),
        route.button(REPORT, handlers.report_off, "off"),
    ),
    commands=(
        Command(
            "stats", "statistics-command-stats", rank=130, help="statistics-help-stats", scope=Scope.ADMINISTRATORS
        ),
    ),
    panel=(PanelEntry("statistics-panel-entry", STATS(), rank=30),),
    tables={models.ButtonCount: None},  # sums
    subcommands=(command.STATS,),
    jobs=lambda deps: {jobs.NAME: jobs.daily_report(deps)},
    draw_chart=charts.draw,
    tasks=lambda deps: (partial(jobs.keep_storing_presses, deps.unit_of_work, deps.button_presses),),
)
