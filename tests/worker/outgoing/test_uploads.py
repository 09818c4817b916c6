"""Files are delivered like any message: whole, again after a network error, and not again if too large."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from urllib.parse import urlsplit

import pytest

from bot.messages import Document, Text
from bot.sandbox.methods.parameters import Upload
from bot.sandbox.server.emulator import Emulator
from bot.sandbox.server.faults import Drop, Fault, Reply
from bot.sandbox.world.conversations import PrivateChat
from tests.support.delivery import OpenDelivery, private_chat, texts

CHUNK = 65_536  # bytes
LARGE = "line of a report\n" * 200_000


@pytest.fixture
def chat(telegram: Emulator) -> PrivateChat:
    telegram.limits.enabled = False
    return private_chat(telegram, "Ann")


def files(telegram: Emulator) -> list[tuple[str, bytes]]:
    """Name and content of each file received."""
    uploads = [call.parameters["document"] for call in telegram.calls.of("sendDocument") if call.status == 200]
    assert all(isinstance(upload, Upload) for upload in uploads)
    return [(upload.filename, upload.content) for upload in uploads]


class CutOnce:
    """A proxy to Telegram that breaks the first connection after so many bytes."""

    def __init__(self, to: str, after: int) -> None:
        self._to = urlsplit(to)
        self._left = after
        self.cut = False

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if not self.cut:
            self.cut = True
            await reader.readexactly(self._left)
            writer.transport.abort()
            return
        there_reader, there = await asyncio.open_connection(self._to.hostname, self._to.port)
        async with asyncio.TaskGroup() as tasks:
            back = tasks.create_task(pump(there_reader, writer))
            await pump(reader, there)
            back.cancel()
        there.close()
        writer.close()


async def pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(OSError):
        while chunk := await reader.read(CHUNK):
            writer.write(chunk)
            await writer.drain()


@asynccontextmanager
async def cut_once(to: str, after: int) -> AsyncIterator[tuple[str, CutOnce]]:
    between = CutOnce(to, after)
    server = await asyncio.start_server(between.serve, "127.0.0.1", 0)
    try:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}", between
    finally:
        server.close()


@pytest.mark.parametrize("name", ["report.csv", 'отчёт "за май" 👋.csv', "a\r\nX-Header: b.txt"])
async def test_a_file_arrives_whole_under_its_name(
    open_delivery: OpenDelivery, chat: PrivateChat, telegram: Emulator, name: str
) -> None:
    async with open_delivery() as harness:
        await harness.say(Document(chat.id, name, "ж,1\n", caption='Ann & "Bob"'), Text(chat.id, "behind"))
        await harness.all_sent()
    assert files(telegram) == [(name.replace("\r\n", "__"), "ж,1\n".encode())]
    assert texts(chat) == ['Ann & "Bob"', "behind"]


@pytest.mark.usefixtures("no_backoff")
async def test_a_connection_cut_in_mid_upload_is_followed_by_the_same_file_once(
    open_delivery: OpenDelivery, chat: PrivateChat, telegram: Emulator, telegram_url: str
) -> None:
    async with cut_once(telegram_url, after=len(LARGE) // 2) as (url, between), open_delivery(url=url) as harness:
        await harness.say(Document(chat.id, "report.txt", LARGE), Text(chat.id, "behind"))
        await harness.all_sent()
    assert between.cut
    assert files(telegram) == [("report.txt", LARGE.encode())]
    assert texts(chat)[-1] == "behind"
    assert len(chat.received) == 2


@pytest.mark.usefixtures("no_backoff")
@pytest.mark.parametrize("fault", [Reply.refusal(502, "Bad Gateway"), Reply(502, b"<html>"), Drop()])
async def test_a_network_error_is_followed_by_the_same_file_once(
    open_delivery: OpenDelivery, chat: PrivateChat, telegram: Emulator, fault: Fault
) -> None:
    order = telegram.faults.next(fault, "sendDocument", times=2)
    async with open_delivery() as harness:
        await harness.say(Document(chat.id, "report.txt", LARGE))
        await harness.all_sent()
    assert order.met == 2
    assert files(telegram) == [("report.txt", LARGE.encode())]
    assert len(chat.received) == 1


@pytest.mark.parametrize(
    "fault",
    [
        Reply(413, b"<html>413 Request Entity Too Large</html>"),
        Reply.refusal(413, "Request Entity Too Large: content length is 99999999"),
        Reply.refusal(400, "Bad Request: file is too big"),
    ],
)
async def test_what_is_too_large_is_a_dead_letter_at_once(
    open_delivery: OpenDelivery, chat: PrivateChat, telegram: Emulator, fault: Fault
) -> None:
    telegram.faults.next(fault, "sendDocument")
    async with open_delivery() as harness:
        await harness.knows(chat.person)
        await harness.say(Document(chat.id, "report.txt", "x"), Text(chat.id, "behind"))
        await harness.until_rows(0)
        await harness.delivery.close()
        [letter] = await harness.rows("dead_letters")
        [user] = await harness.rows("users")
    assert "too " in letter["reason"].lower()
    assert user["unreachable_at"] is user["blocked_at"] is None
    assert len(telegram.calls.of("sendDocument")) == 1
    assert texts(chat) == ["behind"]


@pytest.mark.parametrize("flood", [Reply.flood(1), Reply(429, b"slow down", {"Retry-After": "1"})])
async def test_a_flood_wait_met_by_an_upload_is_heeded(
    open_delivery: OpenDelivery, chat: PrivateChat, telegram: Emulator, flood: Fault
) -> None:
    telegram.faults.next(flood, "sendDocument")
    async with open_delivery(per_second=30) as harness:
        await harness.say(Document(chat.id, "report.txt", "x"))
        await harness.limiter.halted.wait()
        await harness.say(Text(private_chat(telegram, "Bob").id, "waits too"))
        await harness.all_sent()
    rejected, sent = telegram.calls.of("sendDocument")
    assert (rejected.status, sent.status) == (429, 200)
    assert sent.at - rejected.at >= 1
    assert telegram.calls.of("sendMessage")[0].at - rejected.at >= 1
