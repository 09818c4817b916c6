"""Takes the README's picture: the sandbox as it really looks, after a short conversation. `make picture`.

It needs Chromium and an emoji font (Debian: chromium, fonts-noto-color-emoji).
"""

import asyncio
import os
import re
import shutil
import sys
import tempfile
from pathlib import Path

from playwright.async_api import Page, ViewportSize, async_playwright

PICTURE = Path(__file__).with_name("sandbox.png")
PROJECT = Path(__file__).resolve().parents[1]
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
QUIET = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip


async def main() -> None:
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o711)  # for root: PostgreSQL runs as another user, who must get through
        sandbox = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "bot", "sandbox"),
            cwd=folder,
            env={**os.environ, "PYTHONPATH": str(PROJECT), "LOG_LEVEL": "WARNING"},
            stdout=asyncio.subprocess.PIPE,
        )
        try:
            await photograph(await address(sandbox))
        finally:
            sandbox.terminate()
            await sandbox.wait()


async def address(sandbox: asyncio.subprocess.Process) -> str:
    assert sandbox.stdout is not None
    async for line in sandbox.stdout:
        found = re.search(r"http://\S+", line.decode())
        if found:
            return found.group()
    sys.exit("the sandbox ended before it printed its address")


async def photograph(url: str) -> None:
    browser_path = next((path for name in BROWSERS if (path := shutil.which(name))), None)
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=browser_path, headless=True, args=QUIET)
        size: ViewportSize = {"width": 1000, "height": 720}
        page = await browser.new_page(viewport=size, device_scale_factor=2, reduced_motion="reduce")
        await page.goto(url)
        await converse(page)
        await page.screenshot(path=PICTURE, animations="disabled")
        await browser.close()


async def converse(page: Page) -> None:
    await say(page, "/start", "Hello")
    await say(page, "Will you lose this message?", "don't understand")
    await say(page, "/id", "Your Telegram number")


async def say(page: Page, text: str, answered: str) -> None:
    await page.get_by_label("Message").fill(text)
    await page.get_by_role("button", name="Send").click()
    await page.get_by_role("log").get_by_text(answered).last.wait_for()


asyncio.run(main())
