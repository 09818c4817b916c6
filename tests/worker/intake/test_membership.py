"""Facts about groups from updates: where the bot may write, and which group moved where."""

import json
from typing import Any

import pytest

from bot.worker.intake.membership import BotMembership, memberships
from bot.worker.intake.reading import RawUpdate

Json = dict[str, Any]
GROUP, OTHER = -1001, -1002


def update(kind: str, body: Json) -> RawUpdate:
    data = {"update_id": 1, kind: body}
    return RawUpdate(json.dumps(data).encode(), 1, data)


def member(status: Any, kind: Any = "supergroup", chat_id: Any = GROUP, **rights: Any) -> RawUpdate:
    change = {"new_chat_member": {"user": {"id": 42}, "status": status, **rights}}
    return update("my_chat_member", {"chat": {"id": chat_id, "type": kind}, **change})


def message(chat_id: int = GROUP, kind: str = "message", **event: Any) -> RawUpdate:
    return update(kind, {"chat": {"id": chat_id, "type": "group"}, **event})


@pytest.mark.parametrize(
    ("update", "membership"),
    [
        (member("member"), BotMembership.WRITES),
        (member("member", "group"), BotMembership.WRITES),
        (member("administrator"), BotMembership.WRITES),
        (member("creator"), BotMembership.WRITES),
        (member("left"), BotMembership.LEFT),
        (member("kicked"), BotMembership.LEFT),
        (member("restricted", is_member=True, can_send_messages=True), BotMembership.WRITES),
        (member("restricted", is_member=True, can_send_messages=False), BotMembership.MUTED),
        (member("restricted", is_member=False, can_send_messages=True), BotMembership.LEFT),
        (member("administrator", "channel", can_post_messages=True), BotMembership.WRITES),
        (member("administrator", "channel", can_post_messages=False), BotMembership.MUTED),
        (member("member", "channel"), BotMembership.MUTED),
        (member("left", "channel"), BotMembership.LEFT),
    ],
)
def test_each_status_says_whether_the_bot_may_write(update: RawUpdate, membership: BotMembership) -> None:
    assert memberships([update]).now == {GROUP: membership}


@pytest.mark.parametrize(
    "update",
    [
        member("kicked", "private", 1001),
        member("kicked", "supergroup", 1001),
        member("kicked", "supergroup", "x"),
        member("kicked", ["x"]),
        member("promoted"),
        member(["left"]),
        member({"x": 1}),
        member("kicked", {"x": 1}),
        member("kicked", ["group"]),
        update("my_chat_member", {"chat": {"id": GROUP, "type": "group"}, "new_chat_member": "kicked"}),
        update("chat_member", {"chat": {"id": GROUP, "type": "group"}, "new_chat_member": {"status": "left"}}),
        message(migrate_to_chat_id="x"),
        message(migrate_to_chat_id=5),
        message(kind="edited_message", migrate_to_chat_id=OTHER),
        message(text="hi"),
        update("message", {}),
    ],
)
def test_other_updates_change_no_membership(update: RawUpdate) -> None:
    found = memberships([update])
    assert (found.now, found.became) == ({}, {})


def test_of_several_the_last_one_holds() -> None:
    found = memberships([member("kicked"), member("kicked", chat_id=OTHER), member("member"), member("left")])
    assert found.now == {GROUP: BotMembership.LEFT, OTHER: BotMembership.LEFT}


def test_both_service_messages_tell_what_a_group_has_become() -> None:
    assert memberships([message(migrate_to_chat_id=OTHER)]).became == {GROUP: OTHER}
    assert memberships([message(OTHER, migrate_from_chat_id=GROUP)]).became == {GROUP: OTHER}
