"""Statistics: the screen, the chart's caption, the daily report, and the output of `python -m bot stats`."""

import json
from collections.abc import Callable, Iterable
from dataclasses import asdict
from datetime import date

from babel.dates import format_date

from bot.features.statistics import charts
from bot.features.statistics.repository import Ranking
from bot.features.statistics.service import BUTTONS_WITHIN, Numbers, return_rates
from bot.framework.i18n import Texts, language_name
from bot.framework.screen import CallbackData, Screen
from bot.messages import Button, Chart, Keyboard

STATS, CHART, REPORT = (CallbackData(f"s:{name}") for name in ("stats", "chart", "report"))
FILENAME = "stats.png"
MAX_NAMED = 40  # characters; a whole list is one Fluent fact of at most 2,500


def screen(texts: Texts, numbers: Numbers, *, gets_report: bool) -> Screen:
    """`gets_report` says whether the reader gets the daily report."""
    return Screen(
        _text(texts, texts.html("statistics-title", time=_time(texts, numbers)), numbers),
        _keyboard(texts, gets_report=gets_report),
    )


def report(texts: Texts, numbers: Numbers) -> str:
    return _text(texts, texts.html("statistics-report-title", time=_time(texts, numbers)), numbers)


def switched(texts: Texts, *, on: bool) -> str:
    return texts.plain("statistics-report-is-on" if on else "statistics-report-is-off")


def chart(texts: Texts, chat_id: int, numbers: Numbers) -> Chart:
    return Chart(
        chat_id, FILENAME, charts.facts(numbers), caption(texts, numbers), texts.html("statistics-chart-failed")
    )


def caption(texts: Texts, numbers: Numbers) -> str:
    """The numbers of the chart as plain text."""
    days = ", ".join(
        texts.plain("statistics-item", name=_day(texts, day), count=people) for day, people in numbers.new_per_day
    )
    lines = [texts.plain("statistics-chart-new", days=days)]
    if numbers.cohorts:
        lines += [texts.plain("statistics-retention"), *_cohorts(texts, numbers, texts.plain)]
    return "\n".join(lines)


def as_json(numbers: Numbers) -> str:
    """A JSON object in ASCII."""
    facts: dict[str, object] = {"at": numbers.now.isoformat(), **asdict(numbers.counts)}
    for name in ("languages", "sources", "buttons"):
        facts[name] = dict(getattr(numbers, name))
    facts["new_per_day"] = {day.isoformat(): people for day, people in numbers.new_per_day}
    facts["retention"] = [
        {"week": one.week.isoformat(), "joined": one.joined, "back": {str(k): v for k, v in sorted(one.back.items())}}
        for one in numbers.cohorts
    ]
    if numbers.queue is not None:
        facts |= {"waiting_updates": numbers.queue.updates, "dead_letters": numbers.queue.dead_letters}
    facts |= {statistic.text: statistic.value for statistic in numbers.of_features}
    return json.dumps(facts, indent=2)


def as_text(texts: Texts, numbers: Numbers) -> str:
    title = texts.plain("statistics-title-plain", time=_time(texts, numbers))
    return "\n".join([title, *_lines(texts, numbers, texts.plain)])


def _text(texts: Texts, title: str, numbers: Numbers) -> str:
    return "\n".join([title, "", *_lines(texts, numbers, texts.html)])


def _lines(texts: Texts, numbers: Numbers, format_text: Callable[..., str]) -> Iterable[str]:
    counts = numbers.counts
    yield format_text("statistics-people", people=counts.people)
    yield format_text("statistics-new", day=counts.new_day, week=counts.new_week, month=counts.new_month)
    yield format_text("statistics-active", day=counts.active_day, week=counts.active_week, month=counts.active_month)
    yield format_text("statistics-gone", blocked=counts.blocked, unreachable=counts.unreachable, banned=counts.banned)
    named = [(language_name(texts, code), people) for code, people in numbers.languages]
    for key, ranking in (("statistics-languages", named), ("statistics-sources", numbers.sources)):
        if ranking:
            yield format_text(key, list=_listed(texts, ranking))
    if numbers.buttons:
        yield format_text("statistics-buttons", days=BUTTONS_WITHIN, list=_listed(texts, _pressed(texts, numbers)))
    if numbers.cohorts:
        yield format_text("statistics-retention")
        yield from _cohorts(texts, numbers, format_text)
    if numbers.queue is not None:
        yield format_text("statistics-queue", updates=numbers.queue.updates, letters=numbers.queue.dead_letters)
    for statistic in numbers.of_features:
        yield format_text(statistic.text, value=statistic.value)


def _cohorts(texts: Texts, numbers: Numbers, format_text: Callable[..., str]) -> Iterable[str]:
    for cohort in numbers.cohorts:
        shares = return_rates(cohort, numbers.now)
        key = "statistics-cohort" if shares else "statistics-cohort-of-this-week"
        facts = {"shares": ", ".join(f"{share}" for share in shares)} if shares else {}
        yield format_text(key, week=_day(texts, cohort.week), joined=cohort.joined, **facts)


def _listed(texts: Texts, ranking: Ranking) -> str:
    return ", ".join(texts.plain("statistics-item", name=name[:MAX_NAMED], count=count) for name, count in ranking)


def _pressed(texts: Texts, numbers: Numbers) -> Ranking:
    """Buttons by their labels. One without a label, such as an earlier version's, goes by its callback data."""
    return [
        (texts.plain("statistics-button", button=button.replace(":", "-"), raw=button[:MAX_NAMED]), presses)
        for button, presses in numbers.buttons
    ]


def _keyboard(texts: Texts, *, gets_report: bool) -> Keyboard:
    key, press = ("statistics-report-off", REPORT("off")) if gets_report else ("statistics-report-on", REPORT("on"))
    return (
        (
            Button(texts.plain("framework-refresh"), STATS()),
            Button(texts.plain("statistics-chart"), CHART()),
        ),
        (Button(texts.plain(key), press),),
    )


def _time(texts: Texts, numbers: Numbers) -> str:
    return texts.time(numbers.now, "d MMM y, HH:mm:ss")


def _day(texts: Texts, day: date) -> str:
    return format_date(day, "d MMM", locale=texts.language)
