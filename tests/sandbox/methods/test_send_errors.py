"""Errors for the bot have the wording of the real server."""

import json
from typing import Any

import pytest

from bot.sandbox.server.emulator import Emulator
from bot.sandbox.world import send_errors
from bot.sandbox.world.accounts import UserAccount
from bot.sandbox.world.bot_api import ApiError
from bot.sandbox.world.chats import BotMembership
from bot.sandbox.world.conversations import Group, PrivateChat
from tests.sandbox.emulator_clients import Client

TWO_DAYS = 48 * 3600


@pytest.fixture
def ann(emulator: Emulator) -> UserAccount:
    return emulator.person("Ann")


@pytest.fixture
def group(emulator: Emulator, ann: UserAccount) -> Group:
    return emulator.group("Friends", [ann])


async def sending_is_refused(api: Client, chat_id: int, **parameters: Any) -> tuple[int, str]:
    return await api.refused("sendMessage", chat_id=chat_id, text="x", **parameters)


def leads_to(number: int) -> dict[str, Any]:
    return {"inline_keyboard": [[{"text": "Who", "url": f"tg://user?id={number}"}]]}


class TestLinksToPeople:
    async def test_a_button_may_lead_to_somebody_who_allows_it(
        self, chat: PrivateChat, api: Client, ann: UserAccount
    ) -> None:
        await api.result("sendMessage", chat_id=chat.id, text="x", reply_markup=leads_to(ann.id))
        assert chat.received[0].buttons[0]["url"] == f"tg://user?id={ann.id}"

    async def test_who_forbids_links_gets_none_neither_sent_nor_edited(
        self, chat: PrivateChat, api: Client, ann: UserAccount
    ) -> None:
        ann.forbids_links = True
        refused = (400, "Bad Request: BUTTON_USER_PRIVACY_RESTRICTED")
        assert await sending_is_refused(api, chat.id, reply_markup=leads_to(ann.id)) == refused
        sent = await api.result("sendMessage", chat_id=chat.id, text="x")
        asked = {"chat_id": chat.id, "message_id": sent["message_id"], "reply_markup": leads_to(ann.id)}
        assert await api.refused("editMessageReplyMarkup", **asked) == refused
        assert [message.keyboard for message in chat.received] == [None]

    async def test_a_button_to_nobody_known_is_refused(self, chat: PrivateChat, api: Client) -> None:
        refused = await sending_is_refused(api, chat.id, reply_markup=leads_to(999))
        assert refused == (400, "Bad Request: BUTTON_USER_INVALID")

    async def test_a_mention_of_somebody_who_forbids_links_passes(
        self, chat: PrivateChat, api: Client, ann: UserAccount
    ) -> None:
        ann.forbids_links = True
        text = f"<a href='tg://user?id={ann.id}'>Ann</a>"
        sent = await api.result("sendMessage", chat_id=chat.id, text=text, parse_mode="HTML")
        assert sent["entities"][0]["type"] == "text_mention"


class TestRights:
    @pytest.mark.parametrize(
        ("method", "parameters", "what"),
        [
            ("sendMessage", {"text": "x"}, "text messages"),
            ("sendPhoto", {"photo": "https://x.org/a.jpg"}, "photos"),
            ("sendAudio", {"audio": "https://x.org/a.mp3"}, "music"),
            ("sendPoll", {"question": "Q", "options": ["x"]}, "polls"),
            ("sendMediaGroup", {"media": [{"type": "video", "media": "https://x.org/a.mp4"}] * 2}, "videos"),
        ],
    )
    async def test_what_the_bot_may_not_send_is_named(
        self, group: Group, api: Client, method: str, parameters: dict[str, Any], what: str
    ) -> None:
        group.forbids()
        refused = await api.refused(method, chat_id=group.id, **parameters)
        assert refused == (400, f"Bad Request: not enough rights to send {what} to the chat")
        group.permits_all()
        await api.result(method, chat_id=group.id, **parameters)

    async def test_one_kind_may_be_forbidden_alone(self, group: Group, api: Client) -> None:
        group.forbids("photo")
        await api.result("sendMessage", chat_id=group.id, text="x")
        status, _ = await api.refused("sendPhoto", chat_id=group.id, photo="https://x.org/a.jpg")
        assert status == 400

    @pytest.mark.parametrize(
        ("error", "words"),
        [
            (send_errors.CHAT_WRITE_FORBIDDEN, "Bad Request: CHAT_WRITE_FORBIDDEN"),
            (send_errors.NO_RIGHTS_TO_SEND, "Bad Request: have no rights to send a message"),
            (send_errors.TOPIC_CLOSED, "Bad Request: TOPIC_CLOSED"),
        ],
    )
    async def test_a_chat_can_refuse_everything_until_told_otherwise(
        self, chat: PrivateChat, api: Client, error: ApiError, words: str
    ) -> None:
        chat.refuses(error)
        assert [await sending_is_refused(api, chat.id) for _ in range(2)] == [(400, words)] * 2
        chat.refuses(None)
        await api.result("sendMessage", chat_id=chat.id, text="x")

    async def test_a_group_without_the_bot_is_closed_to_it(
        self, emulator: Emulator, api: Client, ann: UserAccount
    ) -> None:
        for basic, kind in ((False, "supergroup"), (True, "group")):
            group = emulator.group("Others", [ann], with_bot=False, basic=basic)
            refused = await sending_is_refused(api, group.id)
            assert refused == (403, f"Forbidden: bot is not a member of the {kind} chat")
            group.bot_becomes(BotMembership.BLOCKED, ann)
            refused = await sending_is_refused(api, group.id)
            assert refused == (403, f"Forbidden: bot was kicked from the {kind} chat")


class TestTopics:
    async def test_a_message_goes_to_its_topic(self, group: Group, api: Client, ann: UserAccount) -> None:
        group.says("hi", by=ann)
        thread = group.opens_topic("News", by=ann)
        sent = await api.result("sendMessage", chat_id=group.id, text="x", message_thread_id=thread)
        assert (sent["message_thread_id"], sent["is_topic_message"], sent["chat"]["is_forum"]) == (thread, True, True)
        asked = group.says("x", by=ann, thread=thread)
        assert (asked.thread, group.received[0].thread) == (thread, thread)

    async def test_a_topic_that_is_gone_is_not_found(self, group: Group, api: Client, ann: UserAccount) -> None:
        thread = group.opens_topic("News", by=ann)
        group.deletes_topic(thread)
        for number in (thread, 1):
            refused = await sending_is_refused(api, group.id, message_thread_id=number)
            assert refused == (400, "Bad Request: message thread not found")

    async def test_a_private_chat_has_none_and_a_plain_group_takes_no_notice(
        self, chat: PrivateChat, group: Group, api: Client
    ) -> None:
        refused = await sending_is_refused(api, chat.id, message_thread_id=5)
        assert refused == (400, "Bad Request: message thread not found")
        sent = await api.result("sendMessage", chat_id=group.id, text="x", message_thread_id=5)
        assert "message_thread_id" not in sent


class TestBecomingASupergroup:
    async def test_both_chats_tell_of_it_and_the_old_one_names_the_new(
        self, emulator: Emulator, api: Client, ann: UserAccount
    ) -> None:
        group = emulator.group("Friends", [ann], basic=True)
        await api.result("sendMessage", chat_id=group.id, text="before")
        supergroup = group.becomes_supergroup()
        old, new = [json.loads(body)["message"] for body in emulator.state.updates.fetch(0, 100)]
        assert (old["chat"]["id"], old["chat"]["type"], old["migrate_to_chat_id"]) == (group.id, "group", supergroup.id)
        assert (new["chat"]["id"], new["migrate_from_chat_id"]) == (supergroup.id, group.id)
        status, answer = await api.answer("sendMessage", chat_id=group.id, text="x")
        assert (status, answer) == (
            400,
            {
                "ok": False,
                "error_code": 400,
                "description": "Bad Request: group chat was upgraded to a supergroup chat",
                "parameters": {"migrate_to_chat_id": supergroup.id},
            },
        )
        await api.result("sendMessage", chat_id=supergroup.id, text="after")
        assert [message.text for message in supergroup.received] == ["after"]

    async def test_it_happens_once_and_to_basic_groups(
        self, emulator: Emulator, group: Group, ann: UserAccount
    ) -> None:
        basic = emulator.group("Small", [ann], basic=True)
        basic.becomes_supergroup()
        for place in (basic, group):
            with pytest.raises(ValueError, match="only a basic group"):
                place.becomes_supergroup()


class TestDeleting:
    async def test_after_two_days_it_is_too_late(
        self, emulator: Emulator, chat: PrivateChat, group: Group, api: Client
    ) -> None:
        for place, words in ((chat, "message can't be deleted for everyone"), (group, "message can't be deleted")):
            sent = await api.result("sendMessage", chat_id=place.id, text="x")
            asked = {"chat_id": place.id, "message_id": sent["message_id"]}
            emulator.clock.forward(TWO_DAYS + 1)
            assert await api.refused("deleteMessage", **asked) == (400, f"Bad Request: {words}")
            assert not place.received[0].deleted

    async def test_of_several_none_is_deleted_where_one_cannot_be(
        self, emulator: Emulator, chat: PrivateChat, api: Client
    ) -> None:
        old = chat.says("old").message_id
        emulator.clock.forward(TWO_DAYS + 1)
        young = chat.says("young").message_id
        refused = await api.refused("deleteMessages", chat_id=chat.id, message_ids=[young, old])
        assert refused == (400, "Bad Request: message can't be deleted for everyone")
        assert chat.chat.message(young)
        await api.result("deleteMessages", chat_id=chat.id, message_ids=[young])
        assert chat.chat.message(young) is None

    async def test_what_is_not_there_is_passed_over(self, chat: PrivateChat, api: Client) -> None:
        there = chat.says("x").message_id
        assert await api.result("deleteMessages", chat_id=chat.id, message_ids=[there, 900]) is True
        assert await api.result("deleteMessages", chat_id=chat.id, message_ids=[there, 900]) is True

    async def test_others_messages_in_a_group_stay(self, group: Group, api: Client, ann: UserAccount) -> None:
        number = group.says("mine", by=ann).message_id
        refused = await api.refused("deleteMessage", chat_id=group.id, message_id=number)
        assert refused == (400, "Bad Request: message can't be deleted")

    async def test_a_dice_stays_for_a_day(self, emulator: Emulator, chat: PrivateChat, api: Client) -> None:
        sent = await api.result("sendDice", chat_id=chat.id)
        asked = {"chat_id": chat.id, "message_id": sent["message_id"]}
        assert await api.refused("deleteMessage", **asked) == (
            400,
            "Bad Request: message can't be deleted for everyone",
        )
        emulator.clock.forward(TWO_DAYS / 2 + 1)
        await api.result("deleteMessage", **asked)

    @pytest.mark.parametrize(
        ("numbers", "complaint"),
        [
            ([], "message identifiers are not specified"),
            ([1] * 101, "too many message identifiers specified"),
            ({}, "expected an Array of message identifiers"),
            ([None], "message identifier must be a Number"),
        ],
    )
    async def test_a_list_that_is_none_is_refused(
        self, chat: PrivateChat, api: Client, numbers: Any, complaint: str
    ) -> None:
        refused = await api.refused("deleteMessages", chat_id=chat.id, message_ids=numbers)
        assert refused == (400, f"Bad Request: {complaint}")
