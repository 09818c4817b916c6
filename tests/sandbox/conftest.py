"""Fixtures: an emulator, clients for it, a started chat, and a browser."""

import os
import shutil
from collections.abc import AsyncIterator

import aiohttp
import pytest
import pytest_asyncio
import telegram
from playwright.async_api import Browser, async_playwright

from bot.sandbox.server.api import serving
from bot.sandbox.server.emulator import Emulator
from bot.sandbox.world.conversations import PrivateChat
from tests.sandbox.emulator_clients import Client

ARGUMENTS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip


def chromium() -> str:
    names = [os.environ.get("CHROMIUM"), "chromium", "chromium-browser", "google-chrome"]
    if found := next((path for name in names if name and (path := shutil.which(name))), None):
        return found
    if os.environ.get("CI"):
        pytest.fail("no Chromium: apt-get install chromium")
    pytest.skip("apt-get install chromium")


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser() -> AsyncIterator[Browser]:
    path = chromium()
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=path, headless=True, args=ARGUMENTS)
        yield browser
        await browser.close()


@pytest.fixture
def emulator() -> Emulator:
    return Emulator()


@pytest.fixture
async def url(emulator: Emulator) -> AsyncIterator[str]:
    async with serving(emulator) as url:
        yield url


@pytest.fixture
async def api(url: str) -> AsyncIterator[Client]:
    async with aiohttp.ClientSession() as http:
        yield Client(http, url)


@pytest.fixture
async def ptb(emulator: Emulator, url: str) -> AsyncIterator[telegram.Bot]:
    """python-telegram-bot's own client, with its own transport."""
    async with telegram.Bot(emulator.bot.token, base_url=f"{url}/bot", base_file_url=f"{url}/file/bot") as bot:
        yield bot


@pytest.fixture
def chat(emulator: Emulator) -> PrivateChat:
    """A user's chat after /start, without pending updates."""
    chat = emulator.private_chat(emulator.person("Ann", username="ann", language_code="ru"))
    chat.says("/start")
    emulator.state.updates.clear()
    return chat
