"""The outbox is sent in order, once, within the limits; and each send error has its effect."""

import asyncio
import json
import time
from collections.abc import Sequence
from typing import Any

import pytest

from bot.db.tables.outbox import StoredMessage
from bot.messages import ButtonAnswer, Edit, Text
from bot.sandbox.server.emulator import Emulator
from bot.sandbox.server.faults import Delay, Drop, Fault, Reply, When
from bot.sandbox.world.conversations import PrivateChat
from bot.worker.outgoing.delivery import sends_at_once
from bot.worker.outgoing.send_errors import TRIES
from tests.support.delivery import OpenDelivery, private_chat, texts

OTHER_BOT = 43
NOT_MODIFIED = "Bad Request: message is not modified: specified new message content is exactly the same"


@pytest.fixture
def chat(telegram: Emulator) -> PrivateChat:
    telegram.limits.enabled = False
    return private_chat(telegram, "Ann")


def numbered(chat: PrivateChat, count: int) -> list[Text]:
    return [Text(chat.id, str(number)) for number in range(count)]


def numbers(count: int) -> list[str]:
    return [str(number) for number in range(count)]


async def test_a_message_is_sent_and_acknowledged(open_delivery: OpenDelivery, chat: PrivateChat) -> None:
    async with open_delivery() as harness:
        await harness.say(Text(chat.id, "<b>Hello</b>, Ann"))
        await harness.all_sent()
    assert texts(chat) == ["Hello, Ann"]


async def test_each_chats_messages_arrive_once_and_in_order(open_delivery: OpenDelivery, telegram: Emulator) -> None:
    telegram.limits.enabled = False
    chats = [private_chat(telegram, f"Person {number}") for number in range(6)]
    async with open_delivery() as harness:
        for start in range(0, 20, 5):
            batch = [Text(chat.id, str(number)) for number in range(start, start + 5) for chat in chats]
            await harness.say(*batch)
        await harness.all_sent()
    assert [texts(chat) for chat in chats] == [numbers(20)] * 6


async def test_what_an_earlier_term_left_is_loaded_and_sent_in_order(
    open_delivery: OpenDelivery, chat: PrivateChat
) -> None:
    async with open_delivery() as harness:
        left = await harness.keep(*numbered(chat, 30))
        harness.delivery.forget(left)
        harness.delivery.reload([chat.id])
        await harness.all_sent()
    assert texts(chat) == numbers(30)


async def test_new_messages_come_behind_what_an_earlier_term_left(
    open_delivery: OpenDelivery, chat: PrivateChat
) -> None:
    async with open_delivery() as harness:
        left = await harness.keep(*numbered(chat, 10))
        harness.delivery.forget(left)
        harness.delivery.reload([chat.id])
        await harness.say(Text(chat.id, "10"), Text(chat.id, "11"))
        await harness.all_sent()
    assert texts(chat) == numbers(12)


async def test_what_was_sent_and_is_not_acknowledged_yet_is_not_sent_again(
    open_delivery: OpenDelivery, chat: PrivateChat
) -> None:
    async with open_delivery(acknowledges=False) as harness:
        await harness.say(*numbered(chat, 3))
        await chat.receives("2")
        harness.delivery.reload([chat.id])
        await harness.say(Text(chat.id, "3"))
        await chat.receives("3")
        assert len(await harness.rows()) == 4
        await harness.delivery.close()
        await harness.delivery.acknowledge()
        await harness.all_sent()
    assert texts(chat) == numbers(4)


@pytest.mark.usefixtures("no_backoff")
async def test_a_database_that_is_away_delays_acknowledging_and_repeats_nothing(
    open_delivery: OpenDelivery, chat: PrivateChat
) -> None:
    async with open_delivery() as harness:
        await harness.say(Text(chat.id, "0"))
        harness.unit_of_work.away = 5
        await chat.receives("0")
        await harness.until_rows(0)
        assert harness.unit_of_work.away == 0
        await harness.say(Text(chat.id, "1"))
        await harness.all_sent()
    assert texts(chat) == numbers(2)


async def test_another_bots_messages_are_left_alone(open_delivery: OpenDelivery, chat: PrivateChat) -> None:
    async with open_delivery() as harness:
        left = await harness.keep(Text(chat.id, "of another bot"), bot_id=OTHER_BOT)
        harness.delivery.forget(left)
        harness.delivery.reload([chat.id])
        await harness.say(Text(chat.id, "mine"))
        [row] = await harness.until_rows(1)
    assert row["bot_id"] == OTHER_BOT
    assert texts(chat) == ["mine"]


async def test_the_limits_are_kept_and_telegram_rejects_nothing(
    open_delivery: OpenDelivery, telegram: Emulator
) -> None:
    chats = [private_chat(telegram, f"Person {number}") for number in range(10)]
    async with open_delivery(per_second=30) as harness:
        await harness.say(*(Text(chat.id, str(number)) for number in range(4) for chat in chats))
        await harness.all_sent()
    assert {call.status for call in telegram.calls.of("sendMessage")} == {200}
    assert [texts(chat) for chat in chats] == [numbers(4)] * 10


async def test_a_flood_wait_is_waited_out_and_nothing_is_lost_or_reordered(
    open_delivery: OpenDelivery, chat: PrivateChat, telegram: Emulator
) -> None:
    async with open_delivery(per_second=30) as harness:
        await harness.say(Text(chat.id, "0"))
        await chat.receives("0")
        telegram.faults.next(Reply.flood(1), "sendMessage")
        await harness.say(*(Text(chat.id, str(number)) for number in range(1, 4)))
        await harness.all_sent()
    assert texts(chat) == numbers(4)
    calls = telegram.calls.of("sendMessage")
    assert [call.status for call in calls] == [200, 429, 200, 200, 200]
    assert calls[2].at - calls[1].at >= 1


async def test_a_flood_wait_of_one_chat_holds_up_no_other(
    open_delivery: OpenDelivery, chat: PrivateChat, telegram: Emulator
) -> None:
    bob = private_chat(telegram, "Bob")
    async with open_delivery(per_second=30) as harness:
        await harness.say(Text(chat.id, "0"))
        await chat.receives("0")
        telegram.faults.next(Reply.flood(1), "sendMessage", chat_id=chat.id)
        await harness.say(Text(chat.id, "1"))
        await harness.limiter.halted.wait()
        began = time.monotonic()
        await harness.say(Text(bob.id, "0"))
        await bob.receives("0")
        assert time.monotonic() - began < 0.9
        await harness.all_sent()
    assert texts(chat) == numbers(2)


async def test_a_flood_wait_that_is_no_single_chats_halts_everyone(
    open_delivery: OpenDelivery, chat: PrivateChat, telegram: Emulator
) -> None:
    bob = private_chat(telegram, "Bob")
    telegram.faults.next(Reply.flood(1), "sendMessage", chat_id=chat.id)
    async with open_delivery(per_second=30) as harness:
        await harness.say(Text(chat.id, "0"))
        await harness.limiter.halted.wait()
        await harness.say(Text(bob.id, "0"))
        await harness.all_sent()
    rejected, *later = telegram.calls.of("sendMessage")
    assert [call.status for call in (rejected, *later)] == [429, 200, 200]
    assert min(call.at for call in later) - rejected.at >= 1


async def test_a_flood_wait_of_everyone_halts_messages_whose_permit_was_already_fixed(
    open_delivery: OpenDelivery, chat: PrivateChat, telegram: Emulator
) -> None:
    others = [private_chat(telegram, f"Person {number}") for number in range(3)]
    telegram.faults.next(Reply.flood(1), "sendMessage", chat_id=chat.id)
    async with open_delivery(per_second=1) as harness:
        await harness.say(Text(chat.id, "0"), *(Text(other.id, "0") for other in others))
        await harness.all_sent()
    rejected, *later = telegram.calls.of("sendMessage")
    assert (rejected.status, rejected.parameters["chat_id"]) == (429, str(chat.id))
    assert min(call.at for call in later) - rejected.at >= 1


@pytest.mark.parametrize("bad", ["x" * 5000, " "], ids=["too long", "empty"])
async def test_a_message_that_telegram_rejects_is_a_dead_letter_and_the_queue_goes_on(
    open_delivery: OpenDelivery, chat: PrivateChat, bad: str
) -> None:
    async with open_delivery() as harness:
        await harness.knows(chat.person)
        await harness.say(Text(chat.id, "0"), Text(chat.id, bad), Text(chat.id, "1"))
        await harness.until_rows(0)
        await harness.delivery.close()
        [letter] = await harness.rows("dead_letters")
        [user] = await harness.rows("users")
    assert texts(chat) == numbers(2)
    assert (letter["bot_id"], letter["origin"], letter["kind"]) == (harness.telegram.bot.id, "message", "text")
    assert (letter["chat_id"], letter["update_id"]) == (chat.id, None)
    assert letter["reason"]
    assert bad.strip() in letter["payload"].decode()
    assert user["blocked_at"] is user["unreachable_at"] is None


async def test_who_has_blocked_the_bot_is_marked_unreachable_and_the_message_a_dead_letter(
    open_delivery: OpenDelivery, chat: PrivateChat, telegram: Emulator
) -> None:
    bob = private_chat(telegram, "Bob")
    chat.blocks()
    async with open_delivery() as harness:
        await harness.knows(chat.person)
        await harness.knows(bob.person)
        await harness.say(Text(chat.id, "0"), Text(bob.id, "0"))
        await harness.until_rows(0)
        await harness.delivery.close()
        [letter] = await harness.rows("dead_letters")
        ann, bobs = await harness.rows("users")
    assert "blocked by the user" in letter["reason"]
    assert ann["blocked_at"] is not None
    assert ann["unreachable_at"] is bobs["blocked_at"] is None
    assert texts(bob) == ["0"]


@pytest.mark.parametrize(
    ("status", "description", "marked"),
    [
        (403, "Forbidden: bot was blocked by the user", "blocked"),
        (403, "Forbidden: user is deactivated", "user is deactivated"),
        (403, "Forbidden: bot can't initiate conversation with a user", "bot can't initiate conversation with a user"),
        (400, "Bad Request: chat not found", "chat not found"),
        (403, "Forbidden: not enough rights to send text messages to the chat", None),
        (400, "Bad Request: message text is empty", None),
    ],
)
async def test_each_send_error_sets_the_right_reachability(
    open_delivery: OpenDelivery,
    chat: PrivateChat,
    telegram: Emulator,
    *,
    status: int,
    description: str,
    marked: str | None,
) -> None:
    telegram.faults.next(Reply.refusal(status, description), "sendMessage")
    async with open_delivery() as harness:
        await harness.knows(chat.person)
        await harness.say(Text(chat.id, "0"), Text(chat.id, "1"))
        await harness.until_rows(0)
        await harness.delivery.close()
        [letter] = await harness.rows("dead_letters")
        [user] = await harness.rows("users")
    assert letter["reason"].lower() in description.lower()
    assert (user["blocked_at"] is not None) is (marked == "blocked")
    assert user["unreachable_reason"] == (marked if marked != "blocked" else None)
    assert (user["unreachable_at"] is not None) is (user["unreachable_reason"] is not None)
    assert texts(chat) == ["1"]


async def test_an_unknown_person_can_not_be_marked_unreachable_and_that_is_no_error(
    open_delivery: OpenDelivery, chat: PrivateChat, telegram: Emulator
) -> None:
    chat.blocks()
    async with open_delivery() as harness:
        await harness.say(Text(chat.id, "0"))
        await harness.until_rows(0)
        assert len(await harness.rows("dead_letters")) == 1
        assert await harness.rows("users") == []


@pytest.mark.parametrize("description", [NOT_MODIFIED, "Bad Request: query is too old and response timeout expired"])
async def test_a_send_error_that_leaves_nothing_undone_is_ignored(
    open_delivery: OpenDelivery, chat: PrivateChat, telegram: Emulator, description: str
) -> None:
    telegram.faults.next(Reply.refusal(400, description), "editMessageText")
    async with open_delivery() as harness:
        await harness.say(Text(chat.id, "menu"))
        shown = await chat.receives("menu")
        await harness.say(Edit(chat.id, shown.message_id, "same"), Edit(chat.id, shown.message_id, "other"))
        await harness.all_sent()
    assert texts(chat) == ["other"]


async def test_an_edit_of_a_message_that_its_reader_deleted_is_nothing(
    open_delivery: OpenDelivery, chat: PrivateChat, telegram: Emulator
) -> None:
    """Telegram has two wordings for it. The same wording for a send is an error."""
    async with open_delivery() as harness:
        await harness.say(Text(chat.id, "menu"))
        shown = await chat.receives("menu")
        shown.deleted = True
        await harness.say(Edit(chat.id, shown.message_id, "other"))
        telegram.faults.next(Reply.refusal(400, "Bad Request: MESSAGE_ID_INVALID"), "editMessageText")
        await harness.say(Edit(chat.id, shown.message_id, "other"))
        await harness.all_sent()
        assert len(telegram.calls.of("editMessageText")) == 2
        telegram.faults.next(Reply.refusal(400, "Bad Request: MESSAGE_ID_INVALID"), "sendMessage")
        await harness.say(Text(chat.id, "new"))
        await harness.until_rows(1, "dead_letters")


@pytest.mark.usefixtures("no_backoff")
@pytest.mark.parametrize(
    "fault",
    [Drop(), Reply.refusal(502, "Bad Gateway"), Reply.refusal(500, "Internal"), Reply(200, b"<html>Log in</html>")],
    ids=["dropped", "502", "500", "a hotel's page"],
)
async def test_a_network_error_is_tried_again_and_later_messages_wait(
    open_delivery: OpenDelivery, chat: PrivateChat, telegram: Emulator, fault: Fault
) -> None:
    telegram.faults.next(fault, "sendMessage", times=3)
    async with open_delivery() as harness:
        await harness.say(*numbered(chat, 3))
        await harness.all_sent()
    assert texts(chat) == numbers(3)
    assert len(telegram.calls.of("sendMessage")) == 6


@pytest.mark.usefixtures("no_backoff")
async def test_a_message_whose_answer_was_lost_is_sent_again(
    open_delivery: OpenDelivery, chat: PrivateChat, telegram: Emulator
) -> None:
    """At least once: it is unknown whether it arrived."""
    telegram.faults.next(Drop(When.AFTER), "sendMessage")
    async with open_delivery() as harness:
        await harness.say(*numbered(chat, 2))
        await harness.all_sent()
    assert texts(chat) == ["0", "0", "1"]


@pytest.mark.usefixtures("no_backoff")
async def test_a_message_that_never_gets_through_while_others_do_is_a_dead_letter_after_its_tries(
    open_delivery: OpenDelivery, chat: PrivateChat, telegram: Emulator
) -> None:
    order = telegram.faults.next(Reply.refusal(500, "Internal Server Error"), "sendMessage", times=TRIES)
    async with open_delivery() as harness:
        await harness.say(*numbered(chat, 2))
        await harness.until_rows(0)
        await harness.delivery.close()
        [letter] = await harness.rows("dead_letters")
    assert order.met == TRIES
    assert letter["reason"] == "Internal Server Error"
    assert texts(chat) == ["1"]


async def test_a_messages_tries_take_about_ten_minutes(
    open_delivery: OpenDelivery, chat: PrivateChat, telegram: Emulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    rests: list[float] = []

    async def rests_in_no_time(_lanes: object, _lane: object, seconds: float) -> None:
        rests.append(seconds)

    monkeypatch.setattr("bot.worker.lanes.Lanes._rest", rests_in_no_time)
    monkeypatch.setattr("bot.worker.outgoing.transport.random.uniform", lambda least, most: (least + most) / 2)
    telegram.faults.next(Reply.refusal(500, "Internal Server Error"), "sendMessage", times=TRIES)
    async with open_delivery() as harness:
        await harness.say(Text(chat.id, "0"))
        await harness.until_rows(0)
        assert len(await harness.rows("dead_letters")) == 1
    assert len(rests) == TRIES - 1
    assert rests[0] < 2
    assert 9 * 60 <= sum(rests) <= 11 * 60


@pytest.mark.usefixtures("no_backoff")
async def test_while_telegram_is_away_for_all_the_tries_are_not_counted(
    open_delivery: OpenDelivery, chat: PrivateChat, telegram: Emulator
) -> None:
    order = telegram.faults.next(Drop(), "sendMessage", times=TRIES * 2)
    async with open_delivery() as harness:
        harness.vitals.last_poll_at = None
        await harness.say(*numbered(chat, 2))
        await harness.all_sent()
    assert order.met == TRIES * 2
    assert texts(chat) == numbers(2)


@pytest.mark.usefixtures("no_backoff")
async def test_a_database_that_is_away_delays_a_dead_letter_and_loses_none(
    open_delivery: OpenDelivery, chat: PrivateChat, telegram: Emulator
) -> None:
    async with open_delivery(acknowledges=False) as harness:
        unsent = await harness.keep(Text(chat.id, "x" * 5000), Text(chat.id, "0"))
        harness.unit_of_work.away = 3
        harness.delivery.put(unsent)
        [letter] = await harness.until_rows(1, "dead_letters")
        assert harness.unit_of_work.away == 0
        await chat.receives("0")
        await harness.delivery.close()
        await harness.delivery.acknowledge()
        assert await harness.rows() == []
    assert "too long" in letter["reason"]


async def test_a_message_of_an_unknown_kind_is_left_in_place_and_holds_nothing_up(
    open_delivery: OpenDelivery, chat: PrivateChat, telegram: Emulator
) -> None:
    bob = private_chat(telegram, "Bob")
    async with open_delivery() as harness:
        [unknown] = await harness.keep(StoredMessage(bob.id, "hologram", {"chat_id": bob.id, "of": "a cat"}))
        await harness.say(Text(bob.id, "behind it"))
        harness.delivery.reload([bob.id])
        await harness.say(*numbered(chat, 3))
        [row] = await harness.until_rows(1)
        assert await harness.rows("dead_letters") == []
    assert (row["id"], row["kind"], row["payload"]) == (unknown.id, "hologram", {"chat_id": bob.id, "of": "a cat"})
    assert texts(chat) == numbers(3)
    assert texts(bob) == ["behind it"]


@pytest.mark.parametrize(
    ("kind", "payload"),
    [
        ("composed", {"text": "without a method"}),
        ("composed", {"method": 5, "text": "x"}),
        ("composed", {"method": "sendMediaGroup", "media": 5}),
        ("composed", {"method": "sendMediaGroup", "media": "no JSON"}),
        ("document", {"file": "elsewhere"}),
        ("document", {"document": {"filename": "a.txt", "content": 5}}),
        ("chart", {"caption": "without a photo"}),
        ("chart", {"caption": "", "photo": {"facts": {}}}),
        ("commands", {"commands": []}),
        ("text", ["a list"]),
        ("composed", ["a list"]),
        ("text", "a text"),
    ],
)
async def test_what_can_not_be_made_into_a_call_is_a_dead_letter_and_the_queue_goes_on(
    open_delivery: OpenDelivery, chat: PrivateChat, kind: str, payload: Any
) -> None:
    """For example a kind that a newer version stores differently."""
    async with open_delivery() as harness:
        harness.delivery.put(await harness.keep(StoredMessage(chat.id, kind, payload)))
        await harness.say(Text(chat.id, "0"))
        await harness.until_rows(0)
        [letter] = await harness.rows("dead_letters")
    assert texts(chat) == ["0"]
    assert letter["reason"].startswith(f"this version can't read what was kept of a message of kind '{kind}'")
    assert (letter["kind"], json.loads(letter["payload"])) == (kind, payload)


async def test_after_the_end_was_announced_nothing_is_sent_and_it_stays_in_the_outbox(
    open_delivery: OpenDelivery, chat: PrivateChat, telegram: Emulator
) -> None:
    async with open_delivery() as harness:
        await harness.say(Text(chat.id, "0"))
        await harness.all_sent()
        harness.delivery.stop_new_sends()
        await harness.say(Text(chat.id, "1"), Text(chat.id, "2"))
        harness.delivery.reload([chat.id])
        await harness.delivery.close()
        assert [row["payload"]["text"] for row in await harness.rows()] == ["1", "2"]
    assert texts(chat) == ["0"]


async def test_a_message_that_waits_for_its_permit_when_the_end_is_announced_stays_in_the_outbox(
    open_delivery: OpenDelivery, chat: PrivateChat, telegram: Emulator
) -> None:
    others = [private_chat(telegram, f"Person {number}") for number in range(3)]
    async with open_delivery(per_second=1) as harness:
        await harness.say(Text(chat.id, "0"), *(Text(other.id, "0") for other in others))
        await chat.receives("0")
        harness.delivery.stop_new_sends()
        await harness.delivery.close()
        await harness.until_rows(3)
    assert [len(texts(other)) for other in others] == [0, 0, 0]
    assert len(telegram.calls.of("sendMessage")) == 1


async def test_a_send_in_flight_at_the_end_is_waited_for_and_acknowledged(
    open_delivery: OpenDelivery, chat: PrivateChat, telegram: Emulator
) -> None:
    telegram.faults.next(Delay(0.2), "sendMessage")
    async with open_delivery(acknowledges=False) as harness:
        await harness.say(*numbered(chat, 2))
        await telegram.until(lambda: len(telegram.calls.of("sendMessage")) == 1)
        await harness.delivery.close()
        await harness.delivery.acknowledge()
        assert [row["payload"]["text"] for row in await harness.rows()] == ["1"]
    assert texts(chat) == ["0"]


async def test_a_chat_in_a_flood_wait_does_not_hold_up_the_end(
    open_delivery: OpenDelivery, chat: PrivateChat, telegram: Emulator
) -> None:
    telegram.faults.next(Reply.flood(3600), "sendMessage")
    async with asyncio.timeout(10), open_delivery(per_second=30) as harness:
        await harness.say(Text(chat.id, "0"))
        await harness.limiter.halted.wait()
        await harness.delivery.close()
        assert len(await harness.rows()) == 1


async def test_messages_that_wait_for_the_end_of_everyones_flood_wait_do_not_hold_up_the_end(
    open_delivery: OpenDelivery, chat: PrivateChat, telegram: Emulator
) -> None:
    bob = private_chat(telegram, "Bob")
    telegram.faults.next(Reply.flood(3600), "sendMessage")
    async with open_delivery(per_second=30) as harness:
        await harness.say(Text(chat.id, "0"))
        await harness.limiter.halted.wait()
        await harness.say(Text(bob.id, "0"))
        async with asyncio.timeout(2):
            await harness.delivery.close()
        assert len(await harness.rows()) == 2


async def test_answers_to_buttons_go_at_once_past_the_queues(
    open_delivery: OpenDelivery, chat: PrivateChat, telegram: Emulator
) -> None:
    async with open_delivery(per_second=30) as harness:
        await harness.say(Text(chat.id, "menu"))
        menu = await chat.receives("menu")
        press = chat.press_forged(menu, "x")
        telegram.faults.next(Reply.flood(3600), "sendMessage")
        await harness.say(Text(chat.id, "never"))
        await harness.limiter.halted.wait()
        harness.delivery.answer([ButtonAnswer(press.id, "Done"), ButtonAnswer("of long ago")])
        await telegram.until(lambda: press.answer is not None)
        assert press.answer is not None
        assert press.answer.text == "Done"
        await telegram.until(lambda: statuses(telegram, "answerCallbackQuery") == [200, 400])
        assert await harness.rows("dead_letters") == []


def statuses(telegram: Emulator, method: str) -> Sequence[int | None]:
    return sorted(call.status or 0 for call in telegram.calls.of(method))


@pytest.mark.parametrize(("per_second", "at_once"), [(0.5, 32), (30, 32), (31, 33), (100, 102), (1000, 256), (0, 256)])
def test_enough_go_at_once_for_answers_that_take_a_second_and_never_too_many(per_second: float, at_once: int) -> None:
    assert sends_at_once(per_second) == at_once


async def test_answers_that_take_long_cost_nothing_of_the_rate(open_delivery: OpenDelivery, telegram: Emulator) -> None:
    """120 chats at 60 a second with answers after half a second: all are sent within three seconds."""
    telegram.limits.enabled = False
    chats = [private_chat(telegram, f"Person {number}") for number in range(120)]
    telegram.faults.next(Delay(0.5), "sendMessage", times=None)
    async with open_delivery(per_second=60) as harness:
        began = time.monotonic()
        await harness.say(*(Text(chat.id, "0") for chat in chats))
        await telegram.until(lambda: telegram.calls.count("sendMessage") == 120)
        assert time.monotonic() - began < 3
        await harness.all_sent()
