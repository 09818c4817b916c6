"""The numbers that administrators see: /stats, its chart, the daily report, and a command of the command line."""

from bot.features.statistics import handlers, jobs, models
from bot.features.statistics.views import CHART, REPORT, STATS
from bot.framework import route
from bot.framework.feature import Feature, Job, Task, TermDeps
from bot.framework.registry import Command, PanelEntry


def _jobs(deps: TermDeps) -> dict[str, Job]:
    return {jobs.NAME: jobs.daily_report(deps.bot_id, deps.owners)}


def _tasks(deps: TermDeps) -> tuple[Task, ...]:
    return (lambda: jobs.keep_storing_presses(deps.unit_of_work, deps.button_presses),)


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
    jobs=_jobs,
    tasks=_tasks,
)
