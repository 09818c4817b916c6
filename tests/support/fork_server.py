"""Workers and commands that start fast: they are forked from a process that has imported everything.

Each child is a process of its own that runs `bot.cli.main()` with its own arguments, environment, folder and log. Run
as a program, this module is the fork server. It listens on a Unix socket. Each connection starts one child: a line of
JSON goes in, the child's pid comes back, and its exit code at its end. When the server's standard input ends, the
server ends and kills its children.

Tests of `python -m bot` itself use WorkerProcess or `worker_process.command`.
"""

import asyncio
import gc
import json
import os
import runpy
import selectors
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict
from pathlib import Path
from typing import Any, NoReturn

import aiohttp
from sqlalchemy.orm import configure_mappers

from bot import cli
from bot.framework.i18n import LANGUAGES, texts_in
from tests.faults.injection import InjectedFault, inject
from tests.support.worker_process import PROJECT, CommandResult, WorkerProcess, clean_environment

LOOK_EVERY = 0.01  # seconds between looks for children that have ended


class ForkedWorker(WorkerProcess):
    """A WorkerProcess from the fork server. Each start injects `fault`."""

    fault: InjectedFault | None = None

    def __init__(self, fork_server: Path, folder: Path, **variables: str) -> None:
        super().__init__(folder, **variables)
        self._fork_server = fork_server
        self._forked: _Forked | None = None

    @property
    def pid(self) -> int:
        assert self._forked is not None
        return self._forked.pid

    async def start(self, program: Path | None = None, **variables: str) -> None:
        """Fork the worker with `fault` injected, or run a program that starts a changed worker."""
        self.started_with = variables
        self.log.touch()
        self._forked = await _forked(
            self._fork_server,
            self._folder,
            self.log,
            {**self.variables, **variables},
            program=str(program) if program is not None else None,
            fault=json.dumps(asdict(self.fault)) if self.fault is not None else None,
        )

    def send(self, number: signal.Signals) -> None:
        assert self._forked is not None
        if self.runs():
            os.kill(self._forked.pid, number)

    def runs(self) -> bool:
        return self._forked is not None and not self._forked.has_ended

    async def ended(self, within: float = 30) -> int:
        assert self._forked is not None
        async with asyncio.timeout(within):
            return await self._forked.end()

    async def health_becomes(self, status: str, within: float = 30) -> dict[str, Any]:
        """Poll /health until it reports `status`."""
        async with asyncio.timeout(within):
            while True:
                with suppress(aiohttp.ClientError):
                    _, body = await self.health()
                    if body["status"] == status:
                        return body
                assert self.runs(), self.log.read_text()
                await asyncio.sleep(0.05)

    async def kill(self) -> None:
        if self.runs():
            self.send(signal.SIGKILL)
            await self.ended()


async def forked_command(
    fork_server: Path, folder: Path, *arguments: str, within: float = 60, **variables: str
) -> CommandResult:
    """Run the command that `python -m bot …` runs in `folder`, and wait for its end."""
    with tempfile.NamedTemporaryFile(prefix="bot-said-") as output:
        forked = await _forked(fork_server, folder, Path(output.name), variables, arguments=arguments)
        try:
            async with asyncio.timeout(within):
                code = await forked.end()
        finally:
            if not forked.has_ended:
                os.kill(forked.pid, signal.SIGKILL)
                await forked.end()
        return CommandResult(code, output.read().decode())


class _Forked:
    """One forked process. Its connection to the fork server reports its exit code."""

    def __init__(self, pid: int, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.pid = pid
        self._writer = writer
        self._code = asyncio.create_task(self._read(reader))

    @property
    def has_ended(self) -> bool:
        return self._code.done()

    async def end(self) -> int:
        return await asyncio.shield(self._code)

    async def _read(self, reader: asyncio.StreamReader) -> int:
        code = int(await reader.readline())
        self._writer.close()
        return code


async def _forked(fork_server: Path, folder: Path, log: Path, variables: dict[str, str], **more: Any) -> _Forked:
    reader, writer = await asyncio.open_unix_connection(fork_server)
    request = {"folder": str(folder), "log": str(log), "environment": clean_environment(**variables), **more}
    writer.write(json.dumps(request).encode() + b"\n")
    return _Forked(int(await reader.readline()), reader, writer)


@contextmanager
def running(address: Path) -> Iterator[Path]:
    """Run a fork server during the block."""
    command = (sys.executable, "-m", "tests.support.fork_server", str(address))
    with subprocess.Popen(
        command, cwd=PROJECT, env=clean_environment(), stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline(), "the fork server did not start"
        yield address


class _ForkServer:
    def __init__(self, address: str) -> None:
        self._listening = socket.socket(socket.AF_UNIX)
        self._listening.bind(address)
        self._listening.listen()
        self._children: dict[int, socket.socket] = {}
        self._selector = selectors.DefaultSelector()
        self._selector.register(self._listening, selectors.EVENT_READ)
        self._selector.register(sys.stdin, selectors.EVENT_READ)

    def serve(self) -> None:
        print("listens", flush=True)  # noqa: T201 -- to the parent process
        while True:
            for key, _ in self._selector.select(LOOK_EVERY if self._children else None):
                if key.fileobj is self._listening:
                    self._fork()
                else:
                    self._end_all()
                    return
            self._reap()

    def _fork(self) -> None:
        connection, _ = self._listening.accept()
        with connection.makefile("rb") as reader:
            request = json.loads(reader.readline())
        pid = os.fork()
        if not pid:
            connection.close()
            self._run_child(request)
        connection.sendall(b"%d\n" % pid)
        self._children[pid] = connection

    def _run_child(self, request: dict[str, Any]) -> NoReturn:
        self._selector.close()
        self._listening.close()
        for other in self._children.values():
            other.close()
        _become(request)

    def _reap(self) -> None:
        while self._children:
            pid, status = os.waitpid(-1, os.WNOHANG)
            if not pid:
                return
            connection = self._children.pop(pid)
            connection.sendall(b"%d\n" % os.waitstatus_to_exitcode(status))
            connection.close()

    def _end_all(self) -> None:
        for pid in self._children:
            os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)


def _become(request: dict[str, Any]) -> NoReturn:
    """Turn this child into a worker or a command. Never returns to the fork server's code."""
    code = 1
    try:
        os.chdir(request["folder"])
        log = os.open(request["log"], os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        nothing = os.open(os.devnull, os.O_RDONLY)
        for descriptor, place in ((nothing, 0), (log, 1), (log, 2)):
            os.dup2(descriptor, place)
        os.environ.clear()
        os.environ.update(request["environment"])
        sys.argv = ["bot", *request.get("arguments", ())]
        signal.signal(signal.SIGUSR1, _show_tasks)
        if request.get("fault") is not None:
            inject(InjectedFault.from_json(request["fault"]))
        if request.get("program") is not None:
            runpy.run_path(request["program"], run_name="__main__")
        cli.main()
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else 1
    except BaseException:  # noqa: BLE001 -- as the interpreter handles uncaught exceptions
        sys.excepthook(*sys.exc_info())
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def _show_tasks(*_: object) -> None:
    """Write the stack of every task into the worker's log, to find out why it hangs."""
    for task in asyncio.all_tasks():
        awaited: Any = task.get_coro()
        sys.stderr.write(f"{task.get_name()}\n")
        while (frame := getattr(awaited, "cr_frame", None)) is not None:
            sys.stderr.write(f"    {frame.f_code.co_filename}:{frame.f_lineno} {frame.f_code.co_name}\n")
            awaited = awaited.cr_await
        sys.stderr.write(f"    {awaited!r}\n")
    sys.stderr.flush()


if __name__ == "__main__":
    for each in LANGUAGES:
        texts_in(each)  # parsed once and not in each child
    configure_mappers()  # likewise; otherwise the first statement does it
    gc.freeze()  # keeps children from scanning, and so copying, the pages loaded now
    _ForkServer(sys.argv[1]).serve()
