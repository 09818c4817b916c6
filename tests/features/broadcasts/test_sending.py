"""An administrator watches and controls running broadcasts."""

import csv
import io

import pytest

from bot.sandbox.server.faults import Delay, When
from bot.sandbox.world.conversations import PrivateChat
from bot.sandbox.world.messages import Message
from tests.support.joined import needs
from tests.support.shared_worker import Administrator, SharedWorker


async def test_it_is_confirmed_sent_once_however_often_it_is_pressed_and_reported(shared_worker: SharedWorker) -> None:
    olga = shared_worker.administrator()
    people = await shared_worker.people(5)
    settings = await olga.previews("To everyone")
    await olga.presses(settings, "🚀 Send now", shows="This goes to 6 people.")
    await olga.presses(settings, "‹ Back", shows="Preview again")
    await olga.presses(settings, "🚀 Send now", shows="This goes to 6 people.")
    first, second = (olga.chat.press(settings, "✅ Yes, send") for _ in range(2))
    await shared_worker.telegram.until(lambda: first.answer is not None and second.answer is not None)
    assert second.answer is not None
    assert "out of date" in (second.answer.text or "")
    done = await shared_worker.becomes("done")
    await olga.shows(settings, "sent: 6 of 6")
    report = await olga.chat.receives("It took")
    assert "Sent: 6 of 6" in report.text
    assert olga.labels(report) == ["🗑 Delete messages", "‹ All broadcasts"]
    for chat in people:
        assert [one.text for one in chat.received] == ["To everyone"]
    assert (done["panel_id"], done["author_id"]) == (settings.message_id, olga.chat.id)
    assert await shared_worker.rows("SELECT * FROM dead_letters") == []


@pytest.mark.parametrize(
    "changes",
    [("choose:{}:everyone:-",), ("category:{}:system",), ("toggle:{}:silent",), ("more:{}", "preview:{}")],
    ids=["whom", "category", "options", "content"],
)
async def test_a_yes_is_for_what_was_shown_and_not_for_what_it_became_in_another_message(
    shared_worker: SharedWorker, changes: tuple[str, ...]
) -> None:
    olga = shared_worker.administrator()
    people = await shared_worker.people(2)
    confirmation = await olga.previews("A test")
    number = (await shared_worker.broadcast())["id"]
    await olga.forges(confirmation, f"b:choose:{number}:administrators:+", shows="✓ Administrators only")
    await olga.forges(confirmation, f"b:send:{number}", shows="This goes to 1 person")
    other = await olga.opens_panel()
    for change in changes:
        await olga.forges(other, f"b:{change.format(number)}")
        if change.startswith("more"):
            olga.chat.says("And more")
            await olga.chat.receives("2 messages")
    toast = await olga.presses(confirmation, "✅ Yes, send", shows="👁 Preview again")
    assert "out of date" in toast
    assert (await shared_worker.broadcast())["state"] == "previewed"
    assert [chat.received for chat in people] == [[], []]
    await olga.presses(confirmation, "🚀 Send now", shows="✅ Yes, send")
    await olga.presses(confirmation, "✅ Yes, send", shows="")
    await shared_worker.becomes("done")


async def test_to_nobody_it_is_not_sent(shared_worker: SharedWorker) -> None:
    olga = shared_worker.administrator()
    settings = await olga.previews("Hello")
    await olga.presses(settings, "🚀 Send now", shows="This goes to 1 person.")
    await shared_worker.execute("UPDATE users SET opted_out = '{news}'")
    assert "Nobody would get this now" in await olga.presses(settings, "✅ Yes, send", shows="Nobody would get it now")
    assert "Nobody would get this now" in await olga.presses(settings, "🚀 Send now", shows="Nobody would get it now")
    assert (await shared_worker.broadcast())["state"] == "previewed"


async def test_it_pauses_goes_on_and_is_shown_in_place(shared_worker: SharedWorker) -> None:
    olga = shared_worker.administrator()
    slow, *_ = await shared_worker.people(3)
    _held_up(shared_worker, slow)
    settings = await _sends(olga)
    await olga.shows(settings, "being sent", "⏸ Pause")
    await olga.presses(settings, "⏸ Pause", shows="▶️ Go on")
    assert "paused" in settings.text
    assert "out of date" in await olga.forges(settings, f"b:pause:{(await shared_worker.broadcast())['id']}")
    assert (await shared_worker.broadcast())["state"] == "paused"
    await olga.presses(settings, "▶️ Go on", shows="")
    await shared_worker.becomes("done")
    await olga.chat.receives("It took")
    assert [one.text for one in slow.received] == ["Hello"]


async def test_it_is_cancelled_and_shows_how_many_have_got_it(shared_worker: SharedWorker) -> None:
    olga = shared_worker.administrator()
    slow, *_, last = await shared_worker.people(3)
    _held_up(shared_worker, slow)
    settings = await _sends(olga)
    await last.receives("Hello")
    await olga.presses(settings, "✖️ Cancel", shows="cancelled")
    assert (await shared_worker.broadcast())["state"] == "cancelled"
    await olga.shows(settings, "Sent: 4 of 4", "🗑 Delete messages")  # those in flight count, too


async def test_who_goes_on_to_something_else_in_the_message_is_not_called_back(shared_worker: SharedWorker) -> None:
    olga = shared_worker.administrator()
    slow, *_ = await shared_worker.people(2)
    shared_worker.telegram.faults.next(Delay(5, When.BEFORE), "sendMessage", chat_id=slow.id)
    settings = await _sends(olga)
    await olga.presses(settings, "‹ All broadcasts", shows="Broadcasts")
    assert (await shared_worker.broadcast())["panel_id"] is None
    other = await olga.opens_panel()
    await olga.presses(other, f"{(await shared_worker.broadcast())['id']} ·", shows="being sent")
    assert (await shared_worker.broadcast())["panel_id"] == other.message_id
    await shared_worker.becomes("done")
    await olga.shows(other, "sent: 3 of 3")
    assert "Broadcasts, the newest first" in settings.text


async def test_going_on_after_a_long_pause_is_no_alarm(shared_worker: SharedWorker) -> None:
    olga = shared_worker.administrator()
    slow, other = await shared_worker.people(2)
    _held_up(shared_worker, slow)
    settings = await _sends(olga)
    await other.receives("Hello")
    await olga.presses(settings, "⏸ Pause", shows="paused")
    await slow.receives("Hello")
    await shared_worker.settles()
    await shared_worker.execute("UPDATE broadcasts SET alive_at = now() - interval '1 day'")
    before = len(shared_worker.telegram.calls.of("editMessageText"))
    await olga.presses(settings, "▶️ Go on", shows="")
    await shared_worker.becomes("done")
    await olga.chat.receives("It took")
    edits = [call.parameters["text"] for call in shared_worker.telegram.calls.of("editMessageText")[before:]]
    assert edits
    assert not any("Nobody is sending" in text for text in edits)


async def test_another_administrator_sees_it_and_steers_it_from_a_message_of_their_own(
    shared_worker: SharedWorker,
) -> None:
    olga, ivan = shared_worker.administrator(), shared_worker.administrator()
    slow, *_ = await shared_worker.people(2)
    _held_up(shared_worker, slow)
    settings = await _sends(olga)
    menu = await ivan.opens_panel()
    await ivan.presses(menu, f"{(await shared_worker.broadcast())['id']} ·", shows="being sent")
    await ivan.presses(menu, "⏸ Pause", shows="paused")
    await ivan.presses(menu, "🔄 Refresh", shows="paused")
    await olga.shows(settings, "paused")
    assert (await shared_worker.broadcast())["panel_id"] == settings.message_id


async def test_what_another_cancels_before_anybody_sends_it_is_shown_to_its_author(shared_worker: SharedWorker) -> None:
    olga, ivan = shared_worker.administrator(), shared_worker.administrator()
    await shared_worker.people(2)
    settings = await _schedules(olga, "Later")
    menu = await ivan.opens_panel()
    await ivan.presses(menu, f"{(await shared_worker.broadcast())['id']} ·", shows="✋ Unschedule")
    await ivan.presses(menu, "✖️ Cancel", shows="cancelled")
    await olga.shows(settings, "cancelled")
    assert (await shared_worker.broadcast())["state"] == "cancelled"


async def test_failures_come_as_a_file(shared_worker: SharedWorker) -> None:
    olga = shared_worker.administrator()
    people = await shared_worker.people(3)
    people[0].blocks()
    await shared_worker.settles()
    await shared_worker.execute("UPDATE users SET blocked_at = NULL")  # as if not known yet
    await _sends(olga)
    report = await olga.chat.receives("It took")
    assert "blocked the bot: 1" in report.text
    toast = await olga.presses(report, "📄 Failures (CSV)", shows="It took")
    assert "on its way" in toast
    file = await olga.chat.receives("Who did not get broadcast")
    number = (await shared_worker.broadcast())["id"]
    document = (file.content.media or {})["document"]
    assert document["file_name"] == f"broadcast-{number}-failures.csv"
    content = next(call for call in shared_worker.telegram.calls.of("sendDocument")).parameters["document"]
    rows = list(csv.reader(io.StringIO(_text_of(content))))
    assert rows[0] == ["telegram_id", "state", "reason"]
    assert rows[1][:2] == [str(people[0].id), "blocked"]
    assert "blocked by the user" in rows[1][2]
    await shared_worker.execute("DELETE FROM broadcast_recipients")
    assert "There are no failures" in await olga.presses(report, "📄 Failures (CSV)", shows="It took")


async def test_its_messages_are_deleted_after_one_more_question(shared_worker: SharedWorker) -> None:
    olga = shared_worker.administrator()
    people = await shared_worker.people(2)
    await _sends(olga)
    report = await olga.chat.receives("It took")
    await olga.presses(report, "🗑 Delete messages", shows="48 hours")
    await olga.presses(report, "‹ Back", shows="It took")
    await olga.presses(report, "🗑 Delete messages", shows="48 hours")
    await olga.presses(report, "🗑 Yes, delete them", shows="delete")
    await shared_worker.becomes("deleted")
    last = await olga.chat.receives("its messages are deleted")
    assert "Deleted: 3 of 3" in last.text
    assert all(one.deleted for chat in people for one in chat.received)


async def test_after_two_days_it_is_too_late_to_delete(shared_worker: SharedWorker) -> None:
    olga = shared_worker.administrator()
    await shared_worker.people(1)
    await _sends(olga)
    report = await olga.chat.receives("It took")
    await shared_worker.execute("UPDATE broadcasts SET finished_at = now() - interval '49 hours'")
    assert "48 hours only" in await olga.presses(report, "🗑 Delete messages", shows="‹ All broadcasts")
    await shared_worker.telegram.until(lambda: "🗑 Delete messages" not in olga.labels(report))
    assert "48 hours only" in await olga.forges(report, f"b:delete-yes:{(await shared_worker.broadcast())['id']}")
    assert (await shared_worker.broadcast())["state"] == "done"


async def test_menus_of_an_ended_broadcast_answer_with_a_sentence_and_show_how_it_stands(
    shared_worker: SharedWorker,
) -> None:
    olga = shared_worker.administrator()
    await shared_worker.people(1)
    answer = await olga.composes("Hello")
    settings = await olga.sees_settings(answer)
    other = await olga.opens_panel()
    number = (await shared_worker.broadcast())["id"]
    await olga.presses(other, f"{number} ·", shows="Preview again")
    await olga.presses(other, "🚀 Send now", shows="This goes to")
    await olga.presses(other, "✅ Yes, send", shows="")
    await olga.chat.receives("It took")
    for data in ("more", "preview", "discard", "send", "schedule", "pause", "go-on", "cancel", "unschedule"):
        assert "out of date" in await olga.forges(settings, f"b:{data}:{number}", shows="It took"), data
    assert "out of date" in await olga.forges(settings, f"b:yes:{number}:00000000", shows="It took")
    assert (await shared_worker.broadcast())["state"] == "done"


async def test_what_is_due_begins_by_itself_in_the_message_that_scheduled_it(shared_worker: SharedWorker) -> None:
    olga = shared_worker.administrator()
    people = await shared_worker.people(1)
    settings = await _schedules(olga, "Hello")
    await shared_worker.execute(
        "UPDATE broadcasts SET due_at = now() - interval '1 second'",
        f"SELECT pg_notify('telegram_bot_worker', '{shared_worker.telegram.bot.id}')",
    )
    await people[0].receives("Hello")
    await olga.shows(settings, "sent: 2 of 2")


async def test_what_is_scheduled_can_be_sent_now_by_another_and_reports_to_its_author(
    shared_worker: SharedWorker,
) -> None:
    olga, ivan = shared_worker.administrator(), shared_worker.administrator()
    settings = await _schedules(olga, "Hello")
    menu = await ivan.opens_panel()
    await ivan.presses(menu, f"{(await shared_worker.broadcast())['id']} ·", shows="✋ Unschedule")
    await ivan.presses(menu, "🚀 Send now", shows="This goes to 2 people")
    await ivan.presses(menu, "✅ Yes, send", shows="")
    assert (await shared_worker.becomes("done"))["panel_id"] == settings.message_id
    await olga.shows(settings, "sent: 2 of 2")
    await olga.chat.receives("It took")


def _held_up(shared_worker: SharedWorker, chat: PrivateChat) -> None:
    shared_worker.telegram.faults.next(Delay(2, When.BEFORE), "sendMessage", chat_id=chat.id)


async def _schedules(olga: Administrator, text: str) -> Message:
    """Schedule a broadcast for the first day offered. Returns the message that shows it."""
    settings = await olga.previews(text)
    await olga.presses(settings, "🕒 Schedule", shows="on which day")
    await olga.presses(settings, olga.labels(settings)[1], shows="which hour")
    await olga.presses(settings, "00", shows="which minute")
    await olga.presses(settings, "00:00", shows="goes out on")
    return settings


async def _sends(olga: Administrator) -> Message:
    settings = await olga.previews("Hello")
    await olga.presses(settings, "🚀 Send now", shows="This goes to")
    await olga.presses(settings, "✅ Yes, send", shows="Broadcast")
    return settings


def _text_of(upload: object) -> str:
    content = getattr(upload, "content", upload)
    return content.decode() if isinstance(content, bytes) else str(content)


@needs("audit")
async def test_who_sent_and_cancelled_it_stands_in_the_audit_in_the_readers_language(
    shared_worker: SharedWorker,
) -> None:
    olga, boris = shared_worker.administrator(), shared_worker.administrator("ru")
    slow, *_ = await shared_worker.people(3)
    _held_up(shared_worker, slow)
    settings = await _sends(olga)
    await olga.presses(settings, "✖️ Cancel", shows="cancelled")
    number = (await shared_worker.becomes("cancelled"))["id"]
    boris.chat.says("/admin")
    panel = await boris.chat.receives("Управление")
    await boris.presses(panel, "📜 Журнал", shows=f"Olga ({olga.chat.id}): отправка рассылки {number}")
    assert f"Olga ({olga.chat.id}): отмена рассылки {number}" in panel.text
