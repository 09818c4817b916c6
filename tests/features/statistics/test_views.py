"""Screens of numbers stay within Telegram's limits and name what they count."""

import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from bot.errors import ChartError
from bot.features.statistics import charts
from bot.features.statistics import views as stats
from bot.features.statistics.repository import Cohort, Counts
from bot.features.statistics.service import DAYS, MAX_BUTTONS, MAX_LANGUAGES, MAX_SOURCES, WEEKS, Numbers, Queue
from bot.framework.i18n import LANGUAGES, Texts, texts_in
from bot.framework.screen import Screen
from tests.support.screens import LONGEST_CAPTION, LONGEST_TOAST, shown_within_limits

LONGEST_LABEL = 56  # characters
NOW = datetime(2026, 9, 30, 23, 52, 7, tzinfo=UTC)
MANY = 123_456_789
TEXTS = pytest.mark.parametrize("texts", [texts_in(language) for language in LANGUAGES], ids=LANGUAGES)

MONDAY = date(2026, 9, 28)
LARGEST = Numbers(
    now=NOW,
    counts=Counts(*[MANY] * 10),
    languages=[("<&>", MANY)] * MAX_LANGUAGES,
    sources=[("s" * 64, MANY)] * MAX_SOURCES,
    buttons=[("<" * 64, MANY)] * MAX_BUTTONS,
    new_per_day=[(NOW.date() - timedelta(days=days), 1_234_567) for days in range(DAYS)],
    cohorts=[
        Cohort(MONDAY - timedelta(weeks=weeks), 1_234_567, dict.fromkeys(range(1, weeks + 1), 1_234_567))
        for weeks in range(WEEKS, -1, -1)
    ],
    queue=Queue(MANY, MANY),
)


@TEXTS
def test_every_screen_keeps_telegrams_limits(texts: Texts) -> None:
    for screen in (
        stats.screen(texts, LARGEST, gets_report=True),
        stats.screen(texts, LARGEST, gets_report=False),
        Screen(stats.report(texts, LARGEST)),
    ):
        shown_within_limits(screen, longest_label=LONGEST_LABEL)


@TEXTS
def test_captions_and_toasts_do(texts: Texts) -> None:
    assert len(stats.caption(texts, LARGEST)) <= LONGEST_CAPTION
    toasts = [
        stats.switched(texts, on=True), stats.switched(texts, on=False), texts.plain("statistics-chart-coming"),
    ]  # fmt: skip
    assert all(0 < len(toast) <= LONGEST_TOAST for toast in toasts)


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("en", "Person 3, b:gone 2, Daily report on 1"),
        ("ru", "Карточка человека 3, b:gone 2, Ежедневный отчёт: включить 1"),
    ],
)
def test_buttons_are_called_by_their_names_and_unknown_ones_as_they_were_counted(language: str, expected: str) -> None:
    numbers = replace(LARGEST, buttons=[("a:card", 3), ("b:gone", 2), ("s:report:on", 1)])
    assert expected in stats.screen(texts_in(language), numbers, gets_report=True).text
    assert json.loads(stats.as_json(numbers))["buttons"]["a:card"] == 3


def test_json_has_every_number() -> None:
    facts = json.loads(stats.as_json(LARGEST))
    assert facts["people"] == MANY
    assert facts["retention"][0]["back"] == dict.fromkeys("123456", 1_234_567)
    assert facts["new_per_day"]["2026-09-30"] == 1_234_567
    assert facts["dead_letters"] == MANY


async def test_a_chart_of_much_and_of_nothing_is_drawn() -> None:
    nothing = Numbers(NOW, Counts(*[0] * 10), [], [], [], [], [])
    for numbers in (LARGEST, nothing):
        assert (await charts.draw(charts.facts(numbers))).startswith(b"\x89PNG")


async def test_a_chart_that_fails_says_why(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(charts, "PROGRAM", "/nowhere.py")
    with pytest.raises(ChartError, match="nowhere"):
        await charts.draw(charts.facts(LARGEST))
