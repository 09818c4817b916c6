"""Statistics, the chart and the daily report, as an administrator reads them; and `python -m bot stats`."""

import json
import re
from pathlib import Path

from bot.features.statistics.service import DAYS
from tests.support.fork_server import forked_command
from tests.support.heard import Heard
from tests.support.people import Person
from tests.support.telegram import Telegram
from tests.support.worker_process import command

PNG = b"\x89PNG\r\n\x1a\n"
GONE = "of an earlier menu"


async def opens(olga: Person, title: str = "Statistics") -> Heard:
    await olga.says("/stats")
    return await olga.hears(title)


async def test_it_shows_the_numbers_and_refreshes_in_place(telegram: Telegram) -> None:
    olga = telegram.person(administrator=True)
    today = "(now() AT TIME ZONE 'UTC')::date"
    await telegram.people(3, language_code="'ru'", source="'spring'", active_on=today)
    away = {"created_at": "now() - interval '10 days'", "blocked_at": "now()", "active_on": f"{today} - 40"}
    await telegram.people(2, language_code="'pt-br'", **away)
    await telegram.people(1, banned_at="now()", created_at="now() - interval '90 days'", active_on=f"{today} - 20")
    menu = await opens(olga)
    for line in (
        "People: 7",
        "New: 4 in 24 hours, 4 in 7 days, 6 in 30 days",
        "Active: 4 today, 4 in 7 days, 5 in 30 days",
        "Blocked the bot: 2 · can't be reached otherwise: 0 · banned: 1",
        "Languages: Russian 3, Portuguese 2, English 1",
        "Came by links: spring 3",
        "dead letters: 0",
    ):
        assert line in menu
    await telegram.people(2)
    await olga.presses("🔄 Refresh", shows="People: 9")
    assert len(olga.history()) == 1


async def test_it_is_in_russian_for_who_reads_russian(telegram: Telegram) -> None:
    menu = await opens(telegram.person(administrator=True, language="ru"), "Статистика")
    assert "Людей: 1" in menu
    assert "русский 1" in menu


async def test_the_chart_comes_as_a_picture_with_its_numbers(telegram: Telegram) -> None:
    olga = telegram.person(administrator=True)
    await telegram.people(5)
    await telegram.people(4, created_at="now() - interval '21 days'")
    await telegram.execute(
        "INSERT INTO cohort_returns SELECT date_trunc('week', now() - interval '21 days')::date,"
        " date_trunc('week', now() - interval '14 days')::date, 2"
    )
    menu = await opens(olga)
    assert re.search(r"\d+ \w+ \(4\): 50, 0, 0|\w+ \d+ \(4\): 50, 0, 0", menu), menu
    await olga.presses("📈 Chart", on=menu, shows="Statistics")
    assert "on its way" in olga.toast
    picture = await olga.hears("New people per day")
    assert picture.kind == "photo"
    assert " 6" in picture
    assert "50, 0, 0" in picture
    assert telegram.calls.of("sendPhoto")[-1].status == 200


async def test_it_is_drawn_when_nothing_is_locked_for_it_any_more(telegram: Telegram) -> None:
    """The outbox holds the numbers to draw: the press ends before the drawing begins."""
    olga = telegram.person(administrator=True)
    menu = await opens(olga)
    drawing = telegram.delays("sendPhoto", 1)
    await olga.presses("📈 Chart", on=menu, shows="Statistics")
    await telegram.emulator.until(lambda: drawing.met)
    [kept] = await telegram.rows("SELECT kind, payload FROM outbox WHERE kind <> 'edit'", settled=False)
    assert kept["kind"] == "chart"
    assert len(kept["payload"]["photo"]["facts"]["days"]) == DAYS
    await olga.hears("New people per day")


async def test_buttons_are_counted(telegram: Telegram) -> None:
    olga = telegram.person(administrator=True)
    menu = await opens(olga)
    await telegram.worker.stop()  # writes down what the tests before have pressed
    await telegram.execute("DELETE FROM button_counts")
    await telegram.worker.start()
    await olga.presses("🔄 Refresh", on=menu, shows="Statistics")
    await olga.presses("☐ Daily report", on=menu, shows="☑ Daily report")
    await olga.presses("☑ Daily report", on=menu, shows="☐ Daily report")
    await telegram.restarts()
    counted = {row["button"]: row["presses"] for row in await telegram.rows("SELECT * FROM button_counts")}
    assert counted == {"s:stats": 1, "s:report:on": 1, "s:report:off": 1}
    shown = "in 30 days: Daily report off 1, Daily report on 1, Statistics 1"
    await olga.presses("🔄 Refresh", on=menu, shows=shown)


async def test_the_daily_report_comes_to_who_wants_it_and_once(telegram: Telegram) -> None:
    olga, ivan = telegram.person(administrator=True), telegram.person(administrator=True, language="ru")
    menu = await opens(olga)
    await olga.presses("☐ Daily report", shows="☑ Daily report")
    assert "09:00 UTC" in olga.toast
    await opens(ivan, "Статистика")
    await telegram.time_passes(days=3)
    assert "People: 2" in await olga.hears("Daily report")
    (row,) = await telegram.rows("SELECT due_at > now() AS ahead, due_at FROM timetable WHERE what = 'daily report'")
    assert row["ahead"]
    assert f"{row['due_at']:%H:%M}" == "09:00"
    await ivan.hears_nothing()
    await olga.presses("☑ Daily report", on=menu, shows="☐ Daily report")
    assert "no daily report" in olga.toast


async def test_only_administrators_reach_it(telegram: Telegram) -> None:
    stranger = telegram.person()
    await stranger.says("/stats")
    await stranger.hears("don't know this command")
    menu = await opens(telegram.person(administrator=True))
    for data in ("s:stats", "s:chart", "s:report:on", "s:dead", "s:maintenance:on"):
        assert GONE in await stranger.forges(data, on=menu)
    assert await telegram.rows("SELECT * FROM changed_settings") == []


async def test_the_command_prints_the_same_numbers_without_a_token(
    telegram: Telegram, fork_server_address: Path, tmp_path: Path
) -> None:
    await telegram.people(3, language_code="'ru'")
    url = telegram.worker.variables["DATABASE_URL"]
    ended = await command(tmp_path, "stats", "--json", DATABASE_URL=url)
    assert ended.code == 0
    numbers = json.loads(ended.output)
    assert numbers["people"] == 3
    assert numbers["languages"] == {"ru": 3}
    assert "dead_letters" not in numbers
    ended = await forked_command(
        fork_server_address, tmp_path, "stats", DATABASE_URL=url, BOT_TOKEN=telegram.emulator.bot.token
    )
    assert ended.code == 0
    assert "People: 3" in ended.output
    assert "dead letters: 0" in ended.output
    assert (await forked_command(fork_server_address, tmp_path, "stats", DATABASE_URL="nonsense")).code == 2
