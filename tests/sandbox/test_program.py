"""The sandbox program: the command, the page, a conversation with the real worker, and Ctrl-C."""

import asyncio
import re
import signal
import socket
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil
import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, expect
from sqlalchemy import Row, text
from sqlalchemy.ext.asyncio import create_async_engine

from bot.db.embedded import cluster as embedded
from bot.sandbox.program import ADMIN_ID
from tests.support.joined import needs
from tests.support.worker_process import CommandResult, clean_environment, command, free_port

pytestmark = pytest.mark.asyncio(loop_scope="session")  # the browser lives in one event loop
STARTED = "The worker has started."


@dataclass
class Sandbox:
    process: asyncio.subprocess.Process
    url: str
    folder: Path
    log: Path

    @property
    def data_dir(self) -> Path:
        return self.folder / ".data" / "sandbox"

    async def ends(self) -> None:
        """Stop it as Ctrl-C does."""
        self.process.send_signal(signal.SIGINT)
        async with asyncio.timeout(20):
            assert await self.process.wait() == 0
        await _all_ended(_of(self.folder))


@pytest_asyncio.fixture(loop_scope="session")
async def sandbox(tmp_path: Path) -> AsyncIterator[Sandbox]:
    tmp_path.chmod(0o755)  # under root, PostgreSQL runs as another user and needs access
    # The settings of the real bot must not reach the sandbox.
    (tmp_path / ".env").write_text("DATABASE_URL=postgresql://nobody@127.0.0.1:1/real\nBOT_TOKEN=43:REAL\n")
    async with _started(tmp_path, free_port()) as sandbox:
        yield sandbox


@asynccontextmanager
async def _started(folder: Path, port: int, *, alone: bool = True) -> AsyncIterator[Sandbox]:
    log = folder / "sandbox.log"
    with log.open("ab") as errors:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "bot", "sandbox"),
            cwd=folder,
            env=clean_environment(SANDBOX_PORT=str(port), PORT=str(free_port())),
            stdout=asyncio.subprocess.PIPE,
            stderr=errors,
        )
    try:
        yield Sandbox(process, await _first_address(process), folder, log)
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()
        if alone:
            await _all_ended(_of(folder))


async def test_start_written_on_the_page_is_answered_by_the_worker_with_the_person_in_its_own_postgresql(
    sandbox: Sandbox, browser: Browser
) -> None:
    async with await browser.new_context() as context:
        page = await context.new_page()
        await page.goto(sandbox.url)
        await page.get_by_label("Message").fill("/start")
        await page.get_by_role("button", name="Send").click()
        log = page.get_by_role("log")
        await expect(log.get_by_text("Hello, Ann!")).to_be_visible(timeout=30_000)
        await log.get_by_role("button", name="Help").click()
        await expect(log.get_by_text("What I can do")).to_be_visible(timeout=10_000)
    assert await _telegram_ids(sandbox.data_dir) == [1001]


async def test_a_signal_ends_it_with_0_and_nothing_is_left_running(sandbox: Sandbox) -> None:
    await sandbox.ends()


@pytest.mark.slow
async def test_after_a_restart_the_bot_may_still_write_to_those_it_remembers(
    sandbox: Sandbox, browser: Browser
) -> None:
    async with await browser.new_context() as context:
        page = await context.new_page()
        await _says(page, f"{sandbox.url}/chats/{ADMIN_ID}", "/start")
        await expect(page.get_by_role("log").get_by_text("Hello, Olga!")).to_be_visible(timeout=30_000)
        await sandbox.ends()
        async with _started(sandbox.folder, free_port()) as again:
            await page.goto(f"{again.url}/chats/{ADMIN_ID}")
            await expect(page.get_by_role("log").get_by_text(STARTED)).to_be_visible(timeout=30_000)
            await _says(page, f"{again.url}/chats/{ADMIN_ID}", "/start")
            await expect(page.get_by_role("log").get_by_text("Hello, Olga!")).to_be_visible(timeout=10_000)
            assert await _rows(sandbox.data_dir, "SELECT * FROM dead_letters") == []


@needs("dead_letters")
async def test_a_command_reads_its_database_meanwhile(sandbox: Sandbox, browser: Browser) -> None:
    async with await browser.new_context() as context:
        page = await context.new_page()
        await _says(page, sandbox.url, "/start")
        await expect(page.get_by_role("log").get_by_text("Hello, Ann!")).to_be_visible(timeout=30_000)
    ended = await command(sandbox.data_dir, "dead-letters", "list", DATA_DIR=".")
    assert ended == CommandResult(0, "There are no dead letters.\n")


@pytest.mark.slow
async def test_after_a_restart_what_was_made_before_is_there_and_what_is_said_is_answered(
    tmp_path: Path, browser: Browser
) -> None:
    tmp_path.chmod(0o755)
    port = free_port()  # the same both times, so that the worker resumes polling
    async with await browser.new_context() as context:
        page = await context.new_page()
        log = page.get_by_role("log")
        async with _started(tmp_path, port) as sandbox:
            olga = f"{sandbox.url}/chats/{ADMIN_ID}"
            await _says(page, olga, "/settings")
            await log.get_by_role("button", name="Language").click(timeout=30_000)
            await log.get_by_role("button", name="Русский").click(timeout=10_000)
            await expect(log.get_by_text("Настройки")).to_be_visible(timeout=10_000)
            (before,) = await _rows(sandbox.data_dir, "SELECT * FROM pollers")
            await sandbox.ends()
        async with _started(tmp_path, port) as sandbox:
            assert sandbox.url in olga
            await _says(page, olga, "/help")
            await expect(log.get_by_text("Что я умею")).to_be_visible(timeout=30_000)
            await _says(page, f"{sandbox.url}/chats/1001", "/start")
            await expect(log.get_by_text("Hello, Ann!")).to_be_visible(timeout=10_000)
            (after,) = await _rows(sandbox.data_dir, "SELECT * FROM pollers")
            assert (after.bot_id, after.api_url) == (before.bot_id, before.api_url)
            assert after.last_update_id > before.last_update_id


@pytest.mark.slow
async def test_a_second_sandbox_beside_the_first_has_a_bot_of_its_own(sandbox: Sandbox, browser: Browser) -> None:
    async with _started(sandbox.folder, free_port(), alone=False) as second, await browser.new_context() as context:
        page = await context.new_page()
        for url in (second.url, sandbox.url):
            await _says(page, url, "/start")
            await expect(page.get_by_role("log").get_by_text("Hello, Ann!")).to_be_visible(timeout=30_000)


async def test_nothing_outlives_a_sandbox_that_is_killed(sandbox: Sandbox) -> None:
    sandbox.process.kill()
    await sandbox.process.wait()
    await _all_ended(_of(sandbox.folder))


async def test_a_worker_that_is_killed_is_started_again_and_answers(sandbox: Sandbox, browser: Browser) -> None:
    async with await browser.new_context() as context:
        page = await context.new_page()
        await page.goto(sandbox.url)
        log = page.get_by_role("log")
        for number in (1, 2):
            await page.get_by_label("Message").fill("/start")
            await page.get_by_role("button", name="Send").click()
            await expect(log.get_by_text("Hello, Ann!")).to_have_count(number, timeout=30_000)
            next(one for one in psutil.Process(sandbox.process.pid).children() if "child.py" in one.cmdline()[1]).kill()


async def test_the_next_free_port_is_taken_where_one_is_in_use(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "bot", "sandbox"),
            cwd=tmp_path,
            env=clean_environment(SANDBOX_PORT=str(port), PORT=str(port)),
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
        )
        try:
            assert await _first_address(process) != f"http://127.0.0.1:{port}"
        finally:
            process.terminate()
            await process.wait()


async def _first_address(process: asyncio.subprocess.Process) -> str:
    assert process.stdout is not None
    async with asyncio.timeout(30):
        async for line in process.stdout:
            if found := re.search(r"http://\S+", line.decode()):
                return found.group()
    pytest.fail("it ended before it printed its address")


async def _telegram_ids(data_dir: Path) -> list[int]:
    return [row.telegram_id for row in await _rows(data_dir, "SELECT telegram_id FROM users")]


async def _rows(data_dir: Path, query: str) -> Sequence[Row[Any]]:
    sockets = Path((data_dir / "postgres" / "18" / "postmaster.pid").read_text().splitlines()[4])
    engine = create_async_engine(embedded.url(sockets))
    async with engine.connect() as connection:
        rows = (await connection.execute(text(query))).all()
    await engine.dispose()
    return rows


async def _says(page: Page, url: str, what: str) -> None:
    await page.goto(url)
    await page.get_by_label("Message").fill(what)
    await page.get_by_role("button", name="Send").click()


def _of(folder: Path) -> list[psutil.Process]:
    """Return the processes that run in this folder or on a cluster in it."""
    return [process for process in psutil.process_iter() if any(str(folder) in part for part in _traces(process))]


def _traces(process: psutil.Process) -> list[str]:
    try:
        return [process.cwd(), *process.cmdline()]
    except psutil.Error:
        return []


async def _all_ended(processes: list[psutil.Process]) -> None:
    """Poll until all have ended. Only children can be waited for."""
    async with asyncio.timeout(20):
        while any(map(_lives, processes)):
            await asyncio.sleep(0.05)


def _lives(process: psutil.Process) -> bool:
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.Error:
        return False
