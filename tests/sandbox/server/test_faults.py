"""Injected faults affect the scheduled calls and no others."""

import asyncio

import aiohttp
import pytest

from bot.sandbox.server.emulator import Emulator
from bot.sandbox.server.faults import Cut, Delay, Drop, Duplicate, Reply, When
from bot.sandbox.world.conversations import PrivateChat
from tests.sandbox.emulator_clients import TOKEN, Client


async def test_a_dropped_call_is_done_or_not_as_ordered(emulator: Emulator, chat: PrivateChat, api: Client) -> None:
    for when, received in ((When.BEFORE, 0), (When.AFTER, 1)):
        emulator.faults.next(Drop(when), "sendMessage")
        with pytest.raises(aiohttp.ServerDisconnectedError):
            await api.answer("sendMessage", chat_id=chat.id, text="x")
        assert len(chat.received) == received
    assert [call.status for call in emulator.calls.of("sendMessage")] == [None, None]


async def test_a_reply_is_given_word_for_word(emulator: Emulator, chat: PrivateChat, api: Client) -> None:
    emulator.faults.next(Reply(502, b"<html>", {"Server": "nginx"}, When.AFTER), "sendMessage")
    data = {"chat_id": chat.id, "text": "x"}
    async with api.http.post(f"{api.url}/bot{TOKEN}/sendMessage", data=data) as response:
        assert (response.status, await response.read(), response.headers["Server"]) == (502, b"<html>", "nginx")
    assert len(chat.received) == 1


async def test_a_flood_can_be_ordered(emulator: Emulator, api: Client) -> None:
    emulator.faults.next(Reply.flood(5))
    status, answer = await api.answer("getMe")
    assert (status, answer["parameters"]) == (429, {"retry_after": 5})


async def test_a_refusal_can_be_ordered(emulator: Emulator, api: Client) -> None:
    emulator.faults.next(Reply.refusal(500, "Internal Server Error"))
    assert await api.refused("getMe") == (500, "Internal Server Error")


async def test_a_cut_body_is_shorter_than_it_says(emulator: Emulator, chat: PrivateChat, api: Client) -> None:
    chat.says("x")
    emulator.faults.next(Cut(12), "getUpdates")
    async with api.http.get(f"{api.url}/bot{TOKEN}/getUpdates") as response:
        with pytest.raises(aiohttp.ClientPayloadError):
            await response.read()
    assert len(await api.result("getUpdates", offset=1)) == 1


async def test_a_duplicate_has_each_update_twice(emulator: Emulator, chat: PrivateChat, api: Client) -> None:
    chat.says("x")
    emulator.faults.next(Duplicate(), "getUpdates")
    one, two = await api.result("getUpdates")
    assert one == two


@pytest.mark.parametrize(("when", "received"), [(When.BEFORE, 0), (When.AFTER, 1)])
async def test_a_delay_keeps_the_answer_back_and_ends_with_the_client(
    emulator: Emulator, chat: PrivateChat, api: Client, when: When, received: int
) -> None:
    emulator.faults.next(Delay(30, when), "sendMessage")
    async with asyncio.TaskGroup() as tasks:
        call = tasks.create_task(api.answer("sendMessage", chat_id=chat.id, text="x"))
        await emulator.until(lambda: emulator.calls.of("sendMessage"))
        call.cancel()
    assert len(chat.received) == received
    assert await api.result("getMe")


async def test_a_delay_passes(emulator: Emulator, chat: PrivateChat, api: Client) -> None:
    emulator.faults.next(Delay(0.01), "sendMessage")
    await api.result("sendMessage", chat_id=chat.id, text="x")


async def test_faults_strike_as_often_as_ordered_and_only_where(
    emulator: Emulator, chat: PrivateChat, api: Client
) -> None:
    order = emulator.faults.next(Reply.refusal(500, "no"), "sendMessage", chat_id=chat.id, times=2)
    other = emulator.private_chat()
    other.says("hi")
    await api.result("sendMessage", chat_id=other.id, text="x")
    await api.result("sendChatAction", chat_id=chat.id, action="typing")
    statuses = [(await api.answer("sendMessage", chat_id=chat.id, text="x"))[0] for _ in range(3)]
    assert (statuses, order.met) == ([500, 500, 200], 2)


async def test_a_standing_fault_lasts_until_cleared(emulator: Emulator, api: Client) -> None:
    emulator.faults.next(Reply.refusal(502, "Bad Gateway"), times=None)
    statuses = [(await api.answer("getMe"))[0] for _ in range(3)]
    emulator.faults.clear()
    assert (statuses, (await api.answer("getMe"))[0]) == ([502, 502, 502], 200)


async def test_a_fault_can_be_ended_alone(emulator: Emulator, api: Client) -> None:
    ended, kept = (emulator.faults.next(Reply.refusal(500, why), times=None) for why in ("ended", "kept"))
    assert await api.refused("getMe") == (500, "ended")
    emulator.faults.end(ended)
    emulator.faults.end(ended)
    assert await api.refused("getMe") == (500, "kept")
    assert (ended.met, kept.met) == (1, 1)
