"""An administrator composes broadcasts: list, drafts, preview, audience and time."""

import re

from bot.features import broadcasts
from bot.sandbox.server.faults import Reply
from bot.sandbox.world import message_origins
from bot.sandbox.world.entities import make_entity
from bot.sandbox.world.messages import Message
from bot.sandbox.world.user_actions import AlbumItem
from bot.worker.intake.handling import button_of
from tests.support.shared_worker import Administrator, SharedWorker

FORGED = [
    "b:list", "b:new", "b:waiting",
    *(f"b:{action}:{{number}}" for action in (
        "show", "preview", "over", "discard", "more", "whom", "send", "schedule",
        "unschedule", "pause", "go-on", "cancel", "failures", "delete", "delete-yes",
    )),
    "b:yes:{number}:00000000",
    "b:category:{number}:system", "b:toggle:{number}:silent", "b:part:{number}:source",
    "b:choose:{number}:everyone:-", "b:choose:{number}:administrators:+", "b:day:{number}:20990101",
    "b:hour:{number}:2099010100", "b:minute:{number}:209901010000",
]  # fmt: skip
GONE = "earlier menu"


async def test_strangers_get_what_they_get_for_anything_unknown_and_change_nothing(shared_worker: SharedWorker) -> None:
    olga = shared_worker.administrator()
    await olga.previews("Hello")
    before = await shared_worker.broadcast()
    ann = shared_worker.telegram.private_chat()
    ann.says("/nonsense")
    unknown = await ann.receives("don't know this command")
    ann.says("/broadcast")
    assert (await ann.receives("don't know", times=2)).text == unknown.text
    ann.sends_photo()
    await ann.receives("don't understand this")
    buttons = {button_of(route.name) or "" for route in broadcasts.FEATURE.admin_routes} - {""}
    assert {data.split(":")[1] for data in FORGED} == {name.removeprefix("b:") for name in buttons}
    for data in FORGED:
        press = ann.press_forged(unknown, data.format(number=before["id"]))
        await shared_worker.telegram.until(lambda press=press: press.answer is not None)  # type: ignore[misc]
        assert press.answer is not None
        assert GONE in (press.answer.text or ""), data
    await shared_worker.settles()
    assert [dict(row) for row in await shared_worker.rows("SELECT * FROM broadcasts")] == [dict(before)]
    assert len(ann.received) == 3


async def test_administrators_are_nobody_in_a_group(shared_worker: SharedWorker) -> None:
    olga = shared_worker.administrator()
    group = shared_worker.telegram.group("Friends", [olga.chat.person])
    group.says(f"/broadcast@{shared_worker.telegram.bot.username}", by=olga.chat.person)
    sent = await group.receives("don't know this command")
    press = group.press_forged(sent, "b:new", by=olga.chat.person)
    await shared_worker.telegram.until(lambda: press.answer is not None)
    assert press.answer is not None
    assert GONE in (press.answer.text or "")
    group.says("/broadcast", by=olga.chat.person)
    await shared_worker.settles()
    assert len(group.received) == 1
    assert await shared_worker.rows("SELECT * FROM broadcasts") == []


async def test_malformed_data_is_answered_like_a_button_that_is_gone(shared_worker: SharedWorker) -> None:
    olga = shared_worker.administrator()
    menu = await olga.opens_panel()
    for data in ("b:", "b:show:x", "b:show:1\n", "b:show:" + "9" * 19, "b:toggle:1:content", "b:choose:1:silent:zz"):
        assert GONE in await olga.forges(menu, data)
    assert "This broadcast is gone" in await olga.forges(menu, "b:show:999")


async def test_the_panel_lists_the_newest_and_each_opens(shared_worker: SharedWorker) -> None:
    olga = shared_worker.administrator()
    menu = await olga.opens_panel()
    assert "Nothing has been broadcast yet" in menu.text
    await olga.previews("Hello <b>, this is news")
    number = (await shared_worker.broadcast())["id"]
    await olga.presses(menu, "🔄 Refresh", shows=f"{number} · draft")
    assert "Hello <b>, this is news" in menu.text
    await olga.presses(menu, f"{number} ·", shows="would get it now")
    await olga.presses(menu, "‹ All broadcasts", shows="Broadcasts")


async def test_messages_are_collected_and_counted_and_the_preview_shows_them(shared_worker: SharedWorker) -> None:
    olga = shared_worker.administrator()
    await olga.begins()
    chat = olga.chat
    bold = chat.says("Big news here", entities=[make_entity("Big news here", "news", "bold")])
    await chat.receives("Added: text. 1 message so far.")
    chat.sends_photo(caption="Look")
    await chat.receives("Added: photo. 2 messages so far.")
    chat.sends_album([AlbumItem(caption="first"), AlbumItem(), AlbumItem()])
    await chat.receives("Added: album. 3 messages so far.")
    chat.sends_poll()
    await chat.receives("Added: poll. 4 messages so far.")
    link = {"inline_keyboard": [[{"text": "Read", "url": "https://example.com/"}]]}
    chat.forwards("From elsewhere", message_origins.from_hidden_user("Somebody"), keyboard=link)
    answer = await chat.receives("Added: text. 5 messages so far.")
    assert olga.labels(answer) == ["👁 Preview", "↩️ Start over", "🗑 Discard"]
    chat.edits(bold, "Quite another thing")
    await shared_worker.settles()
    assert len([one for one in chat.received if "Added" in one.text]) == 5
    settings = await olga.sees_settings(answer)
    assert "1 person would get it now" in settings.text
    at = chat.received.index(settings)
    shown = chat.received[at - 7 : at]
    assert [one.kind for one in shown] == ["text", "photo", "photo", "photo", "photo", "poll", "text"]
    assert [one.text for one in shown[:3]] == ["Big news here", "Look", "first"]
    assert [entity["type"] for entity in shown[0].entities] == ["bold"]
    assert shown[-1].buttons[0]["url"] == "https://example.com/"
    assert "this is what people get" in answer.text
    assert olga.labels(answer) == []


async def test_what_is_lost_is_shown_and_what_can_not_be_broadcast_is_rejected(shared_worker: SharedWorker) -> None:
    olga = shared_worker.administrator()
    await olga.begins()
    buttons = [[{"text": "Read", "url": "https://example.com/"}, {"text": "Vote", "callback_data": "x"}]]
    shared_worker.telegram.push({"message": _message(olga, 901, text="Hi", reply_markup={"inline_keyboard": buttons})})
    assert "Only the buttons that are links are kept" in (await olga.chat.receives("Added: text")).text
    shared_worker.telegram.push({"message": _message(olga, 902, pinned_message=_message(olga, 1, text="x"))})
    await olga.chat.receives("note of Telegram's")
    options = [{"text": text, "voter_count": 0, "persistent_id": text} for text in "ab"]
    quiz = {
        "id": "1", "question": "Q", "options": options, "total_voter_count": 0, "is_closed": False, "type": "quiz",
        "is_anonymous": True, "allows_multiple_answers": False, "allows_revoting": False, "members_only": False,
    }  # fmt: skip
    shared_worker.telegram.push({"message": _message(olga, 903, poll=quiz)})
    await olga.chat.receives("can't broadcast this quiz")
    for number in range(2, 11):
        olga.chat.says(f"{number}")
        await olga.chat.receives(f"{number} messages so far")
    olga.chat.says("too many")
    await olga.chat.receives("one too many")
    assert len((await shared_worker.broadcast())["content"]["pieces"]) == 10


async def test_starting_over_forgets_and_discarding_ends_it(shared_worker: SharedWorker) -> None:
    olga = shared_worker.administrator()
    answer = await olga.composes("one", "two")
    await olga.presses(answer, "↩️ Start over", shows="Nothing is there yet")
    assert "send me a message first" in await olga.presses(answer, "👁 Preview", shows="Nothing is there yet")
    assert "Discarded" in await olga.presses(answer, "🗑 Discard", shows="Nothing has been broadcast")
    assert await shared_worker.rows("SELECT * FROM broadcasts") == []
    olga.chat.says("to nobody in particular")
    await olga.chat.receives("don't understand this")


async def test_cancelling_keeps_what_was_composed_and_discards_what_is_empty(shared_worker: SharedWorker) -> None:
    olga = shared_worker.administrator()
    await olga.begins()
    olga.chat.says("/cancel")
    await olga.chat.receives("there was nothing in it")
    assert await shared_worker.rows("SELECT * FROM broadcasts") == []
    await olga.composes("one")
    olga.chat.says("/cancel")
    await olga.chat.receives("It stays as it is")
    assert (await shared_worker.broadcast())["state"] == "previewed"


async def test_an_empty_draft_is_neither_sent_nor_scheduled_and_opens_where_it_is_composed(
    shared_worker: SharedWorker,
) -> None:
    olga = shared_worker.administrator()
    settings = await olga.previews("one")
    await olga.presses(settings, "🚀 Send now", shows="✅ Yes, send")
    number = (await shared_worker.broadcast())["id"]
    await shared_worker.execute("UPDATE broadcasts SET content = '{}'")
    assert "send me a message first" in await olga.presses(settings, "✅ Yes, send", shows="Nothing is there yet")
    assert (await shared_worker.broadcast())["state"] == "composing"
    for data in (f"b:send:{number}", f"b:schedule:{number}"):
        await shared_worker.execute("UPDATE broadcasts SET state = 'previewed'")
        assert "send me a message first" in await olga.forges(settings, data, shows="Nothing is there yet")
        assert (await shared_worker.broadcast())["state"] == "composing"
    await shared_worker.execute("UPDATE broadcasts SET state = 'previewed'")
    menu = await olga.opens_panel()
    await olga.presses(menu, f"{number} · (nothing yet)", shows="Nothing is there yet")
    olga.chat.says("two")
    await olga.chat.receives("Added: text. 1 message so far.")


async def test_menus_of_a_discarded_draft_answer_with_a_sentence(shared_worker: SharedWorker) -> None:
    olga = shared_worker.administrator()
    answer = await olga.composes("one")
    settings = await olga.sees_settings(answer)
    other = await olga.opens_panel()
    number = (await shared_worker.broadcast())["id"]
    await olga.presses(other, f"{number} ·", shows="would get it now")
    await olga.presses(other, "🗑 Discard", shows="Nothing has been broadcast")
    for label in ("✓ News", "👥 To whom", "☐ Silent", "👁 Preview again", "🚀 Send now", "🕒 Schedule", "🗑 Discard"):
        assert "This broadcast is gone" in await olga.presses(settings, label, shows="would get it now")


async def test_a_draft_with_something_in_it_is_not_thrown_away_by_a_new_one(shared_worker: SharedWorker) -> None:
    olga = shared_worker.administrator()
    await olga.composes("one")
    menu = await olga.opens_panel()
    assert "You have a draft already" in await olga.presses(menu, "➕ New broadcast", shows="1 message is there so far")
    assert len(await shared_worker.rows("SELECT * FROM broadcasts")) == 1


async def test_adding_more_goes_on_collecting(shared_worker: SharedWorker) -> None:
    olga = shared_worker.administrator()
    settings = await olga.previews("one")
    olga.chat.says("not collected")
    await olga.chat.receives("don't understand this")
    await olga.presses(settings, "➕ Add more", shows="1 message is there so far")
    olga.chat.says("two")
    await olga.chat.receives("Added: text. 2 messages so far.")


async def test_another_administrators_draft_is_theirs(shared_worker: SharedWorker) -> None:
    olga, ivan = shared_worker.administrator(), shared_worker.administrator()
    settings = await olga.previews("one")
    number = (await shared_worker.broadcast())["id"]
    menu = await ivan.opens_panel()
    await ivan.presses(menu, f"{number} ·", shows="another administrator's draft")
    for data in (f"b:yes:{number}:00000000", f"b:discard:{number}", f"b:toggle:{number}:silent", f"b:preview:{number}"):
        assert "only they can change it" in await ivan.forges(menu, data)
    assert (await shared_worker.broadcast())["state"] == "previewed"
    await olga.presses(settings, "☐ Silent", shows="☑ Silent")


async def test_options_change_how_it_is_sent(shared_worker: SharedWorker) -> None:
    olga = shared_worker.administrator()
    settings = await olga.previews("See https://example.com/")
    for label in ("Silent", "No forwarding or saving", "No link preview"):
        await olga.presses(settings, f"☐ {label}", shows=f"☑ {label}")
    await olga.presses(settings, "Offers", shows="✓ Offers")
    assert "People can opt out of offers" in settings.text
    await olga.presses(settings, "System", shows="✓ System")
    assert "Nobody can opt out of this" in settings.text
    await olga.presses(settings, "👁 Preview again", shows="this is what people get")
    await olga.chat.receives("would get it now")
    await shared_worker.settles()
    shown = olga.chat.received[-2]
    assert shown.options["disable_notification"]
    assert shown.options["protect_content"]
    assert shown.options["link_preview_options"]["is_disabled"]
    settings = olga.chat.received[-1]
    await olga.presses(settings, "☑ Silent", shows="☐ Silent")
    await olga.presses(settings, "🚀 Send now", shows="How: no forwarding or saving, no link preview")


async def test_each_choice_of_audience_shows_its_number_of_people(shared_worker: SharedWorker) -> None:
    olga = shared_worker.administrator()
    await shared_worker.people(3, language_code="'ru'", source=f"'{'s' * 64}'")
    await shared_worker.people(2, language_code="'pt-br'", last_seen_at="now() - interval '10 days'")
    await shared_worker.people(1, language_code="'ru'", created_at="now() - interval '100 days'", opted_out="'{news}'")
    await shared_worker.people(1, blocked_at="now()")
    settings = await olga.previews("Hello")  # olga herself is the sixth
    assert "6 people would get it now" in settings.text
    await olga.presses(settings, "System", shows="7 people")
    await olga.presses(settings, "News", shows="6 people")
    await olga.presses(settings, "👥 To whom: 6", shows="✓ Everyone · 6")
    assert "Administrators only · 1" in olga.labels(settings)
    await olga.presses(settings, "Language…", shows="whose language")
    assert {"✓ Any · 6", "Russian · 3", "Portuguese · 2", "English · 1"} <= set(olga.labels(settings))
    await olga.presses(settings, "Portuguese · 2", shows="Everyone · 6")
    assert "people whose language is Portuguese" in settings.text
    assert "2 people would get it now" in settings.text
    await olga.presses(settings, "Active within…", shows="within how many days")
    assert {"✓ Any · 2", "7 days · 0", "14 days · 2"} <= set(olga.labels(settings))
    await olga.presses(settings, "14 days · 2", shows="✓ Active within…")
    await olga.presses(settings, "Silent for…", shows="silent for how many days")
    await olga.presses(settings, "7 days · 2", shows="silent for 7 days")
    await olga.presses(settings, "Joined within…", shows="joined within")
    await olga.presses(settings, "1 day · 2", shows="joined within the last day")
    await olga.presses(settings, "Everyone · 6", shows="✓ Everyone · 6")
    await olga.presses(settings, "Source…", shows="which source")
    await olga.presses(settings, "· 3", shows=f"“{'s' * 64}”")
    await olga.presses(settings, "Source…", shows="which source")
    await olga.presses(settings, "Any · 6", shows="✓ Everyone · 6")
    await olga.presses(settings, "Administrators only · 1", shows="✓ Administrators only · 1")
    await olga.presses(settings, "‹ Back", shows="administrators only, as a test")
    assert "1 person would get it now" in settings.text


async def test_a_choice_that_is_gone_is_said_to_be(shared_worker: SharedWorker) -> None:
    olga = shared_worker.administrator()
    await shared_worker.people(2, source="'spring'")
    settings = await olga.previews("Hello")
    await olga.presses(settings, "👥 To whom", shows="Everyone")
    await olga.presses(settings, "Source…", shows="spring · 2")
    await shared_worker.execute("UPDATE users SET source = NULL")
    assert "isn't there any more" in await olga.presses(settings, "spring · 2", shows="known")
    number = (await shared_worker.broadcast())["id"]
    assert "isn't there any more" in await olga.forges(settings, f"b:choose:{number}:silent:2")
    assert (await shared_worker.broadcast())["audience"] == {}


async def test_it_is_scheduled_by_day_hour_and_minute_listed_and_taken_back(shared_worker: SharedWorker) -> None:
    olga = shared_worker.administrator()
    settings = await olga.previews("Hello")
    due = await _schedules(olga, settings)
    scheduled = await shared_worker.broadcast()
    assert scheduled["state"] == "scheduled"
    assert scheduled["panel_id"] == settings.message_id
    assert f"{scheduled['due_at']:%H:%M}" == due
    await olga.presses(settings, "🕒 What waits", shows="What waits for its time")
    assert f"{due} UTC" in settings.text
    await olga.presses(settings, f"{scheduled['id']} ·", shows="✋ Unschedule")
    await olga.presses(settings, "🕒 Another time", shows="on which day")
    await olga.presses(settings, "‹ Back", shows="goes out on")
    await olga.presses(settings, "✋ Unschedule", shows="👁 Preview again")
    assert (await shared_worker.broadcast())["state"] == "previewed"
    await _schedules(olga, settings)
    await olga.presses(settings, "✖️ Cancel", shows="cancelled before it began")
    assert (await shared_worker.broadcast())["state"] == "cancelled"
    await olga.presses(settings, "‹ All broadcasts", shows="cancelled")
    await olga.presses(settings, "🕒 What waits", shows="Nothing waits")


async def test_it_is_scheduled_and_shown_by_the_clock_that_its_author_has_chosen(shared_worker: SharedWorker) -> None:
    olga, boris = shared_worker.administrator(), shared_worker.administrator()
    settings = await olga.previews("Hello")
    await olga.forges(settings, "settings:zone:set:Europe/Minsk", shows="Minsk (+3)")
    menu = await olga.opens_panel()
    await olga.presses(menu, f"{(await shared_worker.broadcast())['id']} ·", shows="🕒 Schedule")
    await olga.presses(menu, "🕒 Schedule", shows="(Minsk) now")
    await olga.presses(menu, olga.labels(menu)[-2], shows="which hour (Minsk)")
    await olga.presses(menu, "23", shows="which minute (Minsk)")
    await olga.presses(menu, "23:55", shows="23:55 (Minsk)")
    assert f"{(await shared_worker.broadcast())['due_at']:%H:%M}" == "20:55"
    others = await boris.opens_panel()
    await boris.presses(others, "🕒 What waits", shows="20:55 UTC")


async def test_only_times_to_come_can_be_chosen(shared_worker: SharedWorker) -> None:
    olga = shared_worker.administrator()
    settings = await olga.previews("Hello")
    number = (await shared_worker.broadcast())["id"]
    for data in ("day:{}:20200101", "hour:{}:2020010112", "minute:{}:202001011200", "minute:{}:209901011200",
                 "day:{}:20269999", "minute:{}:202611269999"):  # fmt: skip
        assert "time is past" in await olga.forges(settings, f"b:{data.format(number)}", shows="on which day")
    assert (await shared_worker.broadcast())["state"] == "previewed"


async def test_all_of_it_is_in_russian_for_who_reads_russian(shared_worker: SharedWorker) -> None:
    olga = shared_worker.administrator("ru")
    await shared_worker.people(4)
    await olga.begins()
    olga.chat.says("Привет")
    answer = await olga.chat.receives("Добавлено: текст. Всего 1 сообщение.")
    await olga.presses(answer, "👁 Просмотр", shows="вот что получат люди")
    settings = await olga.chat.receives("Сейчас это получили бы 5 человек.")
    await olga.presses(settings, "🚀 Отправить", shows="Её получат 5 человек.")
    assert (await shared_worker.broadcast())["language"] == "ru"


async def _schedules(olga: Administrator, settings: Message) -> str:
    """Choose the last moment of the last day, and return it."""
    await olga.presses(settings, "🕒 Schedule", shows="on which day")
    await olga.presses(settings, olga.labels(settings)[-2], shows="which hour")
    await olga.presses(settings, "23", shows="which minute")
    due = olga.labels(settings)[-2]
    assert re.fullmatch(r"23:55", due)
    await olga.presses(settings, due, shows="goes out on")
    return due


def _message(olga: Administrator, number: int, **content: object) -> dict[str, object]:
    person = olga.chat.person
    chat = {"id": person.id, "type": "private", "first_name": person.first_name}
    sender = {"id": person.id, "is_bot": False, "first_name": person.first_name, "language_code": "en"}
    return {"message_id": number, "date": 1_790_000_000, "chat": chat, "from": sender, **content}


async def test_a_part_that_telegram_rejects_at_the_preview_shows_its_reason(shared_worker: SharedWorker) -> None:
    olga = shared_worker.administrator()
    await olga.begins()
    olga.chat.says("Fine for me")
    answer = await olga.chat.receives("Added: text. 1 message so far.")
    refusal = Reply.refusal(400, "Bad Request: MESSAGE_TOO <LONG>")
    shared_worker.telegram.faults.next(refusal, "sendMessage", chat_id=olga.chat.id)
    olga.chat.press(answer, "👁 Preview")
    answer = await olga.chat.receives("Telegram refuses this part of the broadcast")
    assert answer.text.endswith("Message_too <long>")
