"""python-telegram-bot's Bot over our transport, against the emulator: calls, uploads and network errors."""

import asyncio
import json
import traceback
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from functools import partial

import pytest
from aiohttp import web
from telegram import Bot, InputMediaDocument, InputMediaPhoto
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
    TimedOut,
)
from telegram.ext import ExtBot
from telegram.request import RequestData
from telegram.request._requestparameter import RequestParameter

from bot.db.unit_of_work import UnitOfWork
from bot.errors import LeadershipLostError, TransactionOpenError
from bot.messages import Upload
from bot.sandbox.server.api import serving
from bot.sandbox.server.emulator import Emulator
from bot.sandbox.server.faults import Cut, Delay, Drop, Reply
from bot.sandbox.world.conversations import PrivateChat
from bot.sandbox.world.user_actions import PIXEL
from bot.worker.outgoing.error_catalogue import seconds_to_wait
from bot.worker.outgoing.limiter import Limiter
from bot.worker.outgoing.ptb_rate_limiter import RateLimiter
from bot.worker.outgoing.send_scheduler import SendScheduler
from bot.worker.outgoing.transport import AiohttpRequest, Api, back_off, proxy_for

LONG = 30.0  # seconds: longer than any test waits
SHORT = 0.05  # seconds

SECRET = "42:SECRET"

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
Answer = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@pytest.fixture
async def request_() -> AsyncIterator[AiohttpRequest]:
    async with AiohttpRequest(connections=4) as request:
        yield request


@pytest.fixture
def api(request_: AiohttpRequest, telegram: Emulator, telegram_url: str) -> Api:
    return Api(request_, telegram_url, telegram.bot.token)


@pytest.fixture
async def bot(telegram: Emulator, telegram_url: str) -> AsyncIterator[Bot]:
    async with bot_at(telegram_url, telegram.bot.token) as bot:
        yield bot


@pytest.fixture
def chat(telegram: Emulator) -> PrivateChat:
    telegram.limits.enabled = False
    chat = telegram.private_chat(telegram.person("Ann"))
    chat.says("/start")
    return chat


@asynccontextmanager
async def bot_at(url: str, token: str) -> AsyncIterator[Bot]:
    bot = Bot(token, f"{url}/bot", f"{url}/file/bot", AiohttpRequest(8), AiohttpRequest(1))
    async with bot:
        yield bot


@asynccontextmanager
async def proxy_server() -> AsyncIterator[tuple[str, list[tuple[str, str]]]]:
    """A proxy that answers everything itself. Yields its address, and the URL and credentials of each request."""
    requests: list[tuple[str, str]] = []

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        lines = head.split("\r\n")
        authorization = next(
            (line.partition(": ")[2] for line in lines if line.lower().startswith("proxy-authorization")), ""
        )
        requests.append((lines[0].split()[1], authorization))
        body = b'{"ok": true, "result": {"id": 42}}'
        writer.write(b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body))

    async with server(answer) as url:
        yield url, requests


@asynccontextmanager
async def server(answer: Answer) -> AsyncIterator[str]:
    """A server that answers with raw bytes."""

    async def answered(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await answer(reader, writer)
        writer.close()

    listening = await asyncio.start_server(answered, "127.0.0.1", 0)
    async with listening:
        yield f"http://127.0.0.1:{listening.sockets[0].getsockname()[1]}"


def error_text(error: BaseException) -> str:
    """Everything that a log could show of an error."""
    return repr(error) + str(error) + "".join(traceback.format_exception(error))


@pytest.fixture
def proxies(monkeypatch: pytest.MonkeyPatch) -> Iterator[pytest.MonkeyPatch]:
    """Remove proxies from the environment."""
    for name in ("http_proxy", "HTTP_PROXY", "no_proxy", "NO_PROXY", "REQUEST_METHOD"):
        monkeypatch.delenv(name, raising=False)
    proxy_for.cache_clear()
    yield monkeypatch
    proxy_for.cache_clear()


async def test_calls_go_through_the_proxy_that_the_environment_names(
    proxies: pytest.MonkeyPatch, request_: AiohttpRequest
) -> None:
    async with proxy_server() as (url, requests):
        proxies.setenv("http_proxy", url.replace("//", "//me:secret@"))
        api = Api(request_, "http://api.telegram.invalid", SECRET)
        assert await api.perform("getMe", {}) == {"id": 42}
    assert requests == [("http://api.telegram.invalid/bot42:SECRET/getMe", "Basic bWU6c2VjcmV0")]


async def test_calls_to_a_server_that_needs_no_proxy_go_there_directly(
    proxies: pytest.MonkeyPatch, api: Api, telegram: Emulator
) -> None:
    async with proxy_server() as (url, requests):
        proxies.setenv("http_proxy", url)
        proxies.setenv("no_proxy", "localhost,127.0.0.1")
        me = await api.perform("getMe", {})
        assert isinstance(me, dict)
        assert me["id"] == telegram.bot.id
    assert requests == []


async def test_the_bot_learns_who_it_is(bot: Bot, telegram: Emulator) -> None:
    me = await bot.get_me()
    assert (me.id, me.username, me.is_bot) == (telegram.bot.id, "test_bot", True)
    assert bot.username == "test_bot"


@pytest.mark.parametrize("text", ["plain", "Привет 👋🏽 ﷽", "a&b=c+d %41\n\ttab", '{"json": [1]}'])
async def test_a_message_arrives_as_it_was_written(bot: Bot, chat: PrivateChat, text: str) -> None:
    sent = await bot.send_message(chat.id, text)
    assert sent.text == text
    assert [message.text for message in chat.received] == [text]


async def test_parameters_that_are_objects_go_as_json(api: Api, chat: PrivateChat) -> None:
    keyboard = {"inline_keyboard": [[{"text": "Да", "callback_data": "yes"}]]}
    answer = await api.call("sendMessage", {"chat_id": chat.id, "text": "Well?", "reply_markup": keyboard})
    assert json.loads(answer)["result"]["text"] == "Well?"
    assert [button["text"] for button in chat.received[0].buttons] == ["Да"]


async def test_a_document_is_uploaded_under_its_name_byte_for_byte(bot: Bot, chat: PrivateChat) -> None:
    content = bytes(range(256)) * 1000
    sent = await bot.send_document(chat.id, content, filename="отчёт 1.bin", caption="<b>New</b>", parse_mode="HTML")
    assert sent.document is not None
    assert (sent.document.file_name, sent.document.file_size) == ("отчёт 1.bin", len(content))
    assert chat.received[0].text == "New"
    file = await bot.get_file(sent.document.file_id)
    assert bytes(await file.download_as_bytearray()) == content


async def test_a_name_that_would_break_the_form_is_not_sent(bot: Bot, chat: PrivateChat) -> None:
    with pytest.raises(NetworkError):
        await bot.send_document(chat.id, b"x", filename="a\r\nContent-Type: text/html\r\n\r\n")
    assert chat.received == []


@pytest.mark.parametrize("name", ["a.txt", "отчёт 👋.txt", 'say "x".txt', "a\\b.txt", "50%25.txt"])
async def test_the_name_of_a_file_may_be_any_and_keeps_the_form_whole(
    bot: Bot, chat: PrivateChat, telegram: Emulator, name: str
) -> None:
    await bot.send_document(chat.id, b"x", filename=name, caption="whole")
    [call] = telegram.calls.of("sendDocument")
    assert call.parameters["document"].content == b"x"
    assert call.parameters["caption"] == "whole"
    assert call.parameters["document"].filename == name


async def test_a_photo_is_uploaded(bot: Bot, chat: PrivateChat, telegram: Emulator) -> None:
    sent = await bot.send_photo(chat.id, PIXEL)
    file = await bot.get_file(sent.photo[-1])
    assert bytes(await file.download_as_bytearray()) == PIXEL
    [call] = telegram.calls.of("sendPhoto")
    assert call.parameters["photo"].content == PIXEL


async def test_an_album_is_sent_as_one_form_with_each_file_under_the_name_it_is_referred_to_by() -> None:
    forms: list[dict[str, object]] = []

    async def keep_form(request: web.Request) -> web.Response:
        form: dict[str, object] = {}
        for name, value in (await request.post()).items():
            form[name] = value.file.read() if isinstance(value, web.FileField) else value
        forms.append(form)
        return web.json_response({"ok": True, "result": []})

    emulator = Emulator()
    async with (
        serving(emulator, add_routes=instead_of("sendMediaGroup", keep_form)) as url,
        bot_at(url, emulator.bot.token) as bot,
    ):
        await bot.send_media_group(5, [InputMediaPhoto(PIXEL, caption="Ü"), InputMediaDocument(b"notes")])
    [form] = forms
    media = json.loads(str(form["media"]))
    assert [(one["type"], one.get("caption")) for one in media] == [("photo", "Ü"), ("document", None)]
    assert [form[one["media"].removeprefix("attach://")] for one in media] == [PIXEL, b"notes"]
    assert form["chat_id"] == "5"


def instead_of(method: str, answered: Handler) -> Callable[[web.Application], None]:
    @web.middleware
    async def middleware(request: web.Request, handler: Handler) -> web.StreamResponse:
        return await (answered if request.path.endswith(f"/{method}") else handler)(request)

    return lambda app: app.middlewares.append(middleware)


async def test_no_answer_in_time_is_timed_out(bot: Bot, telegram: Emulator, chat: PrivateChat) -> None:
    telegram.faults.next(Delay(LONG), "sendMessage")
    with pytest.raises(TimedOut):
        await bot.send_message(chat.id, "x", read_timeout=SHORT)
    assert chat.received == []
    await bot.send_message(chat.id, "x", read_timeout=5)
    assert len(chat.received) == 1


async def test_a_plain_call_has_its_own_time_limit(api: Api, telegram: Emulator) -> None:
    telegram.faults.next(Delay(LONG), "getMe")
    with pytest.raises(TimedOut):
        await api.call("getMe", {}, read_timeout=SHORT)


async def test_a_long_poll_may_last_as_long_as_it_was_given(api: Api, telegram: Emulator) -> None:
    poll = asyncio.create_task(api.call("getUpdates", {"timeout": 20}, read_timeout=25))
    await telegram.until(lambda: telegram.waiting_polls == 1)
    telegram.push({"message": {}})
    assert len(json.loads(await poll)["result"]) == 1


async def test_waiting_for_a_connection_of_ones_own_is_timed_out(telegram: Emulator, telegram_url: str) -> None:
    async with AiohttpRequest(connections=1) as request:
        api = Api(request, telegram_url, telegram.bot.token)
        poll = asyncio.create_task(api.call("getUpdates", {"timeout": 20}))
        await telegram.until(lambda: telegram.waiting_polls == 1)
        with pytest.raises(TimedOut):
            await request.post(f"{telegram_url}/bot{telegram.bot.token}/getMe", pool_timeout=SHORT)
        poll.cancel()


async def test_an_upload_is_given_longer_than_a_call(bot: Bot, chat: PrivateChat, telegram: Emulator) -> None:
    telegram.faults.next(Delay(0.2), "sendDocument")
    await bot.send_document(chat.id, b"x" * 100_000, read_timeout=SHORT)
    assert len(chat.received) == 1


@pytest.mark.parametrize("file", [None, Upload("a.txt", b"a")], ids=["alone", "with a file"])
async def test_a_call_is_not_written_when_its_check_says_no_once_it_has_its_connection(
    request_: AiohttpRequest, telegram: Emulator, telegram_url: str, chat: PrivateChat, file: Upload | None
) -> None:
    """For example a process that was paused while it connected, while another has become leader."""
    allowed = True

    def check() -> None:
        if not allowed:
            raise LeadershipLostError("another worker leads")

    api = Api(request_, telegram_url, telegram.bot.token, check)
    send = (
        partial(api.perform, "sendMessage", {"chat_id": chat.id, "text": "x"})
        if file is None
        else partial(api.perform, "sendDocument", {"chat_id": chat.id, "document": file})
    )
    await send()
    allowed = False
    with pytest.raises(NetworkError) as caught:
        await send()
    assert telegram.bot.token not in error_text(caught.value)
    assert len(chat.received) == 1
    allowed = True
    await send()
    assert len(chat.received) == 2


async def test_what_a_handler_sends_through_python_telegram_bot_is_not_written_once_another_leads(
    request_: AiohttpRequest, telegram: Emulator, telegram_url: str, chat: PrivateChat
) -> None:
    """A worker that doesn't lead may still read, as it does at its start."""
    leads = True

    def check() -> None:
        if not leads:
            raise LeadershipLostError("another worker leads")

    limiter = RateLimiter(SendScheduler(Limiter(0)), check, lambda *_: None)
    bot = ExtBot(
        telegram.bot.token, f"{telegram_url}/bot", request=request_, get_updates_request=request_, rate_limiter=limiter
    )
    shown = await bot.send_message(chat.id, "x")
    leads = False
    telegram.calls.clear()
    for send in (
        partial(bot.send_message, chat.id, "y"),
        partial(bot.send_document, chat.id, b"y", filename="y.txt"),
        partial(bot.edit_message_text, "y", chat.id, shown.message_id),
        partial(bot.delete_message, chat.id, shown.message_id),
        partial(bot.answer_callback_query, "1"),
    ):
        with pytest.raises(NetworkError, match="another worker leads"):
            await send()
    assert (await bot.get_me()).id == telegram.bot.id
    assert [call.method for call in telegram.calls] == ["getMe"]
    assert [message.text for message in chat.received] == ["x"]


@pytest.mark.parametrize("fault", [Drop(), Cut(10)], ids=["dropped", "cut"])
async def test_a_broken_connection_is_a_network_error(bot: Bot, telegram: Emulator, fault: Drop | Cut) -> None:
    telegram.faults.next(fault, "getMe")
    with pytest.raises(NetworkError) as caught:
        await bot.get_me()
    assert type(caught.value) is NetworkError
    assert telegram.bot.token not in error_text(caught.value)
    assert (await bot.get_me()).id == telegram.bot.id


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:1", "http://no-such-host.invalid", "https://127.0.0.1:1", "http://[::1", "nonsense", ""]
)
async def test_a_server_that_is_not_there_is_a_network_error_that_hides_the_token(url: str) -> None:
    async with AiohttpRequest(1) as request:
        with pytest.raises(NetworkError) as caught:
            await Api(request, url, SECRET).call("getMe", {})
    assert SECRET not in error_text(caught.value)


async def garbage(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.readuntil(b"\r\n\r\n")
    writer.write(b"SSH-2.0-OpenSSH_9.6\r\n\r\n")
    await writer.drain()


async def no_answer(reader: asyncio.StreamReader, _: asyncio.StreamWriter) -> None:
    await reader.readuntil(b"\r\n\r\n")


async def sent_in_circles(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    path = (await reader.readuntil(b"\r\n\r\n")).split(b" ")[1]
    writer.write(b"HTTP/1.1 307 Temporary Redirect\r\nLocation: " + path + b"\r\nContent-Length: 0\r\n\r\n")
    await writer.drain()


async def sent_to_nowhere(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    path = (await reader.readuntil(b"\r\n\r\n")).split(b" ")[1]
    writer.write(b"HTTP/1.1 302 Found\r\nLocation: ftp://example.invalid" + path + b"\r\nContent-Length: 0\r\n\r\n")
    await writer.drain()


async def chunked_badly(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.readuntil(b"\r\n\r\n")
    writer.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nnonsense\r\n")
    await writer.drain()


@pytest.mark.parametrize(
    "answer", [garbage, no_answer, sent_in_circles, sent_to_nowhere, chunked_badly], ids=lambda answer: answer.__name__
)
async def test_a_server_that_speaks_no_proper_http_is_a_network_error_that_hides_the_token(answer: Answer) -> None:
    async with server(answer) as url, AiohttpRequest(1) as request:
        with pytest.raises(NetworkError) as caught:
            await Api(request, url, SECRET).call("getMe", {})
    assert SECRET not in error_text(caught.value)


@pytest.mark.parametrize(
    ("status", "description", "kind"),
    [
        (400, "Bad Request: chat not found", BadRequest),
        (401, "Unauthorized", InvalidToken),
        (403, "Forbidden: bot was blocked by the user", Forbidden),
        (404, "Not Found", InvalidToken),
        (409, "Conflict: terminated by other getUpdates request", Conflict),
        (500, "Internal Server Error", NetworkError),
        (502, "Bad Gateway", NetworkError),
    ],
)
async def test_each_error_response_is_python_telegram_bots_error_for_it(
    bot: Bot, api: Api, telegram: Emulator, *, status: int, description: str, kind: type[TelegramError]
) -> None:
    telegram.faults.next(Reply.refusal(status, description), "getMe", times=2)
    for call in (bot.get_me, partial(api.call, "getMe", {})):
        with pytest.raises(TelegramError) as caught:
            await call()
        assert type(caught.value) is kind
        assert caught.value.message.lower() in description.lower()
        assert telegram.bot.token not in error_text(caught.value)


async def test_a_revoked_token_is_invalid(bot: Bot, telegram: Emulator) -> None:
    telegram.revoke()
    with pytest.raises(InvalidToken) as caught:
        await bot.get_me()
    assert telegram.bot.token not in error_text(caught.value)


async def test_a_second_poller_is_a_conflict(api: Api, telegram: Emulator) -> None:
    first = asyncio.create_task(api.call("getUpdates", {"timeout": 20}))
    await telegram.until(lambda: telegram.waiting_polls == 1)
    second = asyncio.create_task(api.call("getUpdates", {"timeout": 20}))
    with pytest.raises(Conflict):
        await first
    telegram.push({"message": {}})
    await second


@pytest.mark.parametrize("seconds", [1, 35, 3600])
async def test_a_flood_tells_how_long_to_wait(bot: Bot, api: Api, telegram: Emulator, seconds: int) -> None:
    telegram.faults.next(Reply.flood(seconds), times=2)
    for call in (bot.get_me, partial(api.call, "getMe", {})):
        with pytest.raises(RetryAfter) as caught:
            await call()
        assert seconds_to_wait(caught.value) == seconds


async def test_a_group_that_moved_tells_its_new_number(api: Api, telegram: Emulator) -> None:
    refusal = {"ok": False, "error_code": 400, "description": "Bad Request: group chat was upgraded"}
    body = json.dumps(refusal | {"parameters": {"migrate_to_chat_id": -100123}}).encode()
    telegram.faults.next(Reply(400, body))
    with pytest.raises(ChatMigrated) as caught:
        await api.call("sendMessage", {"chat_id": -5, "text": "x"})
    assert caught.value.new_chat_id == -100123


@pytest.mark.parametrize(
    "body", [b"<html>Log in to the hotel's network</html>", b"", b'{"ok":true', b"[]", b"null", b"[" * 100_000, b"{}"]
)
async def test_a_page_that_calls_itself_well_is_a_network_error_to_who_wants_something_done(
    api: Api, telegram: Emulator, body: bytes
) -> None:
    telegram.faults.next(Reply(200, body))
    with pytest.raises(NetworkError):
        await api.perform("sendMessage", {"chat_id": 1, "text": "x"})


async def test_what_is_done_has_its_result(api: Api, chat: PrivateChat) -> None:
    sent = await api.perform("sendMessage", {"chat_id": chat.id, "text": "x"})
    assert isinstance(sent, dict)
    assert sent["text"] == "x"


@pytest.mark.parametrize(
    "body",
    [
        b"<html>Log in</html>",
        b"",
        b"\xff",
        b"[]",
        b"null",
        b'"bad gateway"',
        b"[" * 100_000,
        b"{}",
        b'{"error": "unauthorized"}',
        b'{"parameters": [1]}',
        b'{"ok": true, "description": "?"}',
        b'{"ok": false, "parameters": [1]}',
        b'{"ok": false, "parameters": null}',
        b'{"ok": false, "parameters": {"retry_after": "x"}}',
        b'{"ok": false, "parameters": {"migrate_to_chat_id": {}}}',
        b'{"ok": false, "description": 5}',
    ],
    ids=lambda body: repr(body[:60]),
)
@pytest.mark.parametrize("status", [302, 400, 401, 403, 404, 407, 409, 451, 500, 502, 503])
async def test_an_error_that_is_not_of_the_bot_apis_form_is_a_network_error(
    api: Api, telegram: Emulator, status: int, body: bytes
) -> None:
    """It isn't about the token, another poller, the message or the person."""
    for method in ("getUpdates", "sendMessage"):
        telegram.faults.next(Reply(status, body))
        with pytest.raises(NetworkError) as caught:
            await api.call(method, {"chat_id": 1, "text": "x"})
        assert type(caught.value) is NetworkError


@pytest.mark.parametrize("body", [b"<html>", b"[]", b"null", b'{"parameters": [1]}', b'{"ok": false}'])
async def test_a_429_is_a_flood_wait_whatever_its_body(api: Api, telegram: Emulator, body: bytes) -> None:
    telegram.faults.next(Reply(429, body, {"Retry-After": "7"}))
    with pytest.raises(RetryAfter):
        await api.call("sendMessage", {})


@pytest.mark.parametrize("body", [b"<html>", b"[]", b"null", b'{"parameters": [1]}'])
async def test_a_413_is_a_send_error_whatever_its_body(api: Api, telegram: Emulator, body: bytes) -> None:
    telegram.faults.next(Reply(413, body))
    with pytest.raises(BadRequest) as caught:
        await api.call("sendMessage", {})
    assert type(caught.value) is BadRequest


async def test_a_poll_has_the_answers_bytes_untouched(api: Api, telegram: Emulator) -> None:
    body = b'{"ok":true, "result":[{"update_id":1,"message":{"text":"\\ud83d \xff"}}]}'
    telegram.faults.next(Reply(200, body))
    assert await api.call("getUpdates", {}) == body


async def test_many_calls_use_one_connection(telegram: Emulator) -> None:
    connections: set[object] = set()

    async def call_all(url: str) -> None:
        async with AiohttpRequest(connections=8) as request:
            api = Api(request, url, telegram.bot.token)
            for number in range(20):
                await api.call("getMe", {"n": number})
            for status in (400, 429, 500):  # errors keep it open as well
                telegram.faults.next(Reply.flood(1) if status == 429 else Reply.refusal(status, "x"))
                with pytest.raises(TelegramError):
                    await api.call("getMe", {})
            await api.call("getMe", {})

    async with serving(telegram, add_routes=counting(connections)) as url:
        await call_all(url)
    assert len(telegram.calls) == 24
    assert len(connections) == 1


async def test_calls_at_once_use_no_more_connections_than_allowed(telegram: Emulator) -> None:
    connections: set[object] = set()
    async with serving(telegram, add_routes=counting(connections)) as url, AiohttpRequest(connections=3) as request:
        api = Api(request, url, telegram.bot.token)
        await asyncio.gather(*(api.call("getMe", {}) for _ in range(30)))
    assert len(telegram.calls) == 30
    assert len(connections) <= 3


def counting(connections: set[object]) -> Callable[[web.Application], None]:
    """The emulator records the address of each call, which differs by connection."""

    @web.middleware
    async def note(request: web.Request, handler: Handler) -> web.StreamResponse:
        assert request.transport is not None
        connections.add(request.transport.get_extra_info("peername"))
        return await handler(request)

    return lambda app: app.middlewares.append(note)


async def test_telegram_is_not_called_while_a_unit_of_work_is_open(
    bot: Bot, api: Api, telegram: Emulator, unit_of_work: UnitOfWork, chat: PrivateChat
) -> None:
    telegram.calls.clear()
    async with unit_of_work.open():
        for call in (partial(bot.send_message, chat.id, "x"), partial(api.call, "sendMessage", {"chat_id": chat.id})):
            with pytest.raises(TransactionOpenError, match="sendMessage was called while a unit of work is open"):
                await call()
    assert len(telegram.calls) == 0
    await bot.send_message(chat.id, "x")
    assert len(telegram.calls) == 1


async def test_a_unit_of_work_that_was_never_used_keeps_nobody_from_calling(
    bot: Bot, unit_of_work: UnitOfWork, telegram: Emulator
) -> None:
    async with unit_of_work.lazy() as lazy:
        assert (await bot.get_me()).id == telegram.bot.id
        await lazy.work()
        with pytest.raises(TransactionOpenError):
            await bot.get_me()


async def test_another_task_may_call_while_this_one_has_a_unit_of_work_open(
    bot: Bot, unit_of_work: UnitOfWork, telegram: Emulator
) -> None:
    begin = asyncio.Event()

    async def another() -> int:
        await begin.wait()
        return (await bot.get_me()).id

    calling = asyncio.create_task(another())
    async with unit_of_work.open():
        begin.set()
        assert await calling == telegram.bot.id


async def test_before_the_start_and_after_the_shutdown_a_call_is_a_network_error(
    telegram: Emulator, telegram_url: str
) -> None:
    request = AiohttpRequest(1)
    api = Api(request, telegram_url, telegram.bot.token)
    with pytest.raises(NetworkError, match="isn't initialized"):
        await api.call("getMe", {})
    await request.initialize()
    await request.initialize()
    await api.call("getMe", {})
    await request.shutdown()
    await request.shutdown()
    with pytest.raises(NetworkError, match="shut down"):
        await api.call("getMe", {})
    await request.initialize()
    await api.call("getMe", {})
    await request.shutdown()


async def test_a_shutdown_ends_a_call_in_flight_with_a_network_error(telegram: Emulator, telegram_url: str) -> None:
    request = AiohttpRequest(1)
    await request.initialize()
    poll = asyncio.create_task(Api(request, telegram_url, telegram.bot.token).call("getUpdates", {"timeout": 20}))
    await telegram.until(lambda: telegram.waiting_polls == 1)
    await request.shutdown()
    with pytest.raises(NetworkError):
        await poll


async def test_a_call_can_be_cancelled_and_the_next_one_works(api: Api, telegram: Emulator) -> None:
    poll = asyncio.create_task(api.call("getUpdates", {"timeout": 20}))
    await telegram.until(lambda: telegram.waiting_polls == 1)
    poll.cancel()
    with pytest.raises(asyncio.CancelledError):
        await poll
    await telegram.until(lambda: telegram.waiting_polls == 0)
    await api.call("getMe", {})


async def test_a_time_limit_around_a_call_is_the_callers_own_and_no_error_of_telegrams(
    api: Api, telegram: Emulator
) -> None:
    telegram.faults.next(Delay(LONG), "getMe")
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(SHORT):
            await api.call("getMe", {})


async def test_a_request_without_parameters_or_with_none_works(
    request_: AiohttpRequest, telegram: Emulator, telegram_url: str
) -> None:
    url = f"{telegram_url}/bot{telegram.bot.token}/getMe"
    for data in (None, RequestData(), RequestData([RequestParameter("a", None, None)])):
        assert (await request_.post(url, data))["id"] == telegram.bot.id  # type: ignore[index, call-overload]


def test_the_back_off_doubles_up_to_a_limit_with_jitter() -> None:
    for attempt, longest in ((1, 1.0), (2, 2.0), (4, 8.0), (5, 10.0), (1000, 10.0), (0, 0.5)):
        rests = [back_off(attempt, longest=10.0) for _ in range(100)]
        assert all(longest * 0.75 <= rest <= longest for rest in rests)
        assert len(set(rests)) > 1
