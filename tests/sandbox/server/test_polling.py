"""getUpdates over HTTP behaves like the real server."""

import asyncio
import contextlib
from typing import Any

import pytest

from bot.sandbox.server.emulator import Emulator
from bot.sandbox.world.conversations import PrivateChat
from tests.sandbox.emulator_clients import Client

REPLACED = (
    409,
    "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running",
)
WEBHOOK = (
    409,
    "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first",
)


class Pollers:
    """Starts polls that wait at the same time."""

    def __init__(self, emulator: Emulator, api: Client, tasks: asyncio.TaskGroup) -> None:
        self._emulator = emulator
        self._api = api
        self._tasks = tasks

    async def begin(self, **parameters: Any) -> "asyncio.Task[tuple[int, dict[str, Any]]]":
        before = len(self._emulator.calls.of("getUpdates"))
        poll = self._tasks.create_task(self._api.answer("getUpdates", **{"timeout": 50} | parameters))
        await self._emulator.until(lambda: len(self._emulator.calls.of("getUpdates")) > before)
        await self._emulator.until(lambda: self._emulator.waiting_polls)
        return poll


@pytest.fixture
async def tasks() -> Any:
    async with asyncio.TaskGroup() as group:
        yield group


@pytest.fixture
def pollers(emulator: Emulator, api: Client, tasks: asyncio.TaskGroup) -> Pollers:
    return Pollers(emulator, api, tasks)


async def test_a_long_poll_is_answered_as_soon_as_something_comes(chat: PrivateChat, pollers: Pollers) -> None:
    poll = await pollers.begin()
    chat.says("one")
    chat.says("two")
    _, answer = await poll
    assert [update["message"]["text"] for update in answer["result"]] == ["one", "two"]


async def test_a_poll_without_a_timeout_is_answered_at_once(api: Client) -> None:
    assert await api.result("getUpdates") == []


async def test_a_long_poll_ends_with_nothing_after_its_timeout(api: Client) -> None:
    assert await api.result("getUpdates", timeout=1) == []


async def test_updates_come_again_until_they_are_confirmed(emulator: Emulator, chat: PrivateChat, api: Client) -> None:
    chat.says("one")
    (update,) = await api.result("getUpdates")
    assert await api.result("getUpdates") == [update]
    assert await api.result("getUpdates", offset=update["update_id"] + 1) == []
    assert emulator.pending_updates == 0


async def test_a_long_poll_whose_client_goes_away_loses_nothing(
    emulator: Emulator, chat: PrivateChat, api: Client, pollers: Pollers
) -> None:
    poll = await pollers.begin()
    poll.cancel()
    await emulator.until(lambda: not emulator.waiting_polls)
    with contextlib.suppress(asyncio.CancelledError):
        await poll
    chat.says("one")
    assert len(await api.result("getUpdates", offset=1)) == 1


@pytest.mark.parametrize(("limit", "count"), [(0, 1), (-5, 1), (2, 2), (1000, 100), ("many", 1), ("", 100)])
async def test_a_limit_out_of_range_is_moved_into_it(chat: PrivateChat, api: Client, limit: Any, count: int) -> None:
    for _ in range(101):
        chat.says("x")
    assert len(await api.result("getUpdates", limit=limit)) == count


async def test_the_same_offset_at_once_again_gets_one_update(
    emulator: Emulator, chat: PrivateChat, api: Client
) -> None:
    for _ in range(3):
        chat.says("x")
    counts = []
    for wait in (0.0, 0.1, 0.6):
        emulator.clock.forward(wait)
        counts.append(len(await api.result("getUpdates", offset=-3)))
    assert counts == [3, 1, 3]


async def test_the_same_offset_soon_again_has_to_wait(
    emulator: Emulator, chat: PrivateChat, api: Client, pollers: Pollers
) -> None:
    offset = emulator.next_update_id
    assert await api.result("getUpdates", offset=offset) == []
    poll = await pollers.begin(offset=offset, timeout=0)
    chat.says("x")
    assert len((await poll)[1]["result"]) == 1
    emulator.clock.forward(3)
    assert await api.result("getUpdates", offset=offset + 1) == []


async def test_a_second_poll_ends_the_first_one(chat: PrivateChat, pollers: Pollers) -> None:
    first = await pollers.begin()
    second = await pollers.begin()
    status, answer = await first
    assert (status, answer["description"]) == REPLACED
    chat.says("x")
    assert len((await second)[1]["result"]) == 1


async def test_of_many_polls_one_in_three_seconds_is_refused(
    emulator: Emulator, chat: PrivateChat, pollers: Pollers
) -> None:
    first = await pollers.begin()
    second = await pollers.begin()
    third = await pollers.begin()
    assert (await first)[0] == 409
    assert not second.done()
    chat.says("x")
    assert (await third)[0] == 200
    assert not second.done()
    emulator.clock.forward(3)
    assert (await second)[0] == 409


async def test_with_updates_waiting_two_pollers_get_the_same(chat: PrivateChat, api: Client) -> None:
    chat.says("x")
    one, two = await asyncio.gather(*(api.result("getUpdates", timeout=5) for _ in range(2)))
    assert one == two


async def test_allowed_updates_are_remembered_until_others_are_named(
    emulator: Emulator, chat: PrivateChat, api: Client
) -> None:
    await api.result("getUpdates", allowed_updates=["callback_query"])
    await api.result("getUpdates", offset=1)
    chat.says("not wanted")
    await api.result("getUpdates", offset=2, allowed_updates=[])
    chat.says("wanted")
    (update,) = await api.result("getUpdates", offset=3)
    assert update["message"]["text"] == "wanted"
    assert "allowed_updates" not in await api.result("getWebhookInfo")


async def test_raw_bytes_are_spliced_into_the_answer(emulator: Emulator, api: Client) -> None:
    emulator.push({"message": {"text": "\ud800"}})
    emulator.push(b'{"update_id": nonsense')
    async with api.http.get(f"{api.url}/bot42:TEST/getUpdates") as response:
        body = await response.read()
    assert body.startswith(b'{"ok":true,"result":[{"update_id": ')
    assert body.endswith(b'"\\ud800"}},\n{"update_id": nonsense]}')


class TestWebhook:
    async def test_one_that_is_set_refuses_polls(self, chat: PrivateChat, api: Client) -> None:
        await api.result("setWebhook", url="https://x.org/hook")
        assert await api.refused("getUpdates") == WEBHOOK
        chat.says("x")
        info = await api.result("getWebhookInfo")
        assert (info["url"], info["pending_update_count"]) == ("https://x.org/hook", 1)
        assert (await api.answer("deleteWebhook"))[1]["description"] == "Webhook was deleted"
        assert len(await api.result("getUpdates")) == 1

    async def test_setting_one_ends_a_poll(self, api: Client, pollers: Pollers) -> None:
        poll = await pollers.begin()
        await api.result("setWebhook", url="https://x.org/hook")
        assert (await poll)[1]["description"] == "Conflict: terminated by setWebhook request"

    async def test_deleting_drops_what_is_pending_if_told(
        self, emulator: Emulator, chat: PrivateChat, api: Client
    ) -> None:
        chat.says("x")
        await api.result("deleteWebhook")
        assert emulator.pending_updates == 1
        await api.result("deleteWebhook", drop_pending_updates=True)
        assert emulator.pending_updates == 0

    async def test_one_without_tls_is_refused(self, api: Client) -> None:
        _, complaint = await api.refused("setWebhook", url="http://x.org")
        assert complaint == "Bad Request: bad webhook: An HTTPS URL must be provided for webhook"
