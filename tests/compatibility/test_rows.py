"""A worker of this version continues with the rows of an earlier one."""

import json
import re
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import Any

from tests.compatibility.declared import route_of
from tests.compatibility.recording import (
    ALL_BUT_MESSAGES,
    BROADCASTS,
    OLGA,
    RITA,
    Json,
    UpgradedWorker,
    calls,
    from_outbox,
    paths,
    read,
)
from tests.compatibility.removed import remaining
from tests.support.fork_server import forked_command
from tests.support.joined import needs

WAITING = ("updates", "outbox")
QUIET = ("changed_settings", "timetable")  # tables that keep a worker from its work or add to it
PEOPLE_ALONE = (*WAITING, *QUIET, *BROADCASTS)
ERASE = "privacy:erase:yes"
IVAN = 1011  # the subject of the recorded prompts
NOBODY = 1022
LETTERS = "SELECT id, origin, kind, chat_id FROM dead_letters ORDER BY id"
IN_ONE_LIST = 10  # buttons in the statistics


@needs("statistics")
async def test_messages_are_sent_as_they_would_have_been(upgraded: UpgradedWorker) -> None:
    await upgraded.start(without=ALL_BUT_MESSAGES)
    await upgraded.settles()
    now, then = (
        Counter(json.dumps(one, sort_keys=True) for one in some)
        for some in (from_outbox(calls(upgraded.telegram), upgraded.tables["outbox"]), read("calls.json"))
    )
    assert then - now == Counter()
    assert len(await upgraded.rows(LETTERS)) == len(upgraded.tables["dead_letters"])


async def test_updates_are_handled_and_users_upserted_whose_rows_were_locked(upgraded: UpgradedWorker) -> None:
    await upgraded.start(without=("outbox", *QUIET, *BROADCASTS))
    await upgraded.settles()
    updates = upgraded.tables["updates"]
    assert len(await upgraded.rows(LETTERS)) == len(upgraded.tables["dead_letters"])
    chats = {row["chat_id"] for row in updates if row["kind"] != "my_chat_member"}
    assert chats <= {int(one["parameters"].get("chat_id", 0)) for one in calls(upgraded.telegram)}
    assert upgraded.telegram.calls.count("answerCallbackQuery") == 1
    now = {row["telegram_id"]: row for row in await upgraded.rows("SELECT * FROM users")}
    then = {row["telegram_id"]: row for row in upgraded.tables["users"]}
    [pending] = [row["chat_id"] for row in updates if row["person_pending"]]
    assert now[pending]["message_count"] == then[pending]["message_count"] + 1
    [newcomer] = [number for number in chats if number > 0 and then[number]["first_name"] == "Nora"]
    assert now[newcomer]["source"] == "link-1"


@needs("broadcasts", "statistics")
async def test_no_button_is_unknown_and_each_is_counted_under_its_name(upgraded: UpgradedWorker) -> None:
    await upgraded.start(without=(*WAITING, *QUIET, "button_counts"))
    [unknown] = await upgraded.presses(OLGA, "no such button")
    upgraded.lose_messages()
    buttons = [data for data in remaining(read("buttons.json")) if data != ERASE]
    examples = {route_of(data): data for data in buttons}
    previews = [data for data in buttons if data.startswith("b:preview:")]  # before the drafts are discarded
    answers = await upgraded.presses(OLGA, *previews, *examples.values())
    assert unknown
    assert unknown not in answers
    catalogue = read("catalogue.json")
    made = await upgraded.rows("SELECT kind, payload FROM outbox")
    assert {"edit", "text", "composed", "document", "chart", "commands"} <= {row["kind"] for row in made}
    for row in made:
        assert paths(row["payload"]) <= set(catalogue["outbox parameters"][row["kind"]])
    since = max(row["id"] for row in upgraded.tables["audit"])
    entries = await upgraded.rows(f"SELECT action, details FROM audit WHERE id > {since}")
    assert entries
    for entry in entries:
        assert sorted(entry["details"]) == catalogue["audit details"][entry["action"]]
    assert await upgraded.process.stop() == 0
    counted = {row["button"] for row in await upgraded.rows("SELECT button FROM button_counts")}
    assert counted == set(remaining(catalogue["names"]["buttons as counted"])) - {ERASE}


async def test_a_person_is_erased_by_an_old_button(upgraded: UpgradedWorker) -> None:
    await upgraded.start(without=PEOPLE_ALONE)
    await upgraded.presses(IVAN, ERASE)
    await upgraded.settles()
    assert await upgraded.rows(f"SELECT 1 FROM users WHERE telegram_id = {IVAN}") == []


@needs("bans")
async def test_prompts_take_their_answers(upgraded: UpgradedWorker) -> None:
    await upgraded.start(without=PEOPLE_ALONE)
    prompts = {row["what"]: row["chat_id"] for row in upgraded.tables["asked"]}
    answers = {
        "people-search": "Ivan",
        "people-letter": "A letter",
        "people-note": "A note",
        "people-list": str(NOBODY),
        "people-ban-reason": "A reason",  # comes last: the banned get no letters
    }
    assert answers.keys() == prompts.keys()
    for what, answer in answers.items():
        upgraded.says(prompts[what], answer)
        await upgraded.settles()
    assert f"a:card:{IVAN}" in sent_to(upgraded, prompts["people-search"])
    assert "A letter" in sent_to(upgraded, IVAN)
    assert "A reason" in sent_to(upgraded, IVAN)
    assert "a:bulk:" in sent_to(upgraded, prompts["people-list"])
    [note] = await upgraded.rows(f"SELECT author_id FROM notes WHERE telegram_id = {IVAN} AND text = 'A note'")
    assert note["author_id"] == prompts["people-note"]
    [ban] = await upgraded.rows(f"SELECT reason, silent, expires_at FROM sanctions WHERE telegram_id = {IVAN}")
    assert (ban["reason"], ban["silent"], ban["expires_at"] is None) == ("A reason", False, False)
    left = await upgraded.rows("SELECT what FROM asked")
    assert [row["what"] for row in left] == ["people-list"], "which goes on until somebody presses"


@needs("bans")
async def test_a_list_that_was_previewed_is_banned(upgraded: UpgradedWorker) -> None:
    await upgraded.start(without=PEOPLE_ALONE)
    [prompt] = [row for row in upgraded.tables["asked"] if row["what"] == "people-list"]
    await upgraded.presses(prompt["chat_id"], f"a:bulk:{prompt['details']['token']}:day:silent")
    [ban] = await upgraded.rows(f"SELECT reason FROM sanctions WHERE telegram_id = {IVAN}")
    assert ban["reason"] == prompt["details"]["reason"]


@needs("dead_letters")
async def test_dead_letters_are_listed_shown_retried_and_discarded(
    upgraded: UpgradedWorker, fork_server_address: Path, tmp_path: Path
) -> None:
    await upgraded.start(without=PEOPLE_ALONE)
    letters = {row["id"]: row for row in upgraded.tables["dead_letters"]}

    async def command(*arguments: object) -> str:
        given, url = ("dead-letters", *map(str, arguments)), upgraded.process.variables["DATABASE_URL"]
        ended = await forked_command(fork_server_address, tmp_path, *given, DATABASE_URL=url, COLUMNS="200")
        assert ended.code == 0, ended.output
        return ended.output

    listed: list[dict[str, Any]] = json.loads(await command("list", "--json"))
    assert {one["number"]: one["reason"] for one in listed} == {one: row["reason"] for one, row in letters.items()}
    one_of_each = {(row["origin"], row["kind"]): row for row in letters.values()}
    for origin in ("update", "message"):
        row = next(row for row in letters.values() if row["origin"] == origin)
        assert row["reason"] in await command("show", row["id"])
    before = methods(upgraded)
    for row in one_of_each.values():
        await command("retry", row["id"])
    await upgraded.settles()
    assert {"sendMessage", "editMessageText", "sendDocument", "sendPhoto", "sendPoll"} <= (
        methods(upgraded) - before
    ).keys()
    left = await upgraded.rows(LETTERS)
    assert {row["origin"] for row in left if row["id"] not in letters} <= {"update"}, "unreadable now as then"
    gone = next(row["id"] for row in left if row["id"] in letters)
    await command("discard", gone)
    assert [row["id"] for row in await upgraded.rows(LETTERS)] == [row["id"] for row in left if row["id"] != gone]


@needs("broadcasts")
async def test_broadcasts_go_on_where_they_were(upgraded: UpgradedWorker) -> None:
    due = "UPDATE broadcasts SET due_at = now() WHERE state = 'scheduled'"
    await upgraded.start(without=(*WAITING, *QUIET), then=(due,))
    by_state = {row["state"]: row for row in upgraded.tables["broadcasts"]}
    await upgraded.presses(OLGA, f"b:go-on:{by_state['paused']['id']}")
    await upgraded.until_none("SELECT 1 FROM broadcasts WHERE state IN ('scheduled', 'running', 'paused', 'deleting')")
    for state, left in (("paused", {"waiting"}), ("running", {"waiting", "sending"})):
        missed = recipients_in(upgraded, by_state[state], left)
        assert missed
        assert received_by(upgraded, by_state[state]) == missed, state
    scheduled = by_state["scheduled"]
    of_it = f"FROM broadcast_recipients WHERE broadcast_id = {scheduled['id']} AND state = 'sent'"
    reached = await upgraded.rows(f"SELECT telegram_id {of_it} ORDER BY telegram_id")
    assert received_by(upgraded, scheduled) == [row["telegram_id"] for row in reached]
    assert reached
    options = [one for one in sent(upgraded, scheduled) if one["protect_content"] and one["disable_notification"]]
    assert len(options) == len(reached)
    deleted = [
        int(one["parameters"]["chat_id"]) for one in calls(upgraded.telegram) if one["method"] == "deleteMessages"
    ]
    assert sorted(deleted) == recipients_in(upgraded, by_state["deleting"], {"deleting"})


@needs("broadcasts")
async def test_a_draft_goes_on_collecting(upgraded: UpgradedWorker) -> None:
    await upgraded.start(without=(*WAITING, *QUIET))
    upgraded.says(RITA, "And more")
    await upgraded.settles()
    [draft] = await upgraded.rows(f"SELECT content FROM broadcasts WHERE state = 'composing' AND author_id = {RITA}")
    [then] = [row for row in upgraded.tables["broadcasts"] if row["state"] == "composing"]
    *before, last = draft["content"]["pieces"]
    assert before == then["content"]["pieces"]
    assert last["parameters"]["text"] == "And more"


@needs("audit", "statistics")
async def test_the_audit_and_the_statistics_show_every_row_in_both_languages(upgraded: UpgradedWorker) -> None:
    language = "UPDATE users SET language = '{}' WHERE telegram_id = {}"
    await upgraded.start(without=PEOPLE_ALONE, then=(language.format("en", OLGA), language.format("ru", RITA)))
    actions = {row["action"] for row in upgraded.tables["audit"]}
    buttons = sorted({row["button"] for row in upgraded.tables["button_counts"]})
    for reader, told_apart in ((OLGA, re.compile(r"\W")), (RITA, re.compile(""))):
        entries = [entry async for entry in _audit_entries(upgraded, reader)]
        assert len(entries) == len(upgraded.tables["audit"])
        text = "\n".join(entry.split("\n")[1] for entry in entries)
        assert [action for action in actions if told_apart.search(action) and action in text] == []
        for first in range(0, len(buttons), IN_ONE_LIST):
            some = buttons[first : first + IN_ONE_LIST]
            listed = ", ".join(f"'{button}'" for button in some).replace(":", r"\:")
            await upgraded.execute(
                f"UPDATE button_counts SET presses = CASE WHEN button IN ({listed}) THEN 9 ELSE 0 END"
            )
            shown = (await upgraded.shown(reader, "s:stats"))["text"]
            raw = [each for each in some if re.search(rf"(?<![\w:-]){each}(?![\w:-])", shown)]
            assert [each for each in raw if told_apart.search(each)] == []


async def _audit_entries(upgraded: UpgradedWorker, reader: int) -> AsyncIterator[str]:
    button: str | None = "a:audit"
    while button is not None:
        page = await upgraded.shown(reader, button)
        for entry in page["text"].split("\n\n")[1:]:
            yield entry
        data = [one["callback_data"] for row in page["reply_markup"]["inline_keyboard"] for one in row]
        button = next((one for one in data if one.startswith("a:audit:all:")), None)


@needs("broadcasts")
async def test_an_export_has_every_row_about_a_person(upgraded: UpgradedWorker) -> None:
    await upgraded.start(without=(*WAITING, *QUIET))
    await upgraded.presses(OLGA, f"a:export:{IVAN}", "privacy:export")
    await upgraded.settles()
    files = [one["parameters"]["document"] for one in calls(upgraded.telegram) if one["method"] == "sendDocument"]
    exports = [json.loads(one["content"]) for one in files]
    assert {one["telegram_id"] for one in exports} == {OLGA, IVAN}
    for export in exports:
        tables, whose = export["tables"], export["telegram_id"]
        for table, column in (("users", "telegram_id"), ("notes", "author_id"), ("broadcasts", "author_id")):
            rows = [row for row in upgraded.tables[table] if row[column] == whose]
            assert len(tables[table]) == len(rows), table
        entries = [row for row in upgraded.tables["audit"] if whose in {row["actor_id"], row["person_id"]}]
        assert {row["id"] for row in tables["audit"]} >= {row["id"] for row in entries}


@needs("bot_settings")
async def test_settings_that_were_changed_are_in_force(upgraded: UpgradedWorker) -> None:
    await upgraded.start(without=(*WAITING, "timetable", *BROADCASTS))
    stranger = upgraded.telegram.person("Tim")
    upgraded.telegram.group("Newest", [stranger], with_bot=False).adds_bot(stranger)
    upgraded.says(IVAN, "/help")
    await upgraded.settles()
    assert upgraded.telegram.calls.count("leaveChat") == 1
    assert await upgraded.rows(f"SELECT 1 FROM users WHERE telegram_id = {IVAN} AND maintenance_told_at IS NOT NULL")
    [changed] = [row["value"]["value"] for row in upgraded.tables["changed_settings"] if "flood" in row["name"]]
    assert str(changed) in (await upgraded.shown(OLGA, "s:settings:flood_per_minute"))["text"]


@needs("statistics")
async def test_what_is_due_by_the_clock_is_done_under_the_same_names(upgraded: UpgradedWorker) -> None:
    new = "UPDATE dead_letters SET created_at = now() WHERE kind <> 'notice'"
    await upgraded.start(
        without=(*WAITING, "changed_settings", *BROADCASTS),
        then=("UPDATE timetable SET due_at = now()", new),
        ADMIN_NOTICES="true",
    )
    await upgraded.until_none("SELECT 1 FROM timetable WHERE due_at <= now()")
    await upgraded.settles()
    jobs = {row["what"] for row in await upgraded.rows("SELECT what FROM timetable")}
    assert jobs == {row["what"] for row in upgraded.tables["timetable"]}
    to_olga = [one for one in calls(upgraded.telegram) if str(one["parameters"].get("chat_id")) == str(OLGA)]
    assert len([one for one in to_olga if one["method"] == "sendMessage"]) == len(jobs)


async def test_flood_waits_go_on(upgraded: UpgradedWorker) -> None:
    [cursor] = upgraded.tables["pollers"]
    halted = cursor["limits"]["limits"]["halted"]
    just_now = "UPDATE pollers SET limits_at = now()"
    await upgraded.start(without=PEOPLE_ALONE, then=(just_now,))
    [now] = await upgraded.until_some(
        f"SELECT limits FROM pollers WHERE (limits ->> 'epoch')\\:\\:int > {cursor['epoch']}"
    )
    assert halted
    assert now["limits"]["limits"]["halted"].keys() == halted.keys()


def sent_to(upgraded: UpgradedWorker, chat_id: int) -> str:
    """All calls to this chat, as JSON."""
    return json.dumps(
        [one for one in calls(upgraded.telegram) if str(one["parameters"].get("chat_id")) == str(chat_id)]
    )


def methods(upgraded: UpgradedWorker) -> Counter[str]:
    return Counter(one["method"] for one in calls(upgraded.telegram))


def sent(upgraded: UpgradedWorker, broadcast: Json) -> Sequence[Json]:
    """The parameters of each call that sends the first message of a broadcast."""
    text = broadcast["content"]["pieces"][0]["parameters"]["text"]
    all_ = [one["parameters"] for one in calls(upgraded.telegram) if one["method"] == "sendMessage"]
    return [one for one in all_ if one["text"] == text]


def received_by(upgraded: UpgradedWorker, broadcast: Json) -> list[int]:
    return sorted(int(one["chat_id"]) for one in sent(upgraded, broadcast))


def recipients_in(upgraded: UpgradedWorker, broadcast: Json, states: set[str]) -> list[int]:
    """Ids of recipients who were in one of these states when recorded."""
    rows = [row for row in upgraded.tables["broadcast_recipients"] if row["broadcast_id"] == broadcast["id"]]
    return sorted(row["telegram_id"] for row in rows if row["state"] in states)
