"""People, as administrators look them up: the panel, counts, search, cards, notes, letters, the audit."""

import json

import pytest

from bot.sandbox.world import utf16
from bot.worker.intake.handling import button_of
from tests.compatibility.removed import remaining
from tests.support.joined import REGISTRY, ROUTES, needs
from tests.support.profiles import NASTY_NAMES
from tests.support.shared_worker import Administrator, SharedWorker
from tests.support.users_admin import audit_entries, bans, card_of, known_user, open_admin_panel, searches

GONE = "earlier menu"
FORGED = [
    "a:panel", "a:people", "a:search", "a:found:0", "a:bulk", "a:bulk:00000000:day", "a:bulk:00000000:day:told",
    "a:audit", "a:audit:of:{id}:0", "a:skip:{id}:day:told",
    *(f"a:{action}:{{id}}" for action in (
        "card", "ban", "unban", "promote", "demote", "write", "notes", "note", "export",
    )),
    "a:ban:{id}:day", "a:ban:{id}:day:silent",
]  # fmt: skip
PANEL = {
    "📜 Audit": "Nothing yet",
    "📣 Broadcasts": "Nothing has been broadcast yet",
    "📊 Statistics": "Statistics ·",
    "⚠️ What went wrong": "Dead letters",
    "🛠 Maintenance": "Maintenance is off",
    "⚙️ Bot settings": "Settings of the bot",
}
"""Buttons of features that may be removed, and what they show."""


async def test_strangers_get_what_they_get_for_anything_unknown_and_change_nothing(shared_worker: SharedWorker) -> None:
    ann = await known_user(shared_worker, "Ann")
    bob = await known_user(shared_worker, "Bob")
    bob.says("/admin")
    answer = await bob.receives("don't know this command")
    buttons = {button_of(route.name) or "" for route in ROUTES}
    assert {data.split(":")[1] for data in remaining(FORGED)} == {
        name.removeprefix("a:") for name in buttons if name.startswith("a:")
    }
    for data in FORGED:
        press = bob.press_forged(answer, data.format(id=ann.id))
        await shared_worker.telegram.until(lambda press=press: press.answer is not None)  # type: ignore[misc]
        assert press.answer is not None
        assert GONE in (press.answer.text or ""), data
    await shared_worker.settles()
    assert await shared_worker.rows("SELECT * FROM audit UNION ALL SELECT * FROM audit") == []
    assert await shared_worker.rows("SELECT * FROM users WHERE banned_at IS NOT NULL OR role <> 'user'") == []


async def test_malformed_data_is_a_button_that_is_gone(shared_worker: SharedWorker) -> None:
    olga = shared_worker.administrator()
    menu = await open_admin_panel(olga)
    for data in ("a:", "a:card:x", "a:card:1\n", "a:ban:1:year", "a:audit:to:1:0", "a:card:" + "9" * 19):
        assert GONE in await olga.forges(menu, data)
    assert "no such person" in await olga.forges(menu, "a:card:999")


@needs("bans")
async def test_nobody_is_banned_whom_the_bot_does_not_know(shared_worker: SharedWorker) -> None:
    olga = shared_worker.administrator()
    menu = await open_admin_panel(olga)
    assert "no such person" in await olga.forges(menu, "a:ban:999:day:told")


async def test_one_message_leads_everywhere_and_back(shared_worker: SharedWorker) -> None:
    olga = shared_worker.administrator()
    await known_user(shared_worker, "Ann")
    menu = await open_admin_panel(olga)
    await olga.presses(menu, "👥 People", shows="2 people have met me")
    assert "New today (UTC): 2" in menu.text
    assert "Banned: 0" in menu.text
    await olga.presses(menu, "‹ Back", shows="Administration")
    labels = olga.labels(menu)
    assert len(labels) == len(REGISTRY.panel)
    assert set(labels) <= {"👥 People", *PANEL}
    for label, shows in PANEL.items():
        if label in labels:
            await olga.presses(menu, label, shows=shows)
            await olga.presses(menu, "‹ Back", shows="Administration")
    assert len(olga.chat.received) == 1


async def test_the_panel_speaks_russian(shared_worker: SharedWorker) -> None:
    olga = shared_worker.administrator("ru")
    olga.chat.says("/admin")
    menu = await olga.chat.receives("Управление")
    await olga.presses(menu, "👥 Люди", shows="Со мной знаком 1 человек.")
    await olga.presses(menu, "🔎 Поиск", shows="Кого ищем?")
    olga.chat.says(str(olga.chat.id))
    found = await olga.chat.receives("Найдено по запросу")
    await olga.presses(found, "Olga", shows="Роль: владелец")


@pytest.mark.parametrize("wanted", ["{id}", "@Ann_Lee", "nn", "ANN", "  ann   lee ", "ёжи", "nn_l"])
async def test_people_are_found_by_number_username_and_parts_of_names(shared_worker: SharedWorker, wanted: str) -> None:
    olga = shared_worker.administrator()
    ann = await known_user(shared_worker, "Annabel", last_name="Lee-Ёжик", username="ann_lee")
    await known_user(shared_worker, "Bob", username="bob")
    query = wanted.format(id=ann.id)
    if wanted == "nn":
        await searches(olga, query, finds="Nobody was found")
        olga.chat.says("ann_lee")  # the question is still open
        await olga.chat.receives("Found for")
        return
    found = await searches(olga, query)
    assert [label for label in olga.labels(found) if "Annabel" in label or "Bob" in label] == [
        "Annabel Lee-Ёжик · @ann_lee"
    ]
    await olga.presses(found, "Annabel", shows=f"Id: {ann.id}")
    assert "Username: @ann_lee" in found.text
    assert "State: active" in found.text
    assert "Messages: 1" in found.text


async def test_a_search_turns_its_pages(shared_worker: SharedWorker) -> None:
    olga = shared_worker.administrator()
    await shared_worker.people(20, first_name="'Zoe <i>'", grams="ARRAY['z', 'zo', 'zoe']")
    found = await searches(olga, "zoe")
    first = olga.labels(found)
    assert first.count("Zoe <i>") == 8
    await olga.presses(found, "More ›", shows="« To the first")
    assert olga.labels(found).count("Zoe <i>") == 8
    await olga.presses(found, "More ›", shows="« To the first")
    await olga.shows(found, "Found for zoe")
    await shared_worker.telegram.until(lambda: olga.labels(found).count("Zoe <i>") == 4)
    await olga.presses(found, "« To the first", shows="More ›")
    assert olga.labels(found) == first


async def test_the_newest_are_listed_without_a_search(shared_worker: SharedWorker) -> None:
    olga = shared_worker.administrator()
    await shared_worker.people(9)
    menu = await open_admin_panel(olga)
    await olga.presses(menu, "👥 People", shows="met me")
    await olga.presses(menu, "🆕 The newest", shows="The newest people")
    assert olga.labels(menu)[0] == "Olga"
    await olga.presses(menu, "More ›", shows="« To the first")
    await shared_worker.telegram.until(lambda: len(olga.labels(menu)) == 5)


async def test_what_is_asked_is_over_once_something_else_is_pressed(shared_worker: SharedWorker) -> None:
    olga = shared_worker.administrator()
    menu = await open_admin_panel(olga)
    await olga.presses(menu, "👥 People", shows="met me")
    await olga.presses(menu, "🔎 Search", shows="Whom are you looking for")
    olga.chat.sends_photo()
    await olga.chat.receives("I need a text for this")
    await olga.presses(menu, "‹ Back", shows="met me")
    olga.chat.says("Ann")
    await olga.chat.receives("don't understand this")


@pytest.mark.parametrize("name", NASTY_NAMES)
async def test_no_name_breaks_a_card_or_a_button(shared_worker: SharedWorker, name: str) -> None:
    olga = shared_worker.administrator()
    person = await known_user(shared_worker, name, username="nasty_one")
    found = await searches(olga, "@nasty_one")
    await olga.presses(found, "@nasty_one", shows=f"Id: {person.id}")
    assert "\u202e" not in found.text
    assert await shared_worker.rows("SELECT * FROM dead_letters") == []


async def test_notes_are_kept_with_author_and_time(shared_worker: SharedWorker) -> None:
    olga, ann = shared_worker.administrator(), await known_user(shared_worker, "Ann")
    card = await card_of(olga, ann)
    await olga.presses(card, "📝 Notes (0)", shows="There are no notes")
    await olga.presses(card, "➕ Add a note", shows="Send me the text")
    olga.chat.says("x" * 501)
    await olga.chat.receives("too long: 500 characters")
    olga.chat.says("Likes <b>cats</b>")
    noted = await olga.chat.receives("📝 Noted.")
    assert "Likes <b>cats</b>" in noted.text
    assert "Olga, " in noted.text
    await olga.presses(noted, "‹ Back", shows="Notes: 1")
    [entry] = await audit_entries(shared_worker, "note")
    assert (entry["actor_id"], entry["person_id"]) == (olga.chat.id, ann.id)


async def test_what_no_column_takes_is_left_out_of_notes_and_letters(shared_worker: SharedWorker) -> None:
    olga, ann = shared_worker.administrator(), await known_user(shared_worker, "Ann")
    card = await card_of(olga, ann)
    await olga.presses(card, "📝 Notes (0)", shows="There are no notes")
    await olga.presses(card, "➕ Add a note", shows="Send me the text")
    olga.chat.says("no\0isy")
    noted = await olga.chat.receives("noisy")
    await olga.presses(noted, "‹ Back", shows="Notes: 1")
    await olga.presses(noted, "✉️ Write to", shows="Send me what I am to tell them")
    olga.chat.says("qui\0et!")
    await ann.receives("quiet!")
    assert await shared_worker.rows("SELECT * FROM dead_letters") == []


@needs("bans")
async def test_what_no_column_takes_is_left_out_of_reasons(shared_worker: SharedWorker) -> None:
    olga, ann = shared_worker.administrator(), await known_user(shared_worker, "Ann")
    await bans(olga, ann, reason="sp\0am")
    [ban] = await shared_worker.rows("SELECT reason FROM sanctions")
    assert ban["reason"] == "spam"
    assert await shared_worker.rows("SELECT * FROM dead_letters") == []


async def test_a_letter_reaches_the_person_in_their_language(shared_worker: SharedWorker) -> None:
    olga, ann = shared_worker.administrator(), await known_user(shared_worker, "Аня", language_code="en")
    card = await card_of(olga, ann)
    await olga.presses(card, "✉️ Write to", shows="Send me what I am to tell them")
    olga.chat.says("Hello <you> & all")
    await olga.chat.receives("✉️ It is on its way.")
    letter = await ann.receives("A message from the administrators")
    assert "Hello <you> & all" in letter.text
    assert [entry["details"]["text"] for entry in await audit_entries(shared_worker, "write")] == ["Hello <you> & all"]


async def test_a_letter_as_long_as_a_message_arrives_whole_in_parts(shared_worker: SharedWorker) -> None:
    olga, ann = shared_worker.administrator(), await known_user(shared_worker, "Ann")
    card = await card_of(olga, ann)
    await olga.presses(card, "✉️ Write to", shows="Send me what I am to tell them")
    line = "1 < 2 & 3 > 2, <b>not</b> 👩\u200d👩\u200d👧"
    half = "\n".join([line] * (2_040 // (utf16.length(line) + 1)))
    text = f"{half}\n\n{half}\nThe end"
    assert 4_000 < utf16.length(text) <= 4_096  # and more with the heading
    olga.chat.says(text)
    await olga.chat.receives("✉️ It is on its way.")
    await ann.receives("The end")
    letter = [one.text for one in ann.received[1:]]
    assert letter == [f"A message from the administrators\n\n{half}", f"{half}\nThe end"]
    assert [entry["details"]["text"] for entry in await audit_entries(shared_worker, "write")] == [text]
    assert await shared_worker.rows("SELECT * FROM dead_letters") == []


async def test_notes_that_are_too_long_for_one_message_are_shown_as_far_as_they_fit(
    shared_worker: SharedWorker,
) -> None:
    olga, ann = shared_worker.administrator(), await known_user(shared_worker, "Ann")
    await shared_worker.execute(
        f"INSERT INTO notes (telegram_id, author_id, text) SELECT {ann.id}, NULL, repeat('😀', 500)"
        " FROM generate_series(1, 5)"
    )
    card = await card_of(olga, ann)
    await olga.presses(card, "📝 Notes (5)", shows="➕ Add a note")
    assert card.text.endswith("😀…")
    assert card.text.count("UTC") == 3, "what is shown is shown whole"
    await olga.presses(card, "➕ Add a note", shows="Send me the text")
    olga.chat.says("The newest")
    await olga.chat.receives("📝 Noted.")
    last = await olga.chat.receives("😀", times=2)
    assert "➕ Add a note" in olga.labels(last)
    assert await shared_worker.rows("SELECT * FROM dead_letters") == []


async def test_a_letter_to_somebody_who_blocked_the_bot_is_not_sent(shared_worker: SharedWorker) -> None:
    olga, ann = shared_worker.administrator(), await known_user(shared_worker, "Ann")
    card = await card_of(olga, ann)
    await olga.presses(card, "✉️ Write to", shows="Send me what I am to tell them")
    ann.blocks()
    await shared_worker.settles()
    olga.chat.says("Hello")
    answer = await olga.chat.receives("Not sent")
    assert "has blocked the bot since" in answer.text
    assert await audit_entries(shared_worker, "write") == []
    assert "Not sent" in await olga.presses(answer, "✉️ Write to", shows="has blocked the bot")


async def test_administrators_are_nobody_in_a_group(shared_worker: SharedWorker) -> None:
    olga = shared_worker.administrator()
    group = shared_worker.telegram.group("Friends", [olga.chat.person])
    group.says(f"/admin@{shared_worker.telegram.bot.username}", by=olga.chat.person)
    await group.receives("don't know this command")


async def test_the_help_names_the_panel(shared_worker: SharedWorker) -> None:
    olga, ann = shared_worker.administrator(), Administrator(shared_worker, await known_user(shared_worker, "Ann"))
    olga.chat.says("/help")
    assert "/admin" in (await olga.chat.receives("What I can do")).text
    assert "/admin" not in ann.chat.received[0].text


async def test_what_is_held_about_a_person_is_exported_and_that_is_audited(shared_worker: SharedWorker) -> None:
    olga, ann = shared_worker.administrator(), await known_user(shared_worker, "Ann")
    card = await card_of(olga, ann)
    olga.chat.press(card, "📄 Export")
    file = await olga.chat.receives("Everything that is held about Ann")
    assert (file.content.media or {})["document"]["file_name"] == f"person-{ann.id}.json"
    upload = shared_worker.telegram.calls.of("sendDocument")[-1].parameters["document"]
    held = json.loads(upload.content)
    assert held["telegram_id"] == ann.id
    assert [row["first_name"] for row in held["tables"]["users"]] == ["Ann"]
    [entry] = await audit_entries(shared_worker, "export")
    assert (entry["actor_id"], entry["person_id"]) == (olga.chat.id, ann.id)
