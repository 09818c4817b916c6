"""Statistics for administrators: /stats with its chart, the daily report, and the command line."""

from functools import partial

from bot.features.statistics import handlers, jobs, models
from bot.features.statistics.views import CHART, REPORT, STATS
from bot.framework import route
from bot.framework.feature import Feature
from bot.framework.registry import Command, PanelEntry

FEATURE = Feature(
    name="statistics",
    admin_routes=(
        route.command("stats", handlers.command),
        route.button(STATS, handlers.show),
        route.button(CHART, handlers.chart),
        route.button(REPORT, handlers.report_on, "on"),
        route.button(REPORT, handlers.report_off, "off"),
    ),
    commands=(Command("stats", "statistics-command-stats", rank=130, for_administrators=True),),
    panel=(PanelEntry("statistics-panel-entry", STATS(), rank=30),),
    tables={models.ButtonCount: None},  # sums
    jobs=lambda deps: {jobs.NAME: jobs.daily_report(deps.bot_id, deps.owners)},
    tasks=lambda deps: (partial(jobs.keep_storing_presses, deps.unit_of_work, deps.button_presses),),
)
