"""A worker as a process: with an environment, a port, signals and an exit code."""

import asyncio
import itertools
import json
import os
import random
import signal
import socket
import sys
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp

from bot.config.settings import Settings
from tests.support.joined import JOINED

PROJECT = Path(__file__).resolve().parents[2]
OURS = {name.upper() for name in Settings.with_features(JOINED.settings).model_fields}


def clean_environment(**variables: str) -> dict[str, str]:
    """This process's environment without variables that a developer has set for their own bot."""
    kept = {name: value for name, value in os.environ.items() if name not in OURS and not name.startswith("PG")}
    return {**kept, "PYTHONPATH": str(PROJECT), **variables}


def free_port() -> int:
    """A port that stays free until it is used. Neither the system nor another test hands it out."""
    while True:
        port = next(_PORTS)
        with socket.socket() as probe, suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port


def _ports() -> Iterator[int]:
    """Each xdist worker cycles through its own thousand ports, from a random one on."""
    number = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")) % 16
    first, begin = 12_000 + 1_000 * number, random.randrange(1_000)
    for n in itertools.count(begin):
        yield first + n % 1_000


_PORTS = _ports()


@dataclass(frozen=True)
class CommandResult:
    """A command's exit code and output."""

    code: int
    output: str


async def command(folder: Path, *arguments: str, within: float = 60, **variables: str) -> CommandResult:
    """Run `python -m bot …` in `folder` and wait for its end."""
    return await program(folder, "bot", *arguments, within=within, **variables)


async def program(folder: Path, module: str, *arguments: str, within: float = 60, **variables: str) -> CommandResult:
    """Run `python -m module …` in `folder` and wait for its end."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        module,
        *arguments,
        cwd=folder,
        env=clean_environment(**variables),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    try:
        async with asyncio.timeout(within):
            output, _ = await process.communicate()
    except BaseException:
        process.kill()
        await process.wait()
        raise
    assert process.returncode is not None
    return CommandResult(process.returncode, output.decode())


class WorkerProcess:
    """A `python -m bot` that a test may start and stop repeatedly."""

    def __init__(self, folder: Path, **variables: str) -> None:
        self.port = free_port()
        self.log = folder / "worker.log"
        self.variables = {
            "PORT": str(self.port),
            "HOST": "127.0.0.1",
            "LOG_FORMAT": "json",
            "LOG_LEVEL": "DEBUG",
            "MESSAGES_PER_SECOND": "0",
            "FLOOD_PER_MINUTE": "0",  # tests and benchmarks send much from one person
            "ADMIN_NOTICES": "false",
            **variables,
        }
        self._folder = folder
        self._process: asyncio.subprocess.Process | None = None
        self.started_with: dict[str, str] = {}  # the settings that only its last start has changed

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    async def start(self, program: Path | None = None, **variables: str) -> None:
        """Start the worker, or a program that starts a changed worker."""
        self.started_with = variables
        with self.log.open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                sys.executable,
                *(("-m", "bot") if program is None else (str(program),)),
                cwd=self._folder,
                env=clean_environment(**{**self.variables, **variables}),
                stdin=asyncio.subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )

    def send(self, number: signal.Signals) -> None:
        assert self._process is not None
        self._process.send_signal(number)

    def runs(self) -> bool:
        return self._process is not None and self._process.returncode is None

    async def ended(self, within: float = 30) -> int:
        """Wait for its end and return its exit code."""
        assert self._process is not None
        async with asyncio.timeout(within):
            return await self._process.wait()

    async def stop(self) -> int:
        self.send(signal.SIGTERM)
        return await self.ended()

    async def kill(self) -> None:
        if self._process is not None and self._process.returncode is None:
            self._process.kill()
            await self._process.wait()

    async def health(self) -> tuple[int, dict[str, Any]]:
        """The status and body of /health."""
        async with aiohttp.ClientSession() as session, session.get(f"http://127.0.0.1:{self.port}/health") as answer:
            return answer.status, await answer.json()

    async def health_becomes(self, status: str, within: float = 30) -> dict[str, Any]:
        """Poll /health until it reports `status`."""
        async with asyncio.timeout(within):
            while True:
                try:
                    _, body = await self.health()
                    if body["status"] == status:
                        return body
                except aiohttp.ClientError:
                    assert self._process is not None
                    assert self._process.returncode is None, self.log.read_text()
                await asyncio.sleep(0.05)

    def lines(self) -> list[dict[str, Any]]:
        """The lines logged so far."""
        whole = self.log.read_text().rpartition("\n")[0]  # the last line may be incomplete
        return [json.loads(line) for line in whole.splitlines() if line.startswith("{")]
