"""Statistics, the chart and the daily report, as an administrator reads them; and `python -m bot stats`."""

import json
import re
from pathlib import Path

from bot.features.statistics.service import DAYS
from bot.sandbox.server.faults import Delay, When
from bot.sandbox.world.messages import Message
from tests.support.fork_server import forked_command
from tests.support.shared_worker import Administrator, SharedWorker
from tests.support.worker_process import command

PNG = b"\x89PNG\r\n\x1a\n"
GONE = "of an earlier menu"


async def opens(olga: Administrator, title: str = "Statistics") -> Message:
    before = len([one for one in olga.chat.received if title in one.text])
    olga.chat.says("/stats")
    return await olga.chat.receives(title, times=before + 1)


async def test_it_shows_the_numbers_and_refreshes_in_place(shared_worker: SharedWorker) -> None:
    olga = shared_worker.administrator()
    today = "(now() AT TIME ZONE 'UTC')::date"
    await shared_worker.people(3, language_code="'ru'", source="'spring'", active_on=today)
    away = {"created_at": "now() - interval '10 days'", "blocked_at": "now()", "active_on": f"{today} - 40"}
    await shared_worker.people(2, language_code="'pt-br'", **away)
    await shared_worker.people(1, banned_at="now()", created_at="now() - interval '90 days'", active_on=f"{today} - 20")
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
        assert line in menu.text
    await shared_worker.people(2)
    await olga.presses(menu, "🔄 Refresh", shows="People: 9")
    assert len(olga.chat.received) == 1


async def test_it_is_in_russian_for_who_reads_russian(shared_worker: SharedWorker) -> None:
    olga = shared_worker.administrator("ru")
    menu = await opens(olga, "Статистика")
    assert "Людей: 1" in menu.text
    assert "русский 1" in menu.text


async def test_the_chart_comes_as_a_picture_with_its_numbers(shared_worker: SharedWorker) -> None:
    olga = shared_worker.administrator()
    await shared_worker.people(5)
    await shared_worker.people(4, created_at="now() - interval '21 days'")
    await shared_worker.execute(
        "INSERT INTO cohort_returns SELECT date_trunc('week', now() - interval '21 days')::date,"
        " date_trunc('week', now() - interval '14 days')::date, 2"
    )
    menu = await opens(olga)
    assert re.search(r"\d+ \w+ \(4\): 50, 0, 0|\w+ \d+ \(4\): 50, 0, 0", menu.text), menu.text
    assert "on its way" in await olga.presses(menu, "📈 Chart", shows="Statistics")
    picture = await olga.chat.receives("New people per day")
    assert picture.kind == "photo"
    assert " 6" in picture.text
    assert "50, 0, 0" in picture.text
    call = shared_worker.telegram.calls.of("sendPhoto")[-1]
    assert call.status == 200


async def test_it_is_drawn_when_nothing_is_locked_for_it_any_more(shared_worker: SharedWorker) -> None:
    """The outbox holds the numbers to draw: the press ends before the drawing begins."""
    olga = shared_worker.administrator()
    menu = await opens(olga)
    order = shared_worker.telegram.faults.next(Delay(1, When.BEFORE), "sendPhoto")
    await olga.presses(menu, "📈 Chart", shows="Statistics")
    await shared_worker.telegram.until(lambda: order.met)
    [kept] = await shared_worker.rows("SELECT kind, payload FROM outbox WHERE kind <> 'edit'")
    assert kept["kind"] == "chart"
    assert len(kept["payload"]["photo"]["facts"]["days"]) == DAYS
    await olga.chat.receives("New people per day")


async def test_buttons_are_counted(shared_worker: SharedWorker) -> None:
    olga = shared_worker.administrator()
    menu = await opens(olga)
    await shared_worker.process.stop()  # writes down what the tests before have pressed
    await shared_worker.execute("DELETE FROM button_counts")
    await shared_worker.process.start()
    await olga.presses(menu, "🔄 Refresh", shows="Statistics")
    await olga.presses(menu, "☐ Daily report", shows="☑ Daily report")
    await olga.presses(menu, "☑ Daily report", shows="☐ Daily report")
    await shared_worker.process.stop()
    await shared_worker.process.start()
    await shared_worker.telegram.until(lambda: shared_worker.telegram.waiting_polls == 1, within=30)
    counted = {row["button"]: row["presses"] for row in await shared_worker.rows("SELECT * FROM button_counts")}
    assert counted == {"s:stats": 1, "s:report:on": 1, "s:report:off": 1}
    await olga.presses(menu, "🔄 Refresh", shows="in 30 days: Daily report off 1, Daily report on 1, Statistics 1")


async def test_the_daily_report_comes_to_who_wants_it_and_once(shared_worker: SharedWorker) -> None:
    olga, ivan = shared_worker.administrator(), shared_worker.administrator("ru")
    menu = await opens(olga)
    assert "09:00 UTC" in await olga.presses(menu, "☐ Daily report", shows="☑ Daily report")
    await opens(ivan, "Статистика")
    await shared_worker.execute("UPDATE timetable SET due_at = now() - interval '3 days' WHERE what = 'daily report'")
    report = await olga.chat.receives("Daily report")
    assert "People: 2" in report.text
    await shared_worker.settles()
    (row,) = await shared_worker.rows(
        "SELECT due_at > now() AS ahead, due_at FROM timetable WHERE what = 'daily report'"
    )
    assert row["ahead"]
    assert f"{row['due_at']:%H:%M}" == "09:00"
    assert len(ivan.chat.received) == 1
    assert "no daily report" in await olga.presses(menu, "☑ Daily report", shows="☐ Daily report")


async def test_only_administrators_reach_it(shared_worker: SharedWorker) -> None:
    olga = shared_worker.administrator()
    menu = await opens(olga)
    stranger = shared_worker.telegram.private_chat()
    stranger.says("/stats")
    await stranger.receives("don't know this command")
    for data in ("s:stats", "s:chart", "s:report:on", "s:dead", "s:maintenance:on"):
        press = stranger.press_forged(menu, data)
        await shared_worker.telegram.until(lambda press=press: press.answer is not None)  # type: ignore[misc]
        assert press.answer is not None
        assert press.answer.text
        assert GONE in press.answer.text
    assert await shared_worker.rows("SELECT * FROM changed_settings") == []


async def test_the_command_prints_the_same_numbers_without_a_token(
    shared_worker: SharedWorker, fork_server_address: Path, tmp_path: Path
) -> None:
    await shared_worker.people(3, language_code="'ru'")
    url = shared_worker.process.variables["DATABASE_URL"]
    ended = await command(tmp_path, "stats", "--json", DATABASE_URL=url)
    assert ended.code == 0
    numbers = json.loads(ended.output)
    assert numbers["people"] == 3
    assert numbers["languages"] == {"ru": 3}
    assert "dead_letters" not in numbers
    ended = await forked_command(
        fork_server_address, tmp_path, "stats", DATABASE_URL=url, BOT_TOKEN=shared_worker.telegram.bot.token
    )
    assert ended.code == 0
    assert "People: 3" in ended.output
    assert "dead letters: 0" in ended.output
    assert (await forked_command(fork_server_address, tmp_path, "stats", DATABASE_URL="nonsense")).code == 2
