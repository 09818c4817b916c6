"""python-telegram-bot's BaseRequest over aiohttp: how every call reaches the Bot API."""

import io
import json
import random
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

import aiohttp
from aiohttp.abc import AbstractStreamWriter
from telegram import InputFile
from telegram.error import NetworkError, TimedOut
from telegram.request import BaseRequest, RequestData
from telegram.request._requestparameter import RequestParameter  # RequestData is final and accepts nothing else

from bot.db.unit_of_work import in_transaction
from bot.errors import TransactionOpenError
from bot.messages import Upload
from bot.worker.outgoing.error_catalogue import check_answer, status_for_telegram_bot

CONNECT_TIMEOUT = 10.0  # seconds
READ_TIMEOUT = 20.0  # seconds
UPLOAD_TIMEOUT = 120.0  # seconds to write and get an answer, for a call with a file
KEEP_ALIVE = 75.0  # seconds an idle connection is kept

Check = Callable[[], None]
"""Raises if nothing may be sent any more."""

_check_of_this_call: ContextVar[Check | None] = ContextVar("the check before a call is written", default=None)


@contextmanager
def checked_by(check: Check | None) -> Iterator[None]:
    """Call `check` just before each call in the block is written. Its errors become NetworkErrors.

    A process may be stopped (SIGSTOP) while it waits for a permit or connects, and must send nothing when it wakes.
    """
    before = _check_of_this_call.set(check)
    try:
        yield
    finally:
        _check_of_this_call.reset(before)


class AiohttpRequest(BaseRequest):
    """One session with kept-alive connections, at most `connections` at a time.

    Raises NetworkError and TimedOut like python-telegram-bot's own transport. Raises TransactionOpenError if the
    calling task has a unit of work open: no transaction may wait for the network.
    """

    def __init__(self, connections: int) -> None:
        self._connections = connections
        self._session: aiohttp.ClientSession | None = None

    @property
    def read_timeout(self) -> float | None:
        return READ_TIMEOUT

    async def initialize(self) -> None:
        if self._session is None:
            connector = aiohttp.TCPConnector(limit=self._connections, keepalive_timeout=KEEP_ALIVE)
            headers = {"User-Agent": self.USER_AGENT}
            self._session = aiohttp.ClientSession(connector=connector, headers=headers)

    async def shutdown(self) -> None:
        if self._session is not None:
            session, self._session = self._session, None
            await session.close()

    async def do_request(  # noqa: PLR0913, PLR0917 -- the signature is python-telegram-bot's
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: object = BaseRequest.DEFAULT_NONE,
        write_timeout: object = BaseRequest.DEFAULT_NONE,  # noqa: ARG002 -- aiohttp has no time-out for writes only
        connect_timeout: object = BaseRequest.DEFAULT_NONE,
        pool_timeout: object = BaseRequest.DEFAULT_NONE,
    ) -> tuple[int, bytes]:
        if self._session is None:
            raise NetworkError("the transport isn't initialized, or is shut down already")
        uploads = request_data is not None and request_data.contains_files
        answer_within = _given(read_timeout, READ_TIMEOUT)
        timeout = aiohttp.ClientTimeout(
            total=UPLOAD_TIMEOUT if uploads else (answer_within and answer_within + CONNECT_TIMEOUT),
            connect=_given(pool_timeout, None),
            sock_connect=_given(connect_timeout, CONNECT_TIMEOUT),
            sock_read=UPLOAD_TIMEOUT if uploads else answer_within,
        )
        try:
            proxy = proxy_for(*urlsplit(url)[:2])
            async with self._session.request(
                method, url, data=_body(request_data), timeout=timeout, allow_redirects=False, proxy=proxy
            ) as answer:
                body = await answer.read()
                check_answer(answer.status, answer.headers.get("Retry-After"), body)
                return status_for_telegram_bot(answer.status), body
        except TimeoutError as error:
            raise TimedOut("Telegram did not answer in time") from error
        except (aiohttp.ClientResponseError, aiohttp.InvalidURL) as error:  # they show the address and so the token
            raise NetworkError(
                f"{type(error).__name__}: {getattr(error, 'message', 'no address of a server')}"
            ) from None
        except (aiohttp.ClientError, OSError) as error:
            raise NetworkError(f"{type(error).__name__}: {error}") from error

    async def _request_wrapper(self, url: str, *arguments: Any, **named: Any) -> bytes:
        if in_transaction():  # here, because errors from `do_request` become NetworkErrors
            raise TransactionOpenError(url.rpartition("/")[2])
        return await super()._request_wrapper(url, *arguments, **named)

    async def fetch(self, url: str, parameters: Mapping[str, object], read_timeout: float) -> bytes:
        """Call a method and return the answer's bytes. Raises python-telegram-bot's errors."""
        return await self._request_wrapper(url, "POST", _data(parameters), read_timeout=read_timeout)


class Api:
    """The Bot API's methods by name, without python-telegram-bot's objects.

    `check` is called when a call has its connection, just before it is written (see `checked_by`).
    """

    def __init__(self, request: AiohttpRequest, base_url: str, token: str, check: Check | None = None) -> None:
        self._request = request
        self._check = check
        self._methods = f"{base_url}/bot{token}/"

    async def reconnect(self) -> None:
        """Close all connections. Later calls make new ones."""
        await self._request.shutdown()
        await self._request.initialize()

    async def perform(self, method: str, parameters: Mapping[str, object]) -> object:
        """Call a method and return its result. An answer without the Bot API's "ok" is a NetworkError: try again."""
        answer = await self.call(method, parameters)
        try:
            return json.loads(answer)["result"]
        except (ValueError, LookupError, TypeError, RecursionError) as error:
            raise NetworkError(f"{method} was answered with what is no answer of the Bot API") from error

    async def call(self, method: str, parameters: Mapping[str, object], *, read_timeout: float = READ_TIMEOUT) -> bytes:
        """Return the bytes of a method's answer. Raises as `AiohttpRequest.fetch`; `read_timeout` is in seconds."""
        with checked_by(self._check):
            return await self._request.fetch(self._methods + method, parameters, read_timeout)


@lru_cache(maxsize=8)
def proxy_for(scheme: str, server: str) -> str | None:
    """The proxy that the environment names for a server (HTTPS_PROXY, HTTP_PROXY, NO_PROXY); None if none.

    It is looked up once: aiohttp's own `trust_env` does so for every request, and reads ~/.netrc in a thread.
    """
    return None if proxy_bypass(server) else getproxies().get(scheme)


def never_left(error: NetworkError) -> bool:
    """Return whether there wasn't even a connection, so the call can't have arrived."""
    return isinstance(error.__cause__, aiohttp.ClientConnectorError)


def back_off(attempt: int, *, longest: float) -> float:
    """Seconds to wait after failure number `attempt` (from 1 on): doubled each time, with jitter, up to `longest`."""
    return min(longest, 2.0 ** min(attempt - 1, 10)) * random.uniform(0.75, 1.0)  # noqa: S311 -- no secret


def _data(parameters: Mapping[str, object]) -> RequestData:
    """The request's data: files as uploads, text as it is, everything else as JSON."""
    return RequestData([_parameter(name, value) for name, value in parameters.items()])


def _parameter(name: str, value: object) -> RequestParameter:
    if isinstance(value, Upload):
        filename = "".join("_" if ord(sign) < ord(" ") else sign for sign in value.filename)  # it goes into a header
        return RequestParameter(name, None, [InputFile(value.content, filename=filename)])
    return RequestParameter(name, value, None)


def _given(value: object, default: float | None) -> float | None:
    if value is BaseRequest.DEFAULT_NONE:
        return default
    return float(value) if isinstance(value, int | float) else None


class _Checked(aiohttp.Payload):
    """A body that is written only if `check` allows it."""

    _autoclose = True  # it holds bytes and no open files

    def __init__(self, body: aiohttp.Payload, check: Check) -> None:
        super().__init__(body, headers=body.headers)
        self._size = body.size
        self._body = body
        self._check = check

    def decode(self, encoding: str = "utf-8", errors: str = "strict") -> str:
        return self._body.decode(encoding, errors)

    async def write(self, writer: AbstractStreamWriter) -> None:
        self._check()
        await self._body.write(writer)

    async def write_with_length(self, writer: AbstractStreamWriter, content_length: int | None) -> None:
        self._check()
        await self._body.write_with_length(writer, content_length)


def _body(data: RequestData | None) -> aiohttp.Payload | None:
    if data is None or not (data.json_parameters or data.contains_files):
        return None
    body, check = _form(data)(), _check_of_this_call.get()
    return body if check is None else _Checked(body, check)


def _form(data: RequestData) -> aiohttp.FormData:
    if not data.contains_files:
        return aiohttp.FormData(data.json_parameters)
    # Plain bytes would be written in one piece, with a warning above 1 MB.
    form = aiohttp.FormData(data.json_parameters, quote_fields=False)  # file names unchanged, in UTF-8
    for name, (filename, content, mime_type) in data.multipart_data.items():
        stream = io.BytesIO(content) if isinstance(content, bytes) else content
        form.add_field(name, stream, filename=filename, content_type=mime_type)
    return form
