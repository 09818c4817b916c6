"""Send errors: they set reachability, degrade messages, and redirect those to moved groups."""

from collections.abc import Sequence

import pytest
from sqlalchemy import RowMapping

from bot.db.tables.chats import Chats
from bot.db.tables.outbox import StoredMessage
from bot.messages import Composed, Text
from bot.sandbox.server.emulator import Emulator
from bot.sandbox.server.faults import Reply
from bot.sandbox.world import send_errors
from bot.sandbox.world.bot_api import ApiError, bad_request
from bot.sandbox.world.conversations import Group, PrivateChat
from tests.support.delivery import DeliveryHarness, OpenDelivery, private_chat, texts
from tests.support.joined import needs


@pytest.fixture
def chat(telegram: Emulator) -> PrivateChat:
    telegram.limits.enabled = False
    return private_chat(telegram, "Ann")


@pytest.fixture
def group(telegram: Emulator, chat: PrivateChat) -> Group:
    return telegram.group("Friends", [chat.person])


async def reachability_after(harness: DeliveryHarness, *messages: Text) -> Sequence[RowMapping]:
    """The reachability of chats after these messages were rejected."""
    await harness.say(*messages)
    await harness.until_rows(0)
    await harness.delivery.close()
    assert len(await harness.rows("dead_letters")) == len(messages)
    return await harness.rows("chats")


@pytest.mark.parametrize(
    ("error", "mark"),
    [
        (send_errors.GROUP_DELETED, "left_at"),
        (send_errors.CHAT_WRITE_FORBIDDEN, "muted_at"),
        (send_errors.NO_RIGHTS_TO_SEND, "muted_at"),
        (send_errors.NO_WRITE_ACCESS, "muted_at"),
        (send_errors.CHAT_RESTRICTED, "muted_at"),
    ],
)
async def test_a_group_that_can_not_be_written_to_is_marked_unreachable(
    open_delivery: OpenDelivery, group: Group, error: ApiError, mark: str
) -> None:
    group.refuses(error)
    async with open_delivery() as harness:
        [row] = await reachability_after(harness, Text(group.id, "0"))
    assert (row["bot_id"], row["telegram_id"]) == (harness.telegram.bot.id, group.id)
    assert {name for name in ("left_at", "muted_at") if row[name] is not None} == {mark}
    assert row["reason"] in error.description
    assert group.received == []


@pytest.mark.parametrize("basic", [True, False])
async def test_a_group_that_put_the_bot_out_is_marked_unreachable(
    open_delivery: OpenDelivery, telegram: Emulator, chat: PrivateChat, *, basic: bool
) -> None:
    group = telegram.group("T", [chat.person], basic=basic)
    group.removes_bot(by=chat.person)
    stranger = telegram.group("S", [chat.person], with_bot=False)
    async with open_delivery() as harness:
        rows = await reachability_after(harness, Text(group.id, "0"), Text(stranger.id, "0"), Text(-1009999, "0"))
    assert {(row["telegram_id"], row["reason"]) for row in rows if row["left_at"] is not None} == {
        (group.id, "bot was kicked from the"),
        (stranger.id, "bot is not a member of the"),
        (-1009999, "chat not found"),
    }


async def test_a_group_that_takes_no_texts_is_unreachable_and_one_that_takes_no_photos_is_not(
    open_delivery: OpenDelivery, telegram: Emulator, group: Group, chat: PrivateChat
) -> None:
    group.forbids("text")
    other = telegram.group("Other", [chat.person])
    other.forbids("photo")
    async with open_delivery() as harness:
        photo = Composed(other.id, "sendPhoto", {"photo": "https://example.com/a.jpg"})
        await harness.say(photo)
        [row] = await reachability_besides(harness, 2, Text(group.id, "0"))
    assert row["telegram_id"] == group.id
    assert row["muted_at"] is not None


async def reachability_besides(harness: DeliveryHarness, letters: int, *messages: Text) -> Sequence[RowMapping]:
    await harness.say(*messages)
    await harness.until_rows(letters, "dead_letters")
    await harness.delivery.close()
    return await harness.rows("chats")


@pytest.mark.parametrize(
    ("description", "reason"),
    [
        ("Bad Request: PEER_ID_INVALID", "PEER_ID_INVALID"),
        ("Bad Request: private chat not found", "chat not found"),
        ("Bad Request: USER_DELETED", "USER_DELETED"),
    ],
)
async def test_who_can_not_be_reached_is_marked_with_the_reason(
    open_delivery: OpenDelivery, chat: PrivateChat, telegram: Emulator, description: str, reason: str
) -> None:
    telegram.faults.next(Reply.refusal(400, description), "sendMessage")
    async with open_delivery() as harness:
        await harness.knows(chat.person)
        await reachability_after(harness, Text(chat.id, "0"))
        [user] = await harness.rows("users")
    assert user["unreachable_reason"] == reason
    assert user["blocked_at"] is None


BUTTON_TO_ANN = {"text": "Ann", "url": "tg://user?id=1001"}
PAGE = {"text": "Page", "url": "https://example.com"}


async def test_a_link_to_who_forbids_it_is_left_out_and_the_order_stays(
    open_delivery: OpenDelivery, chat: PrivateChat, telegram: Emulator
) -> None:
    chat.person.forbids_links = True
    bob = private_chat(telegram, "Bob")
    markup = {"inline_keyboard": [[{**BUTTON_TO_ANN, "url": f"tg://user?id={chat.id}"}, PAGE]]}
    async with open_delivery() as harness:
        await harness.say(
            Text(bob.id, "0"), Composed(bob.id, "sendMessage", {"text": "1", "reply_markup": markup}), Text(bob.id, "2")
        )
        await harness.all_sent()
        assert await harness.rows("chats") == []
    assert texts(bob) == ["0", "1", "2"]
    assert [button["text"] for button in bob.received[1].buttons] == ["Page"]
    assert [call.status for call in telegram.calls.of("sendMessage")] == [200, 400, 200, 200]


async def test_a_message_loses_one_part_after_another_each_with_a_permit_of_its_own(
    open_delivery: OpenDelivery, telegram: Emulator
) -> None:
    """A private chat gets three at once: the fourth try waits for a second, and no try starts over."""
    chat = private_chat(telegram, "Ann")
    thread, reply = {"message_thread_id": 77}, {"reply_parameters": {"message_id": 999}}
    markup = {"inline_keyboard": [[{"text": "?", "url": "tg://user?id=999999"}]]}
    call = {"text": "<b>x", "parse_mode": "HTML", "reply_markup": markup} | thread | reply
    async with open_delivery(per_second=30) as harness:
        await harness.say(Composed(chat.id, "sendMessage", call), Text(chat.id, "behind"))
        await harness.all_sent()
    assert texts(chat) == ["x", "behind"]
    assert chat.received[0].buttons == []
    statuses = [call.status for call in telegram.calls.of("sendMessage")]
    assert statuses == [400, 400, 400, 400, 200, 200]


async def test_a_reply_and_a_topic_that_are_gone_are_left_out(
    open_delivery: OpenDelivery, group: Group, chat: PrivateChat
) -> None:
    thread = group.opens_topic("News", by=chat.person)
    group.deletes_topic(thread)
    call = {"text": "here", "reply_parameters": {"message_id": 999}, "message_thread_id": thread}
    async with open_delivery() as harness:
        await harness.say(Composed(group.id, "sendMessage", call), Text(group.id, "there", thread_id=thread))
        await harness.all_sent()
        assert await harness.rows("chats") == []
    assert [(message.text, message.thread, message.reply_to) for message in group.received] == [
        ("here", 0, None),
        ("there", 0, None),
    ]


async def test_a_closed_topic_degrades_the_send_and_leaves_the_chat_reachable(
    open_delivery: OpenDelivery, group: Group, chat: PrivateChat
) -> None:
    group.refuses(send_errors.TOPIC_CLOSED)
    async with open_delivery() as harness:
        assert await reachability_after(harness, Text(group.id, "0", thread_id=5)) == []
        [letter] = await harness.rows("dead_letters")
    assert [call.parameters.get("message_thread_id") for call in harness.telegram.calls.of("sendMessage")] == [
        "5",
        None,
    ]
    assert letter["payload"].decode().count('"message_thread_id"') == 1, "what was kept is as it was said"


async def test_broken_formatting_is_sent_as_plain_text(open_delivery: OpenDelivery, chat: PrivateChat) -> None:
    async with open_delivery() as harness:
        await harness.say(Text(chat.id, "<b>never closed &amp; 1 < 2"))
        await harness.all_sent()
    assert texts(chat) == ["never closed & 1 < 2"]


async def test_a_message_rejected_for_the_same_part_without_it_is_a_dead_letter(
    open_delivery: OpenDelivery, chat: PrivateChat
) -> None:
    chat.refuses(bad_request("ENTITY_BOUNDS_INVALID"))
    async with open_delivery() as harness:
        await reachability_after(harness, Text(chat.id, "<b>0</b>"))
    assert [call.parameters["text"] for call in harness.telegram.calls.of("sendMessage")] == ["<b>0</b>", "0"]


def moved(telegram: Emulator, chat: PrivateChat) -> tuple[Group, Group]:
    old = telegram.group("T", [chat.person], basic=True)
    return old, old.becomes_supergroup()


async def test_all_that_waits_for_a_group_goes_to_what_it_became_in_its_order(
    open_delivery: OpenDelivery, telegram: Emulator, chat: PrivateChat
) -> None:
    old, new = moved(telegram, chat)
    async with open_delivery() as harness:
        await harness.say(*(Text(old.id, str(number)) for number in range(20)))
        await harness.all_sent()
        await harness.say(Text(old.id, "20"), Text(new.id, "21"))
        await harness.all_sent()
        [row] = await harness.rows("chats")
    assert texts(new)[:20] == [str(number) for number in range(20)]
    assert sorted(texts(new), key=int) == [str(number) for number in range(22)]
    assert [call.status for call in telegram.calls.of("sendMessage")] == [400] + [200] * 22
    assert (row["telegram_id"], row["became"], row["left_at"]) == (old.id, new.id, None)


async def test_what_is_loaded_for_a_group_known_to_have_moved_goes_there_at_once(
    open_delivery: OpenDelivery, telegram: Emulator, chat: PrivateChat
) -> None:
    old, new = moved(telegram, chat)
    async with open_delivery() as harness:
        async with harness.unit_of_work.open() as work:
            await work.of(Chats).mark_became(telegram.bot.id, old.id, new.id)
        left = await harness.keep(*(Text(old.id, str(number)) for number in range(12)))
        harness.delivery.forget(left)
        harness.delivery.reload([old.id])
        await harness.all_sent()
    assert texts(new) == [str(number) for number in range(12)]
    assert {call.status for call in telegram.calls.of("sendMessage")} == {200}


@pytest.mark.usefixtures("no_backoff")
async def test_a_database_that_is_away_delays_following_a_group_and_loses_nothing(
    open_delivery: OpenDelivery, telegram: Emulator, chat: PrivateChat
) -> None:
    old, new = moved(telegram, chat)
    async with open_delivery() as harness:
        unsent = await harness.keep(Text(old.id, "0"), Text(old.id, "1"))
        harness.unit_of_work.away = 3
        harness.delivery.put(unsent)
        await harness.all_sent()
    assert texts(new) == ["0", "1"]


async def test_another_bots_messages_to_the_group_stay_where_they_are(
    open_delivery: OpenDelivery, telegram: Emulator, chat: PrivateChat
) -> None:
    old, new = moved(telegram, chat)
    async with open_delivery() as harness:
        left = await harness.keep(StoredMessage(old.id, "text", {"text": "x"}), bot_id=43)
        harness.delivery.forget(left)
        await harness.say(Text(old.id, "0"))
        [row] = await harness.until_rows(1)
    assert (row["bot_id"], row["chat_id"]) == (43, old.id)
    assert texts(new) == ["0"]


@pytest.mark.usefixtures("no_backoff")
async def test_a_rejected_message_is_one_dead_letter_logged_once_though_the_answer_to_its_commit_was_lost(
    open_delivery: OpenDelivery, chat: PrivateChat, telegram: Emulator
) -> None:
    rejected = telegram.faults.next(Reply.refusal(403, "Forbidden: user is deactivated"), "sendMessage", times=2)
    async with open_delivery() as harness:
        await harness.knows(chat.person)
        unsent = await harness.keep(Composed(chat.id, "sendMessage", {"text": "0"}, if_refused="It was refused"))
        harness.unit_of_work.answers_lost = 1  # the next commit: the dead letter's
        harness.delivery.put(unsent)
        await chat.receives("It was refused")
        await harness.until_rows(0)
        await harness.delivery.close()
        assert harness.unit_of_work.answers_lost == 0
        assert len(await harness.rows("dead_letters")) == 1
        [user] = await harness.rows("users")
    assert rejected.met == 2
    assert [text.partition("\n")[0] for text in texts(chat)] == ["It was refused"]
    assert user["unreachable_at"] is not None


@needs("bans")
async def test_a_rejected_notice_of_a_ban_was_not_delivered(open_delivery: OpenDelivery, chat: PrivateChat) -> None:
    chat.blocks()
    async with open_delivery() as harness:
        await harness.knows(chat.person)
        async with harness.engine.begin() as connection:
            await connection.exec_driver_sql("UPDATE users SET banned_at = now(), silenced = true")
            await connection.exec_driver_sql(
                "INSERT INTO sanctions (telegram_id, kind, reason, told_at, lifted_at) VALUES"
                f" ({chat.id}, 'ban', 'over', now(), now()), ({chat.id}, 'ban', 'running', now(), NULL)"
            )
        await harness.say(Text(chat.id, "You were banned", ban=1), Text(chat.id, "You are banned", ban=2))
        await harness.until_rows(0)
        over, running = await harness.rows("sanctions")
        [person] = await harness.rows("users")
    assert (over["told_at"] is None, running["told_at"] is None, person["silenced"]) == (False, True, False)
    assert [call.parameters.get("ban") for call in harness.telegram.calls.of("sendMessage")] == [None, None]
