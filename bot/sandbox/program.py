"""The sandbox as a program: emulator and chat page in this process, the worker in a child process."""

import asyncio
import os
import secrets
import signal
import socket
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from bot.sandbox.page.demo_accounts import create_demo_chats
from bot.sandbox.page.routes import chat_page
from bot.sandbox.server.api import serving
from bot.sandbox.server.emulator import Emulator

if sys.platform != "win32":
    import fcntl

LOOPBACK = "127.0.0.1"
PORTS_TRIED = 100
RESTART_DELAY = 1.0  # seconds
ADMIN_ID = 1003
BOT_ID = 7_000_000_001
GRACE = 5.0  # seconds beyond the worker's own shutdown timeout
CHILD = Path(__file__).with_name("child.py")


@dataclass(frozen=True)
class SandboxOptions:
    """The operator's settings. The sandbox adds its own variables to the worker's `environment`."""

    environment: Mapping[str, str]
    folder: Path  # the worker's working directory; it has no .env
    page_port: int
    health_port: int
    shutdown_timeout: float  # seconds


class NoPortError(Exception):
    """None of the ports tried is free."""


async def run(options: SandboxOptions, stop: asyncio.Event) -> int:
    """Run the page and the worker until `stop` is set. Returns the exit code.

    Raises NoPortError.
    """
    with _bot_id(options.folder) as bot_id:
        return await _run(options, stop, f"{bot_id}:{secrets.token_urlsafe(26)}")


async def _run(options: SandboxOptions, stop: asyncio.Event, token: str) -> int:
    first = _first_id()
    emulator = Emulator(token, username="sandbox_bot", name="Sandbox bot", first_update_id=first)
    demo_chats = create_demo_chats(emulator, admin_id=ADMIN_ID, first_message_id=first)
    page_port = _free_port(options.page_port)
    async with serving(emulator, LOOPBACK, page_port, add_routes=chat_page(emulator, demo_chats)) as url:
        print(f"\n  The sandbox is open at {url}\n  Write /start there. Ctrl-C ends it.\n", flush=True)  # noqa: T201
        environment = {
            **options.environment,
            "BOT_TOKEN": emulator.bot.token,
            "TELEGRAM_API_URL": url,
            "ADMIN_IDS": str(ADMIN_ID),
            "HOST": LOOPBACK,
            "PORT": str(_free_port(options.health_port, besides=page_port)),
        }
        return await _supervise(options, environment, emulator, stop)


async def _supervise(
    options: SandboxOptions, environment: Mapping[str, str], emulator: Emulator, stop: asyncio.Event
) -> int:
    """Restart the worker until `stop` is set, as a platform does. A worker that never polled is not restarted."""
    while True:
        started_at = emulator.clock.monotonic()
        code = await _run_worker(options, environment, stop)
        polled = any(call.at > started_at for call in emulator.calls.of("getUpdates"))
        if stop.is_set():
            return 0 if code == -signal.SIGTERM else code  # SIGTERM came before the signal handlers were set
        if not polled:
            return code
        print(f"The worker ended with {code}; it is started again.", file=sys.stderr, flush=True)  # noqa: T201
        await asyncio.sleep(RESTART_DELAY)


async def _run_worker(options: SandboxOptions, environment: Mapping[str, str], stop: asyncio.Event) -> int:
    """Run the worker once. Its own session keeps Ctrl-C away, so that only `stop` ends it."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        str(CHILD),
        cwd=options.folder,
        env=environment,
        stdin=asyncio.subprocess.DEVNULL,
        start_new_session=True,
    )
    async with asyncio.TaskGroup() as tasks:
        ended = tasks.create_task(process.wait(), name="worker")
        stopped = tasks.create_task(stop.wait(), name="stop")
        await asyncio.wait({ended, stopped}, return_when=asyncio.FIRST_COMPLETED)
        stopped.cancel()
        if not ended.done():
            await _terminate(process, within=options.shutdown_timeout + GRACE)
    return ended.result()


async def _terminate(process: asyncio.subprocess.Process, within: float) -> None:
    process.terminate()
    try:
        async with asyncio.timeout(within):
            await process.wait()
    except TimeoutError:
        process.kill()


@contextmanager
def _bot_id(folder: Path) -> Iterator[int]:
    """Return the same id at each start, so that the worker finds its data again.

    A second sandbox in the same folder gets a random id: of two workers for one bot, one would stand by.
    """
    bot_id, descriptor = 10**9 + secrets.randbelow(10**9), None
    try:
        with suppress(OSError):
            descriptor = os.open(folder, os.O_RDONLY)
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            bot_id = BOT_ID
        yield bot_id
    finally:
        if descriptor is not None:
            os.close(descriptor)


def _first_id() -> int:
    """Return the first id of updates and messages, taken from the clock so that no later start repeats one.

    The worker would drop an update with a known id, and would edit the wrong message.
    """
    return 1 + int(time.time() * 10) % 10**9


def _free_port(first: int, besides: int | None = None) -> int:
    for port in range(first, min(first + PORTS_TRIED, 65536)):
        if port != besides and _is_free(port):
            return port
    raise NoPortError(f"no port from {first} on is free: set SANDBOX_PORT and PORT to others")


def _is_free(port: int) -> bool:
    with closing(socket.socket()) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except OSError:
            return False
        return True
