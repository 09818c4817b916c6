"""A worker of this version goes on with the rows that an earlier one has left."""

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
    Heir,
    Json,
    asked_for,
    calls,
    paths,
    read,
)
from tests.support.fork_server import forked_command

WAITING = ("updates", "outbox")
QUIET = ("changed_settings", "timetable")  # without what keeps a worker from its work, or gives it more
PEOPLE_ALONE = (*WAITING, *QUIET, *BROADCASTS)
ERASE = "privacy:erase:yes"
IVAN = 1011  # whom the recorded questions are about
MANY = 1022  # nobody in particular
LETTERS = "SELECT id, origin, kind, chat_id FROM dead_letters ORDER BY id"
IN_ONE_LIST = 10  # buttons in the statistics


async def test_messages_are_sent_as_they_would_have_been(heir: Heir) -> None:
    await heir.begins(without=ALL_BUT_MESSAGES)
    await heir.settles()
    now, then = (
        Counter(json.dumps(one, sort_keys=True) for one in some)
        for some in (asked_for(calls(heir.telegram), heir.tables["outbox"]), read("calls.json"))
    )
    assert then - now == Counter()
    assert len(await heir.rows(LETTERS)) == len(heir.tables["dead_letters"])


async def test_updates_are_handled_and_people_written_down_whose_rows_were_busy(heir: Heir) -> None:
    await heir.begins(without=("outbox", *QUIET, *BROADCASTS))
    await heir.settles()
    updates = heir.tables["updates"]
    assert len(await heir.rows(LETTERS)) == len(heir.tables["dead_letters"])
    said = {row["chat_id"] for row in updates if row["kind"] != "my_chat_member"}
    assert said <= {int(one["parameters"].get("chat_id", 0)) for one in calls(heir.telegram)}
    assert heir.telegram.calls.count("answerCallbackQuery") == 1
    now = {row["telegram_id"]: row for row in await heir.rows("SELECT * FROM users")}
    then = {row["telegram_id"]: row for row in heir.tables["users"]}
    [pending] = [row["chat_id"] for row in updates if row["person_pending"]]
    assert now[pending]["message_count"] == then[pending]["message_count"] + 1
    [newcomer] = [number for number in said if number > 0 and then[number]["first_name"] == "Nora"]
    assert now[newcomer]["source"] == "link-1"


async def test_no_button_is_unknown_and_each_is_counted_under_its_name(heir: Heir) -> None:
    await heir.begins(without=(*WAITING, *QUIET, "button_counts"))
    [unknown] = await heir.presses(OLGA, "no such button")
    heir.loses()
    buttons: list[str] = [data for data in read("buttons.json") if data != ERASE]
    examples = {route_of(data): data for data in buttons}
    previews = [data for data in buttons if data.startswith("b:preview:")]  # before the drafts are discarded
    answers = await heir.presses(OLGA, *previews, *examples.values())
    assert unknown
    assert unknown not in answers
    catalogue = read("catalogue.json")
    made = await heir.rows("SELECT kind, payload FROM outbox")
    assert {"edit", "text", "composed", "document", "chart", "commands"} <= {row["kind"] for row in made}
    for row in made:
        assert paths(row["payload"]) <= set(catalogue["outbox parameters"][row["kind"]])
    since = max(row["id"] for row in heir.tables["audit"])
    deeds = await heir.rows(f"SELECT action, details FROM audit WHERE id > {since}")
    assert deeds
    for deed in deeds:
        assert sorted(deed["details"]) == catalogue["audit details"][deed["action"]]
    assert await heir.worker.stop() == 0
    counted = {row["button"] for row in await heir.rows("SELECT button FROM button_counts")}
    assert counted == set(catalogue["names"]["buttons as counted"]) - {ERASE}


async def test_a_person_is_erased_by_a_button_of_then(heir: Heir) -> None:
    await heir.begins(without=PEOPLE_ALONE)
    await heir.presses(IVAN, ERASE)
    await heir.settles()
    assert await heir.rows(f"SELECT 1 FROM users WHERE telegram_id = {IVAN}") == []


async def test_questions_take_their_answers(heir: Heir) -> None:
    await heir.begins(without=PEOPLE_ALONE)
    asked = {row["what"]: row["chat_id"] for row in heir.tables["asked"]}
    answers = {
        "people-search": "Ivan",
        "people-letter": "A letter",
        "people-note": "A note",
        "people-list": str(MANY),
        "people-ban-reason": "A reason",  # comes last: the banned get no letters
    }
    assert answers.keys() == asked.keys()
    for what, answer in answers.items():
        heir.says(asked[what], answer)
        await heir.settles()
    assert f"a:card:{IVAN}" in told(heir, asked["people-search"])
    assert "A letter" in told(heir, IVAN)
    assert "A reason" in told(heir, IVAN)
    assert "a:bulk:" in told(heir, asked["people-list"])
    [note] = await heir.rows(f"SELECT author_id FROM notes WHERE telegram_id = {IVAN} AND text = 'A note'")
    assert note["author_id"] == asked["people-note"]
    [ban] = await heir.rows(f"SELECT reason, silent, expires_at FROM sanctions WHERE telegram_id = {IVAN}")
    assert (ban["reason"], ban["silent"], ban["expires_at"] is None) == ("A reason", False, False)
    left = await heir.rows("SELECT what FROM asked")
    assert [row["what"] for row in left] == ["people-list"], "which goes on until somebody presses"


async def test_a_list_that_was_previewed_is_banned(heir: Heir) -> None:
    await heir.begins(without=PEOPLE_ALONE)
    [asked] = [row for row in heir.tables["asked"] if row["what"] == "people-list"]
    await heir.presses(asked["chat_id"], f"a:bulk:{asked['details']['token']}:day:silent")
    [ban] = await heir.rows(f"SELECT reason FROM sanctions WHERE telegram_id = {IVAN}")
    assert ban["reason"] == asked["details"]["reason"]


async def test_dead_letters_are_listed_shown_retried_and_discarded(
    heir: Heir, fork_server_address: Path, tmp_path: Path
) -> None:
    await heir.begins(without=PEOPLE_ALONE)
    letters = {row["id"]: row for row in heir.tables["dead_letters"]}

    async def command(*words: object) -> str:
        asked, url = ("dead-letters", *map(str, words)), heir.worker.variables["DATABASE_URL"]
        ended = await forked_command(fork_server_address, tmp_path, *asked, DATABASE_URL=url, COLUMNS="200")
        assert ended.code == 0, ended.output
        return ended.output

    listed: list[dict[str, Any]] = json.loads(await command("list", "--json"))
    assert {one["number"]: one["reason"] for one in listed} == {one: row["reason"] for one, row in letters.items()}
    one_of_each = {(row["origin"], row["kind"]): row for row in letters.values()}
    for origin in ("update", "message"):
        row = next(row for row in letters.values() if row["origin"] == origin)
        assert row["reason"] in await command("show", row["id"])
    before = methods(heir)
    for row in one_of_each.values():
        await command("retry", row["id"])
    await heir.settles()
    assert {"sendMessage", "editMessageText", "sendDocument", "sendPhoto", "sendPoll"} <= (
        methods(heir) - before
    ).keys()
    left = await heir.rows(LETTERS)
    assert {row["origin"] for row in left if row["id"] not in letters} <= {"update"}, "unreadable now as then"
    gone = next(row["id"] for row in left if row["id"] in letters)
    await command("discard", gone)
    assert [row["id"] for row in await heir.rows(LETTERS)] == [row["id"] for row in left if row["id"] != gone]


async def test_broadcasts_go_on_where_they_were(heir: Heir) -> None:
    due = "UPDATE broadcasts SET due_at = now() WHERE state = 'scheduled'"
    await heir.begins(without=(*WAITING, *QUIET), then=(due,))
    by_state = {row["state"]: row for row in heir.tables["broadcasts"]}
    await heir.presses(OLGA, f"b:go-on:{by_state['paused']['id']}")
    await heir.until_none("SELECT 1 FROM broadcasts WHERE state IN ('scheduled', 'running', 'paused', 'deleting')")
    for state, left in (("paused", {"waiting"}), ("running", {"waiting", "sending"})):
        missed = ledger(heir, by_state[state], left)
        assert missed
        assert got(heir, by_state[state]) == missed, state
    scheduled = by_state["scheduled"]
    of_it = f"FROM broadcast_recipients WHERE broadcast_id = {scheduled['id']} AND state = 'sent'"
    reached = await heir.rows(f"SELECT telegram_id {of_it} ORDER BY telegram_id")
    assert got(heir, scheduled) == [row["telegram_id"] for row in reached]
    assert reached
    options = [one for one in sent(heir, scheduled) if one["protect_content"] and one["disable_notification"]]
    assert len(options) == len(reached)
    deleted = [int(one["parameters"]["chat_id"]) for one in calls(heir.telegram) if one["method"] == "deleteMessages"]
    assert sorted(deleted) == ledger(heir, by_state["deleting"], {"deleting"})


async def test_a_draft_goes_on_collecting(heir: Heir) -> None:
    await heir.begins(without=(*WAITING, *QUIET))
    heir.says(RITA, "And more")
    await heir.settles()
    [draft] = await heir.rows(f"SELECT content FROM broadcasts WHERE state = 'composing' AND author_id = {RITA}")
    [then] = [row for row in heir.tables["broadcasts"] if row["state"] == "composing"]
    *before, last = draft["content"]["pieces"]
    assert before == then["content"]["pieces"]
    assert last["parameters"]["text"] == "And more"


async def test_the_audit_and_the_statistics_show_every_row_in_both_languages(heir: Heir) -> None:
    language = "UPDATE users SET language = '{}' WHERE telegram_id = {}"
    await heir.begins(without=PEOPLE_ALONE, then=(language.format("en", OLGA), language.format("ru", RITA)))
    actions = {row["action"] for row in heir.tables["audit"]}
    buttons = sorted({row["button"] for row in heir.tables["button_counts"]})
    for reader, told_apart in ((OLGA, re.compile(r"\W")), (RITA, re.compile(""))):
        deeds = [deed async for deed in _deeds(heir, reader)]
        assert len(deeds) == len(heir.tables["audit"])
        said = "\n".join(deed.split("\n")[1] for deed in deeds)
        assert [action for action in actions if told_apart.search(action) and action in said] == []
        for first in range(0, len(buttons), IN_ONE_LIST):
            some = buttons[first : first + IN_ONE_LIST]
            listed = ", ".join(f"'{button}'" for button in some).replace(":", r"\:")
            await heir.execute(f"UPDATE button_counts SET presses = CASE WHEN button IN ({listed}) THEN 9 ELSE 0 END")
            shown = (await heir.shown(reader, "s:stats"))["text"]
            raw = [each for each in some if re.search(rf"(?<![\w:-]){each}(?![\w:-])", shown)]
            assert [each for each in raw if told_apart.search(each)] == []


async def _deeds(heir: Heir, reader: int) -> AsyncIterator[str]:
    turn: str | None = "a:audit"
    while turn is not None:
        page = await heir.shown(reader, turn)
        for deed in page["text"].split("\n\n")[1:]:
            yield deed
        data = [one["callback_data"] for row in page["reply_markup"]["inline_keyboard"] for one in row]
        turn = next((one for one in data if one.startswith("a:audit:all:")), None)


async def test_an_export_has_every_row_about_a_person(heir: Heir) -> None:
    await heir.begins(without=(*WAITING, *QUIET))
    await heir.presses(OLGA, f"a:export:{IVAN}", "privacy:export")
    await heir.settles()
    files = [one["parameters"]["document"] for one in calls(heir.telegram) if one["method"] == "sendDocument"]
    exports = [json.loads(one["content"]) for one in files]
    assert {one["telegram_id"] for one in exports} == {OLGA, IVAN}
    for export in exports:
        held, whose = export["tables"], export["telegram_id"]
        for table, column in (("users", "telegram_id"), ("notes", "author_id"), ("broadcasts", "author_id")):
            rows = [row for row in heir.tables[table] if row[column] == whose]
            assert len(held[table]) == len(rows), table
        deeds = [row for row in heir.tables["audit"] if whose in {row["actor_id"], row["person_id"]}]
        assert {row["id"] for row in held["audit"]} >= {row["id"] for row in deeds}


async def test_settings_that_were_changed_are_in_force(heir: Heir) -> None:
    await heir.begins(without=(*WAITING, "timetable", *BROADCASTS))
    stranger = heir.telegram.person("Tim")
    heir.telegram.group("Newest", [stranger], with_bot=False).adds_bot(stranger)
    heir.says(IVAN, "/help")
    await heir.settles()
    assert heir.telegram.calls.count("leaveChat") == 1
    assert await heir.rows(f"SELECT 1 FROM users WHERE telegram_id = {IVAN} AND maintenance_told_at IS NOT NULL")
    [changed] = [row["value"]["value"] for row in heir.tables["changed_settings"] if "flood" in row["name"]]
    assert str(changed) in (await heir.shown(OLGA, "s:settings:flood_per_minute"))["text"]


async def test_what_is_due_by_the_clock_is_done_under_the_same_names(heir: Heir) -> None:
    new = "UPDATE dead_letters SET created_at = now() WHERE kind <> 'notice'"
    await heir.begins(
        without=(*WAITING, "changed_settings", *BROADCASTS),
        then=("UPDATE timetable SET due_at = now()", new),
        ADMIN_NOTICES="true",
    )
    await heir.until_none("SELECT 1 FROM timetable WHERE due_at <= now()")
    await heir.settles()
    jobs = {row["what"] for row in await heir.rows("SELECT what FROM timetable")}
    assert jobs == {row["what"] for row in heir.tables["timetable"]}
    to_olga = [one for one in calls(heir.telegram) if str(one["parameters"].get("chat_id")) == str(OLGA)]
    assert len([one for one in to_olga if one["method"] == "sendMessage"]) == len(jobs)


async def test_flood_waits_go_on(heir: Heir) -> None:
    [cursor] = heir.tables["pollers"]
    halted = cursor["limits"]["limits"]["halted"]
    just_now = "UPDATE pollers SET limits_at = now()"
    await heir.begins(without=PEOPLE_ALONE, then=(just_now,))
    [now] = await heir.until_some(f"SELECT limits FROM pollers WHERE (limits ->> 'epoch')\\:\\:int > {cursor['epoch']}")
    assert halted
    assert now["limits"]["limits"]["halted"].keys() == halted.keys()


def told(heir: Heir, chat_id: int) -> str:
    """All that was sent there."""
    return json.dumps([one for one in calls(heir.telegram) if str(one["parameters"].get("chat_id")) == str(chat_id)])


def methods(heir: Heir) -> Counter[str]:
    return Counter(one["method"] for one in calls(heir.telegram))


def sent(heir: Heir, broadcast: Json) -> Sequence[Json]:
    """The parameters of each call that sends its first message."""
    said = broadcast["content"]["pieces"][0]["parameters"]["text"]
    all_ = [one["parameters"] for one in calls(heir.telegram) if one["method"] == "sendMessage"]
    return [one for one in all_ if one["text"] == said]


def got(heir: Heir, broadcast: Json) -> list[int]:
    return sorted(int(one["chat_id"]) for one in sent(heir, broadcast))


def ledger(heir: Heir, broadcast: Json, states: set[str]) -> list[int]:
    """Who was so when it was recorded."""
    rows = [row for row in heir.tables["broadcast_recipients"] if row["broadcast_id"] == broadcast["id"]]
    return sorted(row["telegram_id"] for row in rows if row["state"] in states)
