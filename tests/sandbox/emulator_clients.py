"""A plain client of the Bot API, and checks of its objects against python-telegram-bot and aiogram."""

from collections.abc import Iterator
from importlib import import_module
from typing import Any

import aiohttp
import telegram

TOKEN = "42:TEST"


def aiogram(name: str) -> Any:
    """Return a type of aiogram. The import is lazy, since it takes longer than collecting all tests."""
    return getattr(import_module("aiogram.types"), name)


class Client:
    """A minimal client for the Bot API."""

    def __init__(self, http: aiohttp.ClientSession, url: str) -> None:
        self.http = http
        self.url = url

    async def answer(self, method: str, **parameters: Any) -> tuple[int, dict[str, Any]]:
        async with self.http.post(f"{self.url}/bot{TOKEN}/{method}", json=parameters) as response:
            return response.status, await response.json()

    async def result(self, method: str, **parameters: Any) -> Any:
        status, answer = await self.answer(method, **parameters)
        assert (status, answer["ok"]) == (200, True), answer
        return answer["result"]

    async def refused(self, method: str, **parameters: Any) -> tuple[int, str]:
        status, answer = await self.answer(method, **parameters)
        assert (answer["ok"], answer["error_code"]) == (False, status), answer
        return status, answer["description"]


def unknown_to_ptb(value: Any, path: str = "") -> Iterator[str]:
    """Yield the keys that python-telegram-bot has no attribute for."""
    if isinstance(value, telegram.TelegramObject):
        yield from (f"{path}.{key}" for key in value.api_kwargs)
        for name in value._get_attrs_names(include_private=False):
            yield from unknown_to_ptb(getattr(value, name), f"{path}.{name}")
    elif isinstance(value, (list, tuple)):
        for item in value:
            yield from unknown_to_ptb(item, f"{path}[]")


def unknown_to_aiogram(value: Any, path: str = "") -> Iterator[str]:
    """Yield the keys that aiogram's model doesn't have."""
    if isinstance(value, aiogram("TelegramObject")):
        yield from (f"{path}.{key}" for key in value.model_extra or {})
        for name in type(value).model_fields:
            yield from unknown_to_aiogram(getattr(value, name), f"{path}.{name}")
    elif isinstance(value, list):
        for item in value:
            yield from unknown_to_aiogram(item, f"{path}[]")


def check(model: Any, ptb_model: Any, value: dict[str, Any]) -> None:
    """Check that both libraries can read it and know every key."""
    read = model.model_validate(value)
    assert list(unknown_to_aiogram(read)) == []
    assert list(unknown_to_ptb(ptb_model.de_json(value, None))) == []
