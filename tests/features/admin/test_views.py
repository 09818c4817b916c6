"""Screens of numbers, dead letters and notices stay within Telegram's limits and escape what they show."""

import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from bot.db.tables.changed_settings import ChangedValue
from bot.db.tables.dead_letters import Letter, LetterGroup
from bot.errors import ChartError
from bot.features.admin import views as notices
from bot.features.bot_settings import views as bot_settings
from bot.features.bot_settings import views as maintenance
from bot.features.dead_letters import views as dead_letters_chat
from bot.features.dead_letters.service import PAGE
from bot.features.start.handlers import StartSettings
from bot.features.statistics import charts
from bot.features.statistics import views as stats
from bot.features.statistics.repository import Cohort, Counts
from bot.features.statistics.service import DAYS, MAX_BUTTONS, MAX_LANGUAGES, MAX_SOURCES, WEEKS, Numbers, Queue
from bot.framework.command_menu import menu_of
from bot.framework.i18n import LANGUAGES, Texts, texts_in
from bot.framework.runtime_settings import SettingState
from bot.framework.screen import Screen, under_panel
from bot.framework.settings import JoinedSettings
from bot.sandbox.world.html_parser import from_html
from tests.support.joined import REGISTRY, runtime_settings

LONGEST_TEXT = 4096
LONGEST_CAPTION = 1024
LONGEST_DATA = 64  # bytes
LONGEST_LABEL = 56  # characters
LONGEST_TOAST = 200
LONGEST_DESCRIPTION = 256
NOW = datetime(2026, 9, 30, 23, 52, 7, tzinfo=UTC)
MANY = 123_456_789
NASTY = "<b>&\u202e\n" + "w" * 5_000
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
LETTER = Letter(10**18 - 1, NOW, 42, "update", 7, -(2**52), NASTY, NASTY, NASTY, b'{"text": "<&>"}')
GROUPS = [LetterGroup("message", NASTY, MANY)] * (notices.MAX_GROUPS + 1)
STATES = [
    SettingState(setting, setting.default, stored, unreadable=unreadable)
    for setting in runtime_settings(JoinedSettings([StartSettings(leave_groups=True)]), 6_000).values()
    for stored, unreadable in ((None, False), (ChangedValue(0, NOW), False), (ChangedValue(NASTY, NOW), True))
]
START = notices.Start(MANY, MANY, NOW, NASTY[:60], "fee0a78eb795", MANY, MANY, MANY)


def screens(texts: Texts) -> list[Screen]:
    return [
        stats.screen(texts, LARGEST, gets_report=True),
        stats.screen(texts, LARGEST, gets_report=False),
        Screen(stats.report(texts, LARGEST)),
        dead_letters_chat.page(texts, [], clean=str),
        dead_letters_chat.page(texts, [LETTER] * (PAGE + 1), clean=str),
        dead_letters_chat.letter(texts, LETTER, clean=str),
        dead_letters_chat.discard_confirmation(texts, LETTER),
        under_panel(texts, bot_settings.every(texts, STATES)),
        *(bot_settings.one(texts, state) for state in STATES),
        maintenance.screen(texts, on=True),
        maintenance.screen(texts, on=False),
        Screen(texts.html("bot_settings-maintenance-notice")),
        Screen(notices.started(texts, START)),
        Screen(notices.errors(texts, GROUPS, NOW, clean=str)),
        Screen(notices.errors(texts, GROUPS[:1], NOW, clean=str)),
    ]


@TEXTS
def test_every_screen_keeps_telegrams_limits(texts: Texts) -> None:
    for screen in screens(texts):
        text = from_html(screen.text).text
        assert 0 < len(text) <= LONGEST_TEXT
        for button in (button for row in screen.keyboard for button in row):
            assert 1 <= len(button.data.encode()) <= LONGEST_DATA
            assert len(button.label) <= LONGEST_LABEL, button.label


@TEXTS
def test_captions_toasts_and_descriptions_do(texts: Texts) -> None:
    assert len(stats.caption(texts, LARGEST)) <= LONGEST_CAPTION
    assert len(dead_letters_chat.document(texts, 1, LETTER, clean=str).caption) <= LONGEST_CAPTION
    toasts = [
        stats.switched(texts, on=True), stats.switched(texts, on=False),
        texts.plain("statistics-chart-coming"),
        *(texts.plain(f"bot_settings-{key}") for key in ("maintenance-notice", "refused", "unknown")),
        *(texts.plain(f"dead_letters-{key}", number=str(LETTER.number)) for key in ("retried", "discarded")),
        *(texts.plain(f"dead_letters-{key}") for key in ("gone", "not-retriable", "file-coming")),
    ]  # fmt: skip
    assert all(0 < len(toast) <= LONGEST_TOAST for toast in toasts)
    menu = menu_of(REGISTRY.commands, 1001, texts.language, None, administrator=True)
    assert all(0 < len(does) <= LONGEST_DESCRIPTION for _, does in menu.commands)


def test_what_others_wrote_is_escaped_and_cleaned() -> None:
    texts = texts_in("en")
    letter = dead_letters_chat.letter(texts, LETTER, clean=lambda text: text.replace("w", "*"))
    assert "<b>&amp;" not in letter.text
    assert "&lt;b&gt;&amp;" in letter.text
    assert "ww" not in from_html(letter.text).text.partition("\n\n")[2]
    assert "ww" not in notices.errors(texts, GROUPS, NOW, clean=lambda text: text.replace("w", "*"))
    file = dead_letters_chat.document(texts, 1, LETTER, clean=lambda text: text.replace("&", "?"))
    assert file.content.count("<?>") == 1


@pytest.mark.parametrize(
    ("letters", "expected"),
    [(1, "1 мёртвое письмо"), (2, "2 мёртвых письма"), (5, "5 мёртвых писем")],
)
def test_plurals(letters: int, expected: str) -> None:
    assert expected in notices.errors(texts_in("ru"), [LetterGroup("update", "no", letters)], NOW, clean=str)


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
