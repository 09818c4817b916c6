"""Users seen in updates, and the lane of each update."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.db.tables.seen_users import SeenUser
from bot.worker.intake.reading import RawUpdate
from bot.worker.intake.seen_users import LARGEST_TELEGRAM_ID, WRITTEN, chat_id_of, seen_users

Json = dict[str, Any]

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
THEN = NOW - timedelta(hours=1)
ANN: Json = {"id": 1001, "is_bot": False, "first_name": "Ann", "username": "ann", "language_code": "en"}
BOB: Json = {"id": 1002, "is_bot": False, "first_name": "Bob", "username": "bob"}
GROUP: Json = {"id": -1001, "type": "supergroup", "title": "Friends"}
BOT: Json = {"id": 42, "is_bot": True, "first_name": "Test Bot"}

SERVICE = [
    {"new_chat_members": [ANN]}, {"left_chat_member": ANN}, {"new_chat_title": "x"}, {"delete_chat_photo": True},
    {"group_chat_created": True}, {"migrate_to_chat_id": -1}, {"pinned_message": {"message_id": 1}},
    {"successful_payment": {}}, {"users_shared": {}}, {"web_app_data": {}}, {"forum_topic_created": {}},
    {"video_chat_started": {}}, {"write_access_allowed": {}}, {"boost_added": {}}, {"proximity_alert_triggered": {}},
    {"message_auto_delete_timer_changed": {}}, {"giveaway_created": {}}, {"connected_website": "x"}, {},
]  # fmt: skip


def update(kind: str, body: Any, update_id: int = 1) -> RawUpdate:
    data = {"update_id": update_id, kind: body}
    return RawUpdate(json.dumps(data).encode(), update_id, data)


def private(person: Json) -> Json:
    return {"id": person["id"], "type": "private", "first_name": person.get("first_name", "")}


def message(person: Any = ANN, chat: Json | None = None, **content: Any) -> RawUpdate:
    """A new message, by default with a text."""
    body = {"message_id": 5, "date": int(THEN.timestamp()), "from": person, "chat": chat or private(person)}
    return update("message", body | (content or {"text": "hi"}))


def member(person: Json = ANN, status: Any = "kicked", chat: Json | None = None) -> RawUpdate:
    """A change of the bot's membership by `person`."""
    change = {"old_chat_member": {"user": BOT, "status": "member"}, "new_chat_member": {"user": BOT, "status": status}}
    at = {"date": int(THEN.timestamp())}
    return update("my_chat_member", at | {"from": person, "chat": chat or private(person)} | change)


def press(person: Json = ANN, chat: Json | None = None) -> RawUpdate:
    shown = {"message_id": 4, "date": 1, "from": BOT, "chat": chat or private(person), "text": "menu"}
    return update("callback_query", {"id": "9", "from": person, "message": shown, "data": "help"})


def seen(*updates: RawUpdate) -> list[SeenUser]:
    return seen_users(updates, NOW)


def the_one_seen(*updates: RawUpdate) -> SeenUser:
    [one] = seen(*updates)
    return one


def test_a_message_tells_who_wrote_it_and_when() -> None:
    assert the_one_seen(message(ANN | {"last_name": "Lee"})) == SeenUser(
        telegram_id=1001,
        username="ann",
        first_name="Ann",
        last_name="Lee",
        language_code="en",
        messages=1,
        seen_at=THEN,
        private_since=THEN,
        reachable=True,
    )


def test_what_telegram_leaves_out_is_unknown() -> None:
    one = the_one_seen(message({"id": 7}))
    assert (one.username, one.first_name, one.last_name, one.language_code) == (None, "", None, None)


@pytest.mark.parametrize(
    "account",
    [
        pytest.param({"id": 5, "is_bot": True, "first_name": "Other Bot"}, id="a bot"),
        pytest.param({"id": 777000, "is_bot": False, "first_name": "Telegram"}, id="Telegram's service"),
        pytest.param({"id": 1087968824, "is_bot": True, "username": "GroupAnonymousBot"}, id="GroupAnonymousBot"),
        pytest.param({"id": 1087968824, "is_bot": False}, id="GroupAnonymousBot, not called a bot"),
        pytest.param({"id": 136817688, "is_bot": True, "username": "Channel_Bot"}, id="Channel_Bot"),
        pytest.param({"id": 136817688}, id="Channel_Bot, not called a bot"),
        pytest.param({"id": 1271266957, "first_name": "Replies"}, id="Replies"),
        pytest.param({"id": 0, "first_name": "x"}, id="0"),
        pytest.param({"id": -1001, "first_name": "x"}, id="a group"),
        pytest.param({"id": True, "first_name": "x"}, id="true"),
        pytest.param({"id": "1001", "first_name": "x"}, id="a string"),
        pytest.param({"id": 1001.0, "first_name": "x"}, id="a float"),
        pytest.param({"id": None, "first_name": "x"}, id="null"),
        pytest.param({"id": LARGEST_TELEGRAM_ID + 1, "first_name": "x"}, id="too large"),
        pytest.param({"id": 10**100, "first_name": "x"}, id="far too large"),
        pytest.param({"first_name": "x"}, id="no id"),
        pytest.param({}, id="empty"),
        pytest.param(None, id="nobody"),
        pytest.param("Ann", id="text"),
        pytest.param([ANN], id="a list"),
        pytest.param(1001, id="a number"),
    ],
)
def test_nobody_but_people_is_seen(account: Any) -> None:
    at = {"message_id": 5, "date": 1, "chat": GROUP, "text": "hi"}
    assert seen(update("message", at | {"from": account})) == []
    assert seen(update("callback_query", {"id": "1", "from": account})) == []
    assert seen(update("my_chat_member", at | {"from": account})) == []


def test_who_writes_in_the_name_of_a_channel_or_group_is_nobody() -> None:
    for sender in ({"id": -1001, "type": "supergroup"}, {"id": -1002, "type": "channel"}):
        assert seen(message(ANN, GROUP, text="hi", sender_chat=sender)) == []


def test_without_a_sender_nobody_is_seen() -> None:
    assert seen(update("channel_post", {"message_id": 1, "date": 1, "chat": {"id": -100, "type": "channel"}})) == []
    assert seen(update("poll", {"id": "1", "question": "?"})) == []
    assert seen(update("message", "hi"), update("message", None), update("message", [])) == []
    assert seen(RawUpdate(b"{}", 1)) == []


@pytest.mark.parametrize("number", [1, 2**31, LARGEST_TELEGRAM_ID])
def test_a_persons_id_may_be_as_large_as_telegram_says(number: int) -> None:
    assert the_one_seen(message({"id": number})).telegram_id == number


@pytest.mark.parametrize("kind", sorted(WRITTEN))
def test_a_new_message_of_each_kind_counts_in_private_and_in_groups(kind: str) -> None:
    assert the_one_seen(message(ANN, **{kind: {"file_id": "x"}})).messages == 1
    assert the_one_seen(message(ANN, GROUP, **{kind: {"file_id": "x"}}, caption="x")).messages == 1


def test_a_button_press_counts() -> None:
    one = the_one_seen(press())
    assert (one.messages, one.seen_at) == (1, NOW)
    assert the_one_seen(press(chat=GROUP)).messages == 1


@pytest.mark.parametrize("event", SERVICE, ids=lambda event: next(iter(event), "nothing"))
def test_a_service_message_does_not_count(event: Json) -> None:
    at = {"message_id": 5, "date": int(THEN.timestamp()), "from": ANN}
    assert the_one_seen(update("message", at | {"chat": GROUP} | event)).messages == 0


@pytest.mark.parametrize(
    "kind",
    [
        "edited_message", "my_chat_member", "chat_member", "chat_join_request", "message_reaction", "poll_answer",
        "inline_query", "chosen_inline_result", "shipping_query", "pre_checkout_query", "business_message", "newer",
    ],
)  # fmt: skip
def test_nothing_else_counts_but_the_person_is_seen(kind: str) -> None:
    body = {"message_id": 5, "date": int(THEN.timestamp()), "chat": GROUP, "from": ANN, "text": "hi"}
    one = the_one_seen(update(kind, body))
    assert (one.telegram_id, one.messages) == (1001, 0)


@pytest.mark.parametrize(
    ("update", "only_if_known"),
    [
        pytest.param(message(), False, id="a message"),
        pytest.param(message(ANN, GROUP), False, id="a message in a group"),
        pytest.param(press(), False, id="a button"),
        pytest.param(member(status="member"), False, id="the bot is started again"),
        pytest.param(member(status="kicked"), True, id="the bot is blocked"),
        pytest.param(member(status="member", chat=GROUP), True, id="the bot joins a group"),
        pytest.param(message(ANN, GROUP, new_chat_members=[ANN]), True, id="they join a group"),
        pytest.param(message(ANN, GROUP, left_chat_member=ANN), True, id="they leave a group"),
        pytest.param(message(pinned_message={}), True, id="a service message in private"),
    ],
)
def test_who_writes_or_starts_the_bot_becomes_known_and_nobody_else(update: RawUpdate, *, only_if_known: bool) -> None:
    assert the_one_seen(update).only_if_known is only_if_known


def test_of_several_updates_one_that_makes_them_known_is_enough() -> None:
    assert not the_one_seen(message(), member(status="kicked")).only_if_known
    assert not the_one_seen(message(ANN, GROUP, left_chat_member=ANN), press()).only_if_known
    assert the_one_seen(member(status="kicked"), message(ANN, GROUP, left_chat_member=ANN)).only_if_known


@pytest.mark.parametrize("kind", ["message_reaction", "poll_answer", "business_connection"])
def test_some_kinds_call_the_person_user(kind: str) -> None:
    assert the_one_seen(update(kind, {"user": ANN, "date": 1})).username == "ann"


@pytest.mark.parametrize(
    ("update", "since", "reachable"),
    [
        pytest.param(message(), THEN, True, id="a message in private"),
        pytest.param(message(pinned_message={}), THEN, True, id="a service message in private"),
        pytest.param(message(ANN, GROUP), None, None, id="a message in a group"),
        pytest.param(member(status="kicked"), THEN, False, id="the bot is blocked"),
        pytest.param(member(status="left"), THEN, False, id="the bot is left"),
        pytest.param(member(status="member"), THEN, True, id="the bot is unblocked"),
        pytest.param(member(status=None), THEN, None, id="a status that is null"),
        pytest.param(member(status="kicked", chat=GROUP), None, None, id="the bot is thrown out of a group"),
        pytest.param(member(status="member", chat=GROUP), None, None, id="the bot joins a group"),
        pytest.param(press(), None, None, id="a button in private"),
        pytest.param(
            update("my_chat_member", {"date": int(THEN.timestamp()), "from": ANN, "chat": private(ANN)}),
            THEN,
            None,
            id="a membership without a status",
        ),
        pytest.param(
            update("edited_message", {"date": 1, "from": ANN, "chat": private(ANN), "text": "x"}),
            None,
            None,
            id="an edit in private",
        ),
        pytest.param(
            update("message", {"date": 1, "from": ANN, "chat": "private"}), None, None, id="a chat that is text"
        ),
        pytest.param(update("message", {"date": 1, "from": ANN}), None, None, id="no chat"),
    ],
)
def test_private_since_and_reachable(update: RawUpdate, since: datetime | None, reachable: bool | None) -> None:
    one = the_one_seen(update)
    assert (one.private_since, one.reachable) == (since, reachable)


@pytest.mark.parametrize(
    ("updates", "reachable", "messages"),
    [
        ([member(status="kicked"), message()], True, 1),
        ([message(), member(status="kicked")], False, 1),
        ([member(status="kicked"), member(status="member")], True, 0),
        ([member(status="member"), member(status="kicked")], False, 0),
        ([member(status="kicked"), press()], False, 1),
        ([member(status="kicked"), message(ANN, GROUP)], False, 1),
        ([message(), message(ANN, GROUP), press()], True, 3),
        ([message(ANN, GROUP), press(chat=GROUP)], None, 2),
        ([message(), member(status="kicked"), member(status="member"), message()], True, 2),
    ],
)
def test_a_persons_updates_are_added_up_in_their_order(
    updates: list[RawUpdate], reachable: bool | None, messages: int
) -> None:
    one = the_one_seen(*updates)
    assert (one.reachable, one.messages) == (reachable, messages)


def test_of_several_updates_the_last_names_and_the_latest_moment_hold() -> None:
    newer = ANN | {"first_name": "Anna", "username": "anna", "last_name": "Lee"}
    one = the_one_seen(press(ANN), message(newer), member(newer | {"language_code": "ru"}, "member"))
    assert (one.first_name, one.username, one.last_name, one.language_code) == ("Anna", "anna", "Lee", "ru")
    assert (one.seen_at, one.private_since) == (NOW, THEN)


def test_names_and_usernames_given_up_are_gone_but_a_language_left_out_is_kept() -> None:
    one = the_one_seen(message(ANN | {"last_name": "Lee"}), message({"id": 1001, "first_name": "Ann"}))
    assert (one.username, one.last_name, one.language_code) == (None, None, "en")


def test_private_since_is_the_first_time() -> None:
    earlier = update("message", {"date": 1000, "from": ANN, "chat": private(ANN), "text": "x"})
    assert the_one_seen(earlier, message()).private_since == datetime.fromtimestamp(1000, UTC)
    assert the_one_seen(message(ANN, GROUP), message()).private_since == THEN


def test_everybody_is_seen_once() -> None:
    people = seen(message(ANN), message(BOB), message(ANN, GROUP), press(BOB), member(ANN))
    assert {one.telegram_id: one.messages for one in people} == {1001: 2, 1002: 2}


@pytest.mark.parametrize(
    ("updates", "usernames"),
    [
        pytest.param(
            [message(ANN), message(BOB | {"username": "ann"})], {1001: None, 1002: "ann"}, id="taken over from another"
        ),
        pytest.param(
            [message(ANN), message(BOB | {"username": "ANN"})], {1001: None, 1002: "ANN"}, id="in another case"
        ),
        pytest.param(
            [message(BOB | {"username": "ann"}), message(ANN)], {1001: "ann", 1002: None}, id="the other way round"
        ),
        pytest.param(
            [message(ANN), message(BOB), message(ANN | {"username": "bob"}), message(BOB | {"username": "ann"})],
            {1001: "bob", 1002: "ann"},
            id="swapped",
        ),
        pytest.param(
            [message(ANN), message(BOB), message(BOB | {"username": "ann"}), message(ANN | {"username": "anna"})],
            {1001: "anna", 1002: "ann"},
            id="passed on, and a new one taken",
        ),
        pytest.param(
            [message(ANN), message(BOB | {"username": "ann"}), message(ANN)],
            {1001: "ann", 1002: None},
            id="there and back",
        ),
    ],
)
def test_two_people_never_have_the_same_username(updates: list[RawUpdate], usernames: dict[int, str | None]) -> None:
    assert {one.telegram_id: one.username for one in seen(*updates)} == usernames


@given(st.lists(st.tuples(st.integers(1, 4), st.sampled_from(["a", "A", "b", "c", None])), max_size=12))
def test_of_any_batch_each_username_is_with_who_was_seen_with_it_last(batch: list[tuple[int, str | None]]) -> None:
    people = seen(*(message({"id": number, "username": name}) for number, name in batch))
    assert sum(one.messages for one in people) == len(batch)
    last = {number: name for number, name in batch}  # noqa: C416 -- the last one of each
    names = [one.username.lower() for one in people if one.username]
    assert len(names) == len(set(names))
    assert set(names) == {name.lower() for name in last.values() if name}
    assert all(one.username in {last[one.telegram_id], None} for one in people)


@pytest.mark.parametrize(
    "date", [0, -1, int(NOW.timestamp()) + 1, 2**40, 10**100, "1700000000", None, True, 1.7e9, [], {}], ids=repr
)
def test_a_date_that_is_nonsense_or_ahead_is_now(date: Any) -> None:
    one = the_one_seen(update("message", {"date": date, "from": ANN, "chat": private(ANN), "text": "x"}))
    assert one.seen_at == one.private_since == NOW


def test_a_message_without_a_date_is_of_now() -> None:
    assert the_one_seen(update("message", {"from": ANN, "chat": private(ANN)})).seen_at == NOW


@pytest.mark.parametrize("date", [1, int(NOW.timestamp())])
def test_a_date_by_telegrams_clock_is_aware_of_its_zone(date: int) -> None:
    one = the_one_seen(update("message", {"date": date, "from": ANN, "chat": private(ANN)}))
    assert one.seen_at == datetime.fromtimestamp(date, UTC)
    assert one.seen_at.utcoffset() == timedelta(0)


def test_an_edit_is_of_now_whatever_the_date_of_its_message() -> None:
    edit = update("edited_message", {"date": 1000, "edit_date": 2000, "from": ANN, "chat": private(ANN)})
    assert the_one_seen(edit).seen_at == NOW


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("Ann\0", "Ann"),
        ("\0", ""),
        ("A\ud83dn", "A\ufffdn"),
        ("\ud83d\udc4b", "👋"),
        ("👋🏽 Ü ﷽", "👋🏽 Ü ﷽"),
        ("<b>&", "<b>&"),
        ("", ""),
        (None, ""),
        (5, ""),
        (["Ann"], ""),
        ({"a": 1}, ""),
    ],
)
def test_names_are_cleaned_of_what_the_database_cannot_hold(given: Any, kept: str) -> None:
    names = {"first_name": given, "last_name": given, "username": given, "language_code": given}
    one = the_one_seen(message({"id": 7, **names}))
    assert one.first_name == kept
    assert one.last_name == one.username == one.language_code == (kept or None)


@pytest.mark.parametrize(
    ("update", "chat_id"),
    [
        pytest.param(message(), 1001, id="a message in private"),
        pytest.param(message(ANN, GROUP), -1001, id="a message in a group"),
        pytest.param(press(), 1001, id="a button in private"),
        pytest.param(press(ANN, GROUP), -1001, id="a button in a group"),
        pytest.param(member(ANN, "kicked", GROUP), -1001, id="a membership in a group"),
        pytest.param(update("channel_post", {"chat": {"id": -1003, "type": "channel"}}), -1003, id="a channel's post"),
        pytest.param(update("callback_query", {"from": ANN, "inline_message_id": "x"}), 1001, id="an inline button"),
        pytest.param(update("inline_query", {"from": ANN, "query": "x"}), 1001, id="an inline query"),
        pytest.param(update("pre_checkout_query", {"from": ANN}), 1001, id="a checkout"),
        pytest.param(update("poll_answer", {"poll_id": "1", "user": ANN}), 1001, id="a vote"),
        pytest.param(update("message_reaction", {"user": ANN, "chat": GROUP}), -1001, id="a reaction"),
        pytest.param(update("poll", {"id": "1"}), 0, id="a poll's state"),
        pytest.param(update("a_newer_kind", {"chat": GROUP}), -1001, id="a kind nobody knows"),
        pytest.param(update("message", "x"), 0, id="a body that is text"),
        pytest.param(update("message", {"chat": "x", "from": "y"}), 0, id="a chat and a person that are text"),
        pytest.param(update("message", {"chat": {"id": True}, "from": ANN}), 1001, id="a chat whose id is true"),
        pytest.param(update("message", {"chat": {"id": "5"}, "from": ANN}), 1001, id="a chat whose id is text"),
        pytest.param(update("message", {"chat": {"id": 1.5}, "from": ANN}), 1001, id="a chat whose id is a float"),
        pytest.param(update("message", {"chat": {"id": 2**63}, "from": ANN}), 1001, id="an id too large"),
        pytest.param(update("message", {"chat": {"id": -(2**63)}, "from": {"id": 2**64}}), 0, id="two ids too large"),
        pytest.param(update("callback_query", {"from": ANN, "message": "x"}), 1001, id="a button's message is text"),
        pytest.param(update("message", {"chat": {"id": 0}}), 0, id="a chat 0"),
        pytest.param(RawUpdate(b"{}", 1), 0, id="an empty update"),
    ],
)
def test_an_update_goes_into_its_chats_lane_else_its_persons_else_lane_0(update: RawUpdate, chat_id: int) -> None:
    assert chat_id_of(update) == chat_id


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=2)
        | st.dictionaries(
            st.sampled_from(
                ["from", "chat", "id", "date", "type", "username", "first_name", "new_chat_member", "text"]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=10,
)


@given(st.lists(st.tuples(st.sampled_from(["message", "my_chat_member", "callback_query"]), JSON), max_size=4))
def test_no_json_whatever_is_too_much(batch: list[tuple[str, Any]]) -> None:
    updates = [update(kind, body) for kind, body in batch]
    for one in seen_users(updates, NOW):
        assert 0 < one.telegram_id <= LARGEST_TELEGRAM_ID
        assert one.seen_at <= NOW
    assert all(abs(chat_id_of(one)) <= LARGEST_TELEGRAM_ID for one in updates)
