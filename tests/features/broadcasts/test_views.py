"""Views of broadcasts: within Telegram's limits, escaped, and with the right plurals."""

import csv
import io
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from bot.features.broadcasts import audience as audiences
from bot.features.broadcasts import choice_views as broadcast_choices
from bot.features.broadcasts import choices as broadcast_times
from bot.features.broadcasts import progress_views as broadcast_reports
from bot.features.broadcasts import views as view
from bot.features.broadcasts.buttons import BROADCAST, DAYS_OF, Part, excerpt, fingerprint, whom
from bot.features.broadcasts.composing import Loss, Unsupported
from bot.features.broadcasts.handlers import MOST_LISTED
from bot.features.broadcasts.models import Content, Piece
from bot.features.broadcasts.repository import broadcasts as repository
from bot.features.broadcasts.repository.audience import Audience
from bot.features.broadcasts.repository.broadcasts import Broadcast, Option, State
from bot.features.settings import Category
from bot.features.settings import views as settings_view
from bot.features.settings.service import CHOOSABLE, Choices
from bot.framework import time_zones
from bot.framework.i18n import LANGUAGES, Texts, texts_in
from bot.framework.screen import Screen
from bot.sandbox.world.html_parser import from_html

LONGEST_TEXT = 4096
LONGEST_DATA = 64  # bytes
LONGEST_LABEL = 48  # characters: phones cut off longer labels
LONGEST_TOAST = 200
MOST_ROWS = 100  # buttons
NOW = datetime(2026, 9, 30, 23, 52, 7, tzinfo=UTC)
NASTY = "<b>&\u202e\n" + "w" * 5_000
MANY = 1_234_567_890

LARGEST = Broadcast(
    number=10**18 - 1,
    bot_id=42,
    author_id=1,
    language="en",
    state=State.PREVIEWED,
    content={
        "pieces": [{"method": "sendMessage", "parameters": {"text": NASTY}}] * 10,
        "options": dict.fromkeys(Option, True),
    },
    category=Category.SYSTEM,
    audience=Audience("zh", 365, 365, 365, "<&>" + "s" * 61, administrators_only=True),
    panel_id=7,
    due_at=NOW + timedelta(days=13),
    people_up_to=MANY,
    listed_up_to=MANY,
    total=MANY * 4,
    sent=MANY,
    blocked=MANY,
    failed=MANY,
    perhaps_twice=MANY,
    deleted=MANY,
    started_at=NOW - timedelta(hours=40),
    finished_at=NOW - timedelta(hours=10),
    alive_at=NOW - timedelta(hours=10),
    now=NOW,
    time_zone=None,
    author_administers=True,
)
EMPTY = replace(LARGEST, content={}, audience=Audience(), started_at=None, finished_at=None)
COUNTS = audiences.Counts(MANY, MANY, MANY)
TEXTS = pytest.mark.parametrize("texts", [texts_in(language) for language in LANGUAGES], ids=LANGUAGES)


def screens(texts: Texts) -> list[Screen]:
    states = [replace(LARGEST, state=state) for state in State]
    running = replace(LARGEST, state=State.RUNNING, listed_up_to=0)
    offered = broadcast_times.days(NOW)
    hours = broadcast_times.hours(NOW, offered[1])
    moments = broadcast_times.minutes(NOW, offered[1], 23)
    return [
        view.panel(texts, []),
        *(view.panel(texts, [state] * MOST_LISTED) for state in states),
        view.panel(texts, [running]),
        view.waiting(texts, []),
        view.waiting(texts, [LARGEST] * MOST_LISTED),
        view.composing(texts, EMPTY),
        view.composing(texts, LARGEST),
        view.added(texts, LARGEST, list(Loss)),
        *(view.refused(texts, why) for why in Unsupported),
        view.preview(texts, LARGEST),
        *(view.settings(texts, replace(LARGEST, category=category), MANY) for category in Category),
        view.settings(texts, EMPTY, 0),
        view.confirmation(texts, LARGEST, MANY),
        view.scheduled(texts, LARGEST, MANY),
        view.anothers_draft(texts, LARGEST),
        broadcast_choices.audience(texts, LARGEST, COUNTS),
        broadcast_choices.audience(texts, EMPTY, COUNTS),
        *(broadcast_choices.choices(texts, LARGEST, part, of) for part in Part for of in _offered(part)),
        broadcast_choices.days(texts, LARGEST, offered),
        broadcast_choices.hours(texts, LARGEST, offered[1], hours),
        broadcast_choices.minutes(texts, LARGEST, offered[1], moments),
        *(broadcast_reports.progress(state, 29.96, texts) for state in states),
        *(broadcast_reports.progress(replace(state, started_at=None), None, texts) for state in states),
        *(broadcast_reports.report(state, texts) for state in states),
        *(broadcast_reports.standing(state, texts) for state in states),
        broadcast_reports.progress(running, 0.001, texts),
        broadcast_reports.delete_confirmation(texts, LARGEST),
        settings_view.menu(texts, Choices(), NOW),
        settings_view.menu(texts, Choices(frozenset(CHOOSABLE), "ru", "Europe/Minsk"), NOW),
        Screen(texts.html("settings-in-private")),
        *(Screen(texts.html(key)) for key in ("broadcasts-cancelled-draft", "broadcasts-cancelled-empty-draft")),
    ]


def toasts(texts: Texts) -> list[str]:
    return [
        view.nothing_composed(texts), view.nobody(texts), view.gone(texts), view.changed(texts), view.not_yours(texts),
        view.draft_left(texts), view.discarded(texts), broadcast_choices.choice_gone(texts),
        broadcast_choices.time_past(texts), broadcast_reports.too_late_to_delete(texts),
        broadcast_reports.no_failures(texts), broadcast_reports.failures_coming(texts),
    ]  # fmt: skip


def _offered(part: Part) -> list[audiences.Offered]:
    days: list[tuple[str | int, int]] = [(number, MANY) for number in audiences.DAYS]
    names: list[tuple[str | int, int]] = [("zh", MANY), ("qq", 1), ("<&" + "s" * 62, MANY)]
    return [audiences.Offered(values, MANY) for values in (days if part in DAYS_OF else names, [])]


@TEXTS
def test_every_screen_keeps_within_telegrams_limits(texts: Texts) -> None:
    for screen in screens(texts):
        shown = from_html(screen.text)  # rejects unescaped text, as Telegram does
        assert 0 < len(shown.text.encode("utf-16-le")) // 2 <= LONGEST_TEXT
        assert "\u202e" not in screen.text
        buttons = [button for row in screen.keyboard for button in row]
        assert len(buttons) <= MOST_ROWS
        assert all(1 <= len(row) <= 8 for row in screen.keyboard)
        for button in buttons:
            assert len(button.data.encode()) <= LONGEST_DATA, button
            assert 0 < len(button.label) <= LONGEST_LABEL, button
            assert "\n" not in button.label


@TEXTS
def test_every_toast_keeps_within_telegrams_limit(texts: Texts) -> None:
    assert all(0 < len(toast) <= LONGEST_TOAST for toast in toasts(texts))


@TEXTS
def test_what_people_wrote_is_escaped_and_one_line(texts: Texts) -> None:
    shown = from_html(view.settings(texts, LARGEST, 1).text)
    assert "<b>& www" in shown.text
    assert "<&>sss" in shown.text
    assert excerpt(texts, LARGEST).startswith("<b>& www")


@pytest.mark.parametrize(
    ("language", "people", "sentence"),
    [
        ("en", 1, "This goes to 1 person."),
        ("en", 1204, "This goes to 1,204 people."),
        ("ru", 1, "Её получит 1 человек."),
        ("ru", 22, "Её получат 22 человека."),
        ("ru", 1205, "Её получат 1\xa0205 человек."),
        ("ru", 11, "Её получат 11 человек."),
    ],
)
def test_people_are_counted_in_the_words_for_so_many(language: str, people: int, sentence: str) -> None:
    assert sentence in view.confirmation(texts_in(language), LARGEST, people).text


@pytest.mark.parametrize("screen", [view.confirmation, view.scheduled])
def test_what_was_decided_stands_where_it_is_confirmed_and_where_it_waits(screen: Callable[..., Screen]) -> None:
    english = screen(texts_in("en"), LARGEST, 2).text
    assert "<b>Messages:</b> 10\n<b>About:</b> the bot itself (nobody can opt out of this)\n<b>To:</b> " in english
    assert "\n<b>How:</b> without a sound, no forwarding or saving, no link preview\n\n" in english
    russian = screen(texts_in("ru"), LARGEST, 2).text
    assert "<b>О чём:</b> о самом боте (отказаться от этого нельзя)\n<b>Кому:</b> " in russian
    assert "\n<b>Как:</b> без звука, без пересылки и сохранения, без превью ссылок\n\n" in russian
    content: Content = {"pieces": LARGEST.content["pieces"][:1], "options": {"silent": False}}
    plain = screen(texts_in("en"), replace(LARGEST, content=content, category=Category.NEWS), 2).text
    assert "<b>About:</b> news\n" in plain
    assert "Messages:" not in plain
    assert "How:" not in plain


def test_the_audience_is_described_in_words() -> None:
    audience = Audience(language="ru", active_within=1, silent_for=7, source="spring")
    assert whom(texts_in("en"), audience) == (
        "people whose language is Russian; active within the last day; silent for 7 days or longer; came from “spring”"
    )
    assert whom(texts_in("ru"), Audience(language="ru")) == "те, чей язык – русский"
    assert whom(texts_in("ru"), Audience()) == "все, до кого можно достучаться"


def test_progress_shows_all_that_is_known() -> None:
    running = replace(
        LARGEST, state=State.RUNNING, total=3000, sent=1000, blocked=20, failed=3, perhaps_twice=1, alive_at=NOW
    )
    screen = broadcast_reports.progress(running, 27.26)
    for part in (
        "being sent", "Sent: 1,000 of 3,000", "Failed: 3", "blocked the bot: 20", "Left: 1,977", "Speed: 27.3 a second",
        "Expected end: Wed 30 Sep 2026, 23:53 UTC", "Perhaps got it twice: 1 person",
    ):  # fmt: skip
        assert part in screen.text
    assert _labels(screen) == ["⏸ Pause", "✖️ Cancel", "🔄 Refresh", "‹ All broadcasts"]
    assert "Nobody is sending" not in screen.text
    unknown = broadcast_reports.progress(running, None)
    assert "Speed" not in unknown.text
    assert "Expected" not in unknown.text


def test_progress_speaks_the_authors_language() -> None:
    running = replace(LARGEST, state=State.RUNNING, language="ru", alive_at=NOW)
    assert "идёт" in broadcast_reports.progress(running, 1).text
    assert "отправлена" in broadcast_reports.report(replace(running, state=State.DONE)).text


@TEXTS
@pytest.mark.parametrize("state", [State.RUNNING, State.DELETING])
def test_without_a_sender_a_broadcast_is_reported_and_never_shown_as_done(texts: Texts, state: State) -> None:
    left = replace(LARGEST, state=state, alive_at=NOW - timedelta(minutes=2))
    assert "⚠️" in broadcast_reports.progress(left, None, texts).text
    assert "⚠️" not in broadcast_reports.progress(replace(left, alive_at=NOW), None, texts).text


def test_a_paused_one_goes_on_or_is_cancelled() -> None:
    screen = broadcast_reports.progress(replace(LARGEST, state=State.PAUSED), None)
    assert _labels(screen)[:2] == ["▶️ Go on", "✖️ Cancel"]


def test_a_report_offers_what_can_still_be_done() -> None:
    done = replace(LARGEST, state=State.DONE, finished_at=NOW - timedelta(hours=47))
    assert _labels(broadcast_reports.report(done))[:2] == ["📄 Failures (CSV)", "🗑 Delete messages"]
    clean = replace(done, failed=0, blocked=0, finished_at=NOW - timedelta(hours=49))
    assert _labels(broadcast_reports.report(clean)) == ["‹ All broadcasts"]


@pytest.mark.parametrize(("pieces", "offered"), [(2, True), (1, False)])
def test_what_nobody_got_as_a_whole_can_be_deleted_if_it_was_in_several_messages(pieces: int, offered: bool) -> None:
    content: Content = {"pieces": LARGEST.content["pieces"][:pieces]}
    cancelled = replace(LARGEST, state=State.CANCELLED, sent=0, content=content)
    assert ("🗑 Delete messages" in _labels(broadcast_reports.report(cancelled))) is offered


@pytest.mark.parametrize(
    ("took", "expected"),
    [
        (timedelta(seconds=0.7), "less than a second"),
        (timedelta(seconds=-1), "less than a second"),
        (timedelta(seconds=9), "9 s"),
        (timedelta(seconds=61), "1 min 1 s"),
        (timedelta(hours=25, minutes=3), "25 h 3 min"),
    ],
)
def test_a_report_says_how_long_it_took(took: timedelta, expected: str) -> None:
    done = replace(LARGEST, state=State.DONE, started_at=NOW - took, finished_at=NOW)
    assert f"It took {expected}." in broadcast_reports.report(done).text


def test_one_that_was_cancelled_before_it_began_says_so() -> None:
    cancelled = replace(LARGEST, state=State.CANCELLED, started_at=None)
    assert "before it began" in broadcast_reports.progress(cancelled, None).text
    assert "</b> · cancelled before it began\n" in view.panel(texts_in("en"), [cancelled]).text
    assert "</b> · отменена, прежде чем началась\n" in view.panel(texts_in("ru"), [cancelled]).text
    begun = replace(LARGEST, state=State.CANCELLED, sent=2, total=3)
    assert "</b> · cancelled: 2 of 3 sent\n" in view.panel(texts_in("en"), [begun]).text


@pytest.mark.parametrize(
    ("state", "language", "expected"),
    [
        (State.RUNNING, "en", "The list of people is being made."),
        (State.RUNNING, "ru", "Составляется список людей."),
        (State.PAUSED, "en", "The list of people isn't made yet."),
        (State.PAUSED, "ru", "Список людей ещё не составлен."),
    ],
)
def test_before_anybody_is_listed_nothing_is_counted(state: State, language: str, expected: str) -> None:
    nobody = replace(LARGEST, state=state, listed_up_to=0, total=0, sent=0, blocked=0, failed=0, alive_at=NOW)
    assert broadcast_reports.progress(nobody, None, texts_in(language)).text.endswith(f"\n\n{expected}")
    some = broadcast_reports.progress(replace(nobody, total=3), None, texts_in("en")).text
    assert "Sent: 0 of 3, and the list of people is still being made" in some


def test_failures_are_a_file_in_which_nothing_is_a_formula() -> None:
    missed = [
        (1, "blocked", "Forbidden: bot was blocked"),
        (2, "failed", '=cmd|"/c calc"!A0, "x"'),
        (3, "failed", " @x"),
    ]
    file = broadcast_reports.failures(texts_in("en"), 9, 5, missed)
    assert (file.chat_id, file.filename) == (9, "broadcast-5-failures.csv")
    assert list(csv.reader(io.StringIO(file.content))) == [
        ["telegram_id", "state", "reason"],
        ["1", "blocked", "Forbidden: bot was blocked"],
        ["2", "failed", '\'=cmd|"/c calc"!A0, "x"'],
        ["3", "failed", "' @x"],
    ]
    assert all(broadcast_reports.harmless(f"{sign}1") == f"'{sign}1" for sign in "=+-@\t\r")
    assert broadcast_reports.harmless("a=b") == "a=b"


@pytest.mark.parametrize(
    ("piece", "expected"),
    [
        ({"method": "sendPhoto", "parameters": {"photo": "x"}}, "(photo)"),
        ({"method": "sendPhoto", "parameters": {"photo": "x", "caption": "Sale!"}}, "Sale!"),
        ({"method": "sendPoll", "parameters": {"question": "Tea?"}}, "Tea?"),
        ({"method": "sendMediaGroup", "parameters": {"media": [{"caption": "One"}]}}, "One"),
        ({"method": "sendMediaGroup", "parameters": {"media": [{}]}}, "(album)"),
    ],
)
def test_the_first_words_of_each_kind(piece: Piece, expected: str) -> None:
    assert excerpt(texts_in("en"), replace(LARGEST, content={"pieces": [piece]})) == expected


def test_only_times_to_come_are_offered() -> None:
    assert broadcast_times.days(NOW)[0] == NOW.date()
    assert len(broadcast_times.days(NOW)) == broadcast_times.DAYS_AHEAD
    assert broadcast_times.hours(NOW, NOW.date()) == [23]
    assert [f"{moment:%H:%M}" for moment in broadcast_times.minutes(NOW, NOW.date(), 23)] == ["23:55"]
    late = NOW.replace(minute=56)
    assert broadcast_times.days(late)[0] == NOW.date() + timedelta(days=1)
    assert not broadcast_times.can_be_due(NOW, NOW)
    assert not broadcast_times.hours(NOW, NOW.date() + timedelta(days=broadcast_times.DAYS_AHEAD))


def local(moments: list[datetime], zone: str) -> list[str]:
    return [f"{moment.astimezone(time_zones.clock(zone)):%H:%M}" for moment in moments]


def test_times_are_offered_by_the_authors_clock() -> None:
    minsk = time_zones.clock("Europe/Minsk")
    tomorrow = NOW.date() + timedelta(days=1)  # it is 02:52 there
    assert broadcast_times.days(NOW, minsk)[0] == tomorrow
    assert len(broadcast_times.days(NOW, minsk)) == broadcast_times.DAYS_AHEAD
    assert broadcast_times.hours(NOW, tomorrow, minsk) == list(range(2, 24))
    assert broadcast_times.minutes(NOW, tomorrow, 2, minsk) == [NOW.replace(minute=55, second=0)]
    assert local(broadcast_times.minutes(NOW, tomorrow, 23, minsk), "Europe/Minsk")[-1] == "23:55"
    last = datetime(2026, 10, 14, 20, 55, tzinfo=UTC)
    assert broadcast_times.can_be_due(NOW, last, minsk)
    assert not broadcast_times.can_be_due(NOW, last + timedelta(minutes=5), minsk)
    assert broadcast_times.hours(NOW, date(9999, 12, 31), minsk) == broadcast_times.hours(NOW, date.min, minsk) == []


def test_the_hour_that_comes_twice_is_offered_twice_and_the_one_left_out_not_at_all() -> None:
    berlin, october, march = time_zones.clock("Europe/Berlin"), date(2026, 10, 25), date(2027, 3, 28)
    before = datetime(2026, 10, 24, tzinfo=UTC)
    assert broadcast_times.hours(before, october, berlin) == list(range(24))
    twice = broadcast_times.minutes(before, october, 2, berlin)
    assert len(twice) == len(set(twice)) == 24
    before = datetime(2027, 3, 27, tzinfo=UTC)
    assert broadcast_times.hours(before, march, berlin) == [0, 1, *range(3, 24)]
    assert broadcast_times.minutes(before, march, 2, berlin) == []


@pytest.mark.parametrize(
    ("language", "zone", "expected"),
    [
        ("en", None, "Wed 30 Sep 2026, 23:52 UTC"), ("en", "Europe/Minsk", "Thu 1 Oct 2026, 02:52 (Minsk)"),
        ("ru", "Asia/Kolkata", "чт 1 окт. 2026, 05:22 (Калькутта)"),
        ("en", "Mars/Base", "Wed 30 Sep 2026, 23:52 UTC"), ("en", "Asia/Dhaka", "Thu 1 Oct 2026, 05:52 (Asia/Dhaka)"),
    ],
)  # fmt: skip
def test_a_time_is_by_the_clock_that_the_reader_has_chosen(language: str, zone: str | None, expected: str) -> None:
    assert texts_in(language, zone).time(NOW) == expected


@TEXTS
def test_no_sentence_about_a_day_has_two_full_stops(texts: Texts) -> None:
    for month in range(1, 13):
        day = date(2026, month, 26)
        shown = (broadcast_choices.hours(texts, LARGEST, day, []), broadcast_choices.minutes(texts, LARGEST, day, []))
        assert not any(".." in screen.text for screen in shown)


def test_the_authors_message_is_by_the_authors_clock() -> None:
    running = replace(LARGEST, state=State.RUNNING, sent=0, blocked=0, failed=0, total=60, time_zone="Asia/Tokyo")
    edit = broadcast_reports.to_author((), running, 1.0)
    assert edit is not None
    assert "Expected end: Thu 1 Oct 2026, 08:53 (Tokyo)" in edit.text


def test_fingerprints_are_short_and_tell_apart() -> None:
    names = {fingerprint("s" * 63 + last) for last in "abc"}
    assert len(names) == 3
    assert all(len(name) == 8 for name in names)
    assert BROADCAST("choose", 1, Part.SOURCE, fingerprint("x" * 64)).startswith("b:choose:1:source:")


def _labels(screen: Screen) -> list[str]:
    return [button.label for row in screen.keyboard for button in row]


def test_each_state_is_a_drafts_one_that_waits_one_that_is_under_way_or_an_end() -> None:
    sets = (repository.DRAFTS, (State.SCHEDULED,), repository.UNDER_WAY, repository.ENDED)
    assert sorted(state for states in sets for state in states) == sorted(State)
    assert set(repository.WITH_A_SENDER) < set(repository.UNDER_WAY) < set(repository.KEPT_SHOWN)
