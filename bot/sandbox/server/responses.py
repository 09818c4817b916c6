"""HTTP responses of the Bot API, complete or broken off."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.sandbox.world.bot_api import ApiError, Json


@dataclass(frozen=True, slots=True)
class Response:
    status: int
    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)
    keep: int | None = None  # bytes of the body to send before the connection breaks


@dataclass(frozen=True, slots=True)
class DescribedResult:
    """A result with a description."""

    result: bool
    description: str


DROPPED = Response(0, b"")  # the connection breaks without a response


def result(value: Any) -> Response:
    """Return a result in Telegram's envelope."""
    if isinstance(value, DescribedResult):
        return _json({"ok": True, "result": value.result, "description": value.description})
    return _json({"ok": True, "result": value})


def updates(bodies: Iterable[bytes]) -> Response:
    """Return updates unchanged, even invalid JSON."""
    return Response(200, b'{"ok":true,"result":[%s]}' % b",\n".join(bodies))


def error_response(error: ApiError) -> Response:
    headers = {"Retry-After": str(error.retry_after)} if error.retry_after is not None else {}
    return Response(error.code, encoded(error.to_json()), headers)


def encoded(value: Json) -> bytes:
    return json.dumps(value).encode()


def _json(value: Json) -> Response:
    return Response(200, encoded(value))
