"""A plain client of the Bot API, and what checks its objects against two models of them."""

from collections.abc import Iterator
from importlib import import_module
from typing import Any

import aiohttp
import telegram

TOKEN = "42:TEST"


def aiogram(name: str) -> Any:
    """A type of aiogram's. It is loaded when a test first asks: that takes longer than to collect all the tests."""
    return getattr(import_module("aiogram.types"), name)


class Client:
    """Calls the Bot API as plainly as can be."""

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


def unknown_to_ptb(thing: Any, path: str = "") -> Iterator[str]:
    """Keys that python-telegram-bot has no attribute for."""
    if isinstance(thing, telegram.TelegramObject):
        yield from (f"{path}.{key}" for key in thing.api_kwargs)
        for name in thing._get_attrs_names(include_private=False):
            yield from unknown_to_ptb(getattr(thing, name), f"{path}.{name}")
    elif isinstance(thing, (list, tuple)):
        for item in thing:
            yield from unknown_to_ptb(item, f"{path}[]")


def unknown_to_aiogram(thing: Any, path: str = "") -> Iterator[str]:
    """Keys that aiogram's model of the Bot API doesn't have."""
    if isinstance(thing, aiogram("TelegramObject")):
        yield from (f"{path}.{key}" for key in thing.model_extra or {})
        for name in type(thing).model_fields:
            yield from unknown_to_aiogram(getattr(thing, name), f"{path}.{name}")
    elif isinstance(thing, list):
        for item in thing:
            yield from unknown_to_aiogram(item, f"{path}[]")


def check(model: Any, ptb_model: Any, value: dict[str, Any]) -> None:
    """Both read it, and nothing in it is unknown to either."""
    read = model.model_validate(value)
    assert list(unknown_to_aiogram(read)) == []
    assert list(unknown_to_ptb(ptb_model.de_json(value, None))) == []
